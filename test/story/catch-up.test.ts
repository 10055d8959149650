// Z comes back after ten hours: what was missed is read from the stores and sent, each message once, in order.
import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../../server/protocol/frames.ts";
import type { Person } from "../support/story-person.ts";
import { story } from "../support/story.ts";

const HOUR_MS = 3_600_000;

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
}

/** Kinds of the frames that a sign-in brings, runs of one kind as one. */
function shape(frames: readonly ServerFrame[]): string[] {
  const kinds = frames.map((frame) => frame.type).filter((type) => type !== "presence");
  return kinds.filter((kind, index) => kind !== kinds[index - 1]);
}

function since(person: Person, at: number): ServerFrame[] {
  return person.frames.slice(at).flatMap((seen) => (seen.way === "down" ? [seen.frame] : []));
}

describe("S26 how chat happens between two users who are not online together", () => {
  it("S25 S73 S80 S81 S82 MSG1 Z comes online after ten hours, and N1 finds and sends all unread messages", async () => {
    const town = await story({
      friends: [
        ["X", "Z"],
        ["Y", "Z"],
      ],
    });
    const x = await town.signIn("X", { node: "node-2" });
    const y = await town.signIn("Y", { node: "node-3" });
    const early = await town.signIn("Z", { node: "node-1" });
    early.signOut();
    await town.runFor(1_000);
    for (const text of numbered("from X", 3)) x.send("Z", text);
    for (const text of numbered("from Y", 2)) y.send("Z", text);
    await town.runFor(10 * HOUR_MS);
    expect(
      town.store
        .unread("Z")
        .map(({ from, sentN }) => [from, sentN])
        .sort(),
    ).toEqual([
      [x.user, 3],
      [y.user, 2],
    ]);

    const at = early.frames.length;
    const calls = town.record.calls.length;
    const z = await town.signIn("Z", { node: "node-1" });
    expect(z.texted("X")).toEqual(numbered("from X", 3));
    expect(z.texted("Y")).toEqual(numbered("from Y", 2));

    // N1 reads its tables in this order: who and which chat, what is unread, the messages themselves.
    const read = town.record.calls.slice(calls).map(({ node, call }) => `${node} ${call}`);
    const places = [
      "node-1 presence.hold",
      "node-1 roster.friends",
      "node-1 messages.unreadEntries",
      "node-1 messages.rows",
    ].map((call) => read.indexOf(call));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThanOrEqual(0);

    // And sends in that order; each log is announced, then comes gapless.
    const heard = since(z, at);
    expect(shape(heard)).toEqual(["connected", "roster", "log", "message", "synced"]);
    const inLog = (from: number) =>
      heard.flatMap((frame) => (frame.type === "message" && frame.from === from ? [frame.n] : []));
    expect([inLog(x.user), inLog(y.user)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    const logs = heard.filter((frame) => frame.type === "log");
    expect(logs.map(({ from, start }) => [from, start]).toSorted()).toEqual([
      [x.user, 0],
      [y.user, 0],
    ]);
    const rows = town.store.messages();
    for (const frame of z.heard("message")) {
      const row = rows.find((one) => one.device === frame.device && one.n === frame.n)!;
      expect(frame.body!.same(row.body!)).toBe(true);
    }
    // The heartbeat entry says that Z is online on N1.
    expect(town.store.lookup("Z")).toMatchObject({ online: true, record: { node: "node-1" } });
    expect(await town.close()).toEqual([]);
  });

  it("MSG5 250 messages come in pages of 100 and a window of 64: no hole, nothing twice, later ones behind", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    const texts = numbered("old", 250);
    for (const text of texts) {
      x.send("Z", text);
      await town.runFor(40);
    }
    await town.until(() => town.store.messages().length === 250, 60_000, "250 stored");
    const z = town.dial("Z", { node: "node-1" });
    await town.until(() => z.texted().length > 20, 10_000, "the backlog has begun");
    expect(z.device.synced).toBe(false);
    x.send("Z", "new");
    await town.until(() => z.device.synced, 10_000, "synced");
    await town.runFor(1_000);
    expect(z.texted()).toEqual([...texts, "new"]);
    expect(z.heard("message").map(({ n }) => n)).toEqual(
      Array.from({ length: 251 }, (_, index) => index + 1),
    );
    const pages = town.record.calls.filter(
      ({ node, call }) => node === "node-1" && call === "messages.rows",
    );
    expect(pages.length).toBeGreaterThanOrEqual(3);
    for (const { args } of pages) expect(args[3]).toBeLessThanOrEqual(100);
    expect(mostUnacknowledged(z)).toBeLessThanOrEqual(64);
    expect(await town.close()).toEqual([]);
  });

  it("MSG4 Z drops in the middle and goes on elsewhere: nothing comes twice", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    const texts = numbered("old", 150);
    for (const text of texts) {
      x.send("Z", text);
      await town.runFor(40);
    }
    await town.until(() => town.store.messages().length === 150, 60_000, "150 stored");
    const z = town.dial("Z", { node: "node-1" });
    await town.until(() => z.texted().length > 70, 10_000, "the middle");
    town.sendTo("Z", "node-3");
    town.kill("node-1");
    await town.until(() => z.device.synced, 30_000, "synced elsewhere");
    expect(z.node).toBe("node-3");
    const [held] = z.sent("have").at(-1)!.logs;
    expect(held).toEqual([town.chat("X", "Z"), x.device.device, expect.any(Number)]);
    expect(held![2]).toBeGreaterThan(70);
    expect(held![2]).toBeLessThan(150);
    expect(z.heard("log").map(({ start }) => start)).toEqual([0, held![2]]);
    expect(z.texted()).toEqual(texts);
    expect(z.heard("message").map(({ n }) => n)).toEqual(
      Array.from({ length: 150 }, (_, index) => index + 1),
    );
    expect(await town.close()).toEqual([]);
  });

  it("MSG1 a fresh device starts behind what was read, and gets everything unread", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    const z = await town.signIn("Z", { node: "node-1" });
    for (const text of numbered("read", 4)) x.send("Z", text);
    await town.runFor(1_000);
    z.read("X");
    await town.runFor(1_000);
    z.signOut();
    for (const text of numbered("unread", 3)) x.send("Z", text);
    await town.runFor(1_000);
    const at = z.frames.length;
    await town.signIn("Z", { node: "node-3", fresh: true });
    const heard = since(z, at);
    expect(heard.filter((frame) => frame.type === "log")).toMatchObject([{ start: 4 }]);
    const messages = heard.filter((frame) => frame.type === "message");
    expect(messages.map(({ n }) => n)).toEqual([5, 6, 7]);
    expect(z.texted().slice(4)).toEqual(numbered("unread", 3));
    expect(await town.close()).toEqual([]);
  });
});

/** The most messages that were sent to this person and not acknowledged, as the device saw it. */
function mostUnacknowledged(person: Person): number {
  let received = 0;
  let acknowledged = 0;
  let most = 0;
  for (const { frame } of person.frames) {
    if (frame.type === "message") received += 1;
    if (frame.type === "received") acknowledged = frame.n;
    most = Math.max(most, received - acknowledged);
  }
  return most;
}
