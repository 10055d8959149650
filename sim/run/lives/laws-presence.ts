// The orders of ownership: a record only rises, a released one stays released, and who holds a connection is found.
import type { Departure } from "../result.ts";
import { num, str } from "./fact.ts";
import { rankText } from "./epoch-text.ts";
import { at, isCallEnd, staysOf } from "./law-parts.ts";
import type { Law } from "./laws.ts";

const SETTLED_US = 3_000_000;

/** The record is a max-register on the epoch. */
const recordOnlyRises: Law = ({ facts, subject }) => {
  const last = new Map<number, { rank: number; released: number; t: number }>();
  const departures: Departure[] = [];
  for (const fact of facts) {
    if (fact.e === "presenceWiped") last.clear();
    const user = num(fact, "user");
    if (fact.e !== "presenceApplied" || !subject.people.has(user)) continue;
    const now = { rank: num(fact, "rank"), released: num(fact, "released"), t: fact.t };
    const before = last.get(user);
    last.set(user, now);
    if (before === undefined) continue;
    const fell = now.rank < before.rank;
    const reopened = now.rank === before.rank && before.released === 1 && now.released === 0;
    if (!fell && !reopened) continue;
    departures.push({
      t: fact.t,
      lane: "redis",
      expected: `the record of user ${user} takes an epoch only above ${rankText(before.rank)}${before.released === 1 ? ", which was released" : ""}`,
      happened: `at ${at(fact.t)} it took ${rankText(now.rank)} on node-${num(fact, "node")}`,
    });
  }
  return departures;
};

/** Who has been connected for a while, with a claim that stands, is no stranger to a look-up. */
const connectedIsFound: Law = ({ facts, subject }) => {
  for (const user of subject.people) {
    const stays = staysOf(facts, user);
    const lost = facts.find((fact) => {
      if (!isCallEnd(fact, "presence.lookup") || num(fact, "user") !== user) return false;
      const answer = str(fact, "answer");
      if (!answer.startsWith("offline: no record") && !answer.startsWith("offline: released"))
        return false;
      const stay = stays.find(
        (one) => one.syncedUs + SETTLED_US < fact.t && one.toUs > fact.t + SETTLED_US,
      );
      return stay !== undefined && heldSince(facts, user, stay.fromUs, fact.t);
    });
    if (lost === undefined) continue;
    return [
      {
        t: lost.t,
        lane: "redis",
        expected: `user ${user} is connected and claimed: a look-up finds the record`,
        happened: `the look-up of ${at(lost.t)} said "${str(lost, "answer")}"`,
      },
    ];
  }
  return [];
};

/** The session's claim was installed, and Redis was not wiped since. */
function heldSince(
  facts: Parameters<Law>[0]["facts"],
  user: number,
  fromUs: number,
  toUs: number,
): boolean {
  const between = facts.filter(({ t }) => t >= fromUs - SETTLED_US && t <= toUs);
  if (between.some(({ e }) => e === "presenceWiped")) return false;
  return between.some(
    (fact) =>
      fact.e === "presenceApplied" && num(fact, "user") === user && num(fact, "released") === 0,
  );
}

export const PRESENCE_LAWS: readonly Law[] = [recordOnlyRises, connectedIsFound];
