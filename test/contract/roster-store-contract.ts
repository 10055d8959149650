// What every implementation of the RosterStore port must do.
import { describe, expect, it } from "vitest";
import { OK, ok } from "../../server/ports/outcome.ts";
import type { FriendRow, Friendship, RosterStore } from "../../server/ports/roster-store.ts";
import type { MakeArm } from "./arm.ts";

export function friendship(low: number, high: number, chat: number, wrapped: string): Friendship {
  return { userLow: low, userHigh: high, chat, keyVersion: 1, kekId: "kek-1", wrapped };
}

export function copy(of: Friendship, user: number): FriendRow {
  const { userLow, userHigh, chat, keyVersion, kekId, wrapped } = of;
  const friend = user === userLow ? userHigh : userLow;
  return { user, friend, chat, keyVersion, kekId, wrapped };
}

export function rosterStoreContract(name: string, make: MakeArm<RosterStore>): void {
  describe(`roster store contract: ${name}`, () => {
    it("SEC3 of two acceptances at once one wins, and both see the winner's chat and key", async () => {
      const { port, fresh } = make();
      const [low, high] = [fresh(), fresh()];
      const candidates = [
        friendship(low, high, fresh(), "one"),
        friendship(low, high, fresh(), "two"),
        friendship(low, high, fresh(), "three"),
      ];
      const answers = await Promise.all(candidates.map((candidate) => port.establish(candidate)));
      const [first] = answers;
      expect(candidates.map((candidate) => ok(candidate))).toContainEqual(first);
      for (const answer of answers) expect(answer).toEqual(first);
      expect(await port.friendship(low, high)).toEqual(first);
      expect(await port.establish(friendship(low, high, fresh(), "late"))).toEqual(first);
    });

    it("knows no friendship before it is established", async () => {
      const { port, fresh } = make();
      const [low, high] = [fresh(), fresh()];
      expect(await port.friendship(low, high)).toEqual(ok(undefined));
      expect(await port.friends(low)).toEqual(ok([]));
      expect(await port.friend(low, high)).toEqual(ok(undefined));
    });

    it("keeps one copy per direction, listed by friend; repeating a copy changes nothing", async () => {
      const { port, fresh } = make();
      const [a, b, c] = [fresh(), fresh(), fresh()];
      const withB = friendship(a, b, fresh(), "ab");
      const withC = friendship(a, c, fresh(), "ac");
      for (const standing of [withC, withB]) {
        await port.establish(standing);
        expect(await port.putFriend(copy(standing, standing.userLow))).toEqual(OK);
        expect(await port.putFriend(copy(standing, standing.userHigh))).toEqual(OK);
        expect(await port.putFriend(copy(standing, standing.userLow))).toEqual(OK);
      }
      expect(await port.friends(a)).toEqual(ok([copy(withB, a), copy(withC, a)]));
      expect(await port.friends(b)).toEqual(ok([copy(withB, b)]));
      expect(await port.friend(c, a)).toEqual(ok(copy(withC, c)));
    });

    it("a friendship whose node died before the copies has none: the copies are written apart", async () => {
      const { port, fresh } = make();
      const [low, high] = [fresh(), fresh()];
      const standing = friendship(low, high, fresh(), "key");
      await port.establish(standing);
      expect(await port.friend(low, high)).toEqual(ok(undefined));
      await port.putFriend(copy(standing, low));
      expect(await port.friend(low, high)).toEqual(ok(copy(standing, low)));
      expect(await port.friend(high, low)).toEqual(ok(undefined));
    });

    it("re-wraps all three rows of a friendship, and no other's", async () => {
      const { port, fresh } = make();
      const [a, b, c] = [fresh(), fresh(), fresh()];
      const standing = friendship(a, b, fresh(), "old");
      const other = friendship(a, c, fresh(), "other");
      for (const each of [standing, other]) {
        await port.establish(each);
        await port.putFriend(copy(each, each.userLow));
        await port.putFriend(copy(each, each.userHigh));
      }
      const rewrapped = { ...standing, kekId: "kek-2", wrapped: "new" };
      expect(await port.rewrap(rewrapped)).toEqual(OK);
      expect(await port.friendship(a, b)).toEqual(ok(rewrapped));
      expect(await port.friend(a, b)).toEqual(ok(copy(rewrapped, a)));
      expect(await port.friend(b, a)).toEqual(ok(copy(rewrapped, b)));
      expect(await port.friend(a, c)).toEqual(ok(copy(other, a)));
    });

    it("keeps requests by sender, each once", async () => {
      const { port, fresh } = make();
      const [to, first, second] = [fresh(), fresh(), fresh()];
      const early = { to, from: first, requestedAt: 100 };
      const late = { to, from: second, requestedAt: 50 };
      expect(await port.requests(to)).toEqual(ok([]));
      for (const request of [late, early, late]) expect(await port.request(request)).toEqual(OK);
      expect(await port.requests(to)).toEqual(ok([early, late]));
      expect(await port.requests(first)).toEqual(ok([]));
    });
  });
}
