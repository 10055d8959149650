// The orders of ownership: a record only rises, a released one stays released, and who holds a connection is found.
import type { Departure } from "../../result.ts";
import { num, str, type Fact } from "./fact.ts";
import { nodeLane } from "./fact-words.ts";
import { rankText } from "./epoch-text.ts";
import { at, diedBetween, isCallEnd, staysOf } from "./law-parts.ts";
import type { Law } from "./laws.ts";

const SETTLED_US = 3_000_000;
/** A lease, and a little for the answer on its way. */
const LEASE_US = 9_500_000;

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
      if (!isLookUpEnd(fact) || num(fact, "user") !== user) return false;
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

function isLookUpEnd(fact: Fact): boolean {
  return isCallEnd(fact, "presence.lookup") || isCallEnd(fact, "presence.lookupMany");
}

/** A lease lasts 9 s; behind it who was on a dead node is offline, also when the node is back as another. */
const deadIsOffline: Law = ({ facts, subject }) => {
  for (const user of subject.people)
    for (const found of facts) {
      if (!isLookUpEnd(found) || num(found, "user") !== user) continue;
      const node = /^online on node-(\d+)/.exec(str(found, "answer"))?.[1];
      if (node === undefined) continue;
      const stays = staysOf(facts, user).filter(({ fromUs }) => fromUs <= found.t);
      const last = stays.at(-1);
      if (last === undefined || last.node !== Number(node) || last.toUs > found.t - LEASE_US)
        continue;
      const died = diedBetween(facts, last.node, last.toUs - SETTLED_US, found.t - LEASE_US);
      // Who has come back since holds a record of its own, before its device is told.
      const cameBack = facts.some(
        (fact) =>
          fact.e === "presenceApplied" &&
          num(fact, "user") === user &&
          fact.t > last.toUs &&
          fact.t <= found.t,
      );
      if (died === undefined || cameBack) continue;
      return [
        {
          t: found.t,
          lane: "redis",
          expected: `user ${user} was on node-${node}, which died at ${at(died.t)}: 9 s later its lease has lapsed, and user ${user} is offline, also when the node is back under a new incarnation`,
          happened: `at ${at(found.t)} the look-up still said "${str(found, "answer")}"`,
        },
      ];
    }
  return [];
};

/** `delivered` is said for the session of that epoch, while it is open. */
const deliveredToOpen: Law = ({ facts, subject }) => {
  for (const said of facts) {
    const user = num(said, "user");
    if (said.e !== "deliverAnswered" || !subject.people.has(user)) continue;
    const closed = facts.find(
      (fact) =>
        fact.e === "presenceApplied" &&
        num(fact, "user") === user &&
        num(fact, "rank") === num(said, "rank") &&
        num(fact, "released") === 1 &&
        fact.t < said.t,
    );
    if (closed === undefined) continue;
    return [
      {
        t: said.t,
        lane: nodeLane(num(said, "node")),
        expected: `a deliver for epoch ${rankText(num(said, "rank"))} is answered not-owner: that session of user ${user} was over by ${at(closed.t)}`,
        happened: `node-${num(said, "node")} answered delivered at ${at(said.t)}`,
      },
    ];
  }
  return [];
};

const REPLACED = 4409;

/** 4409 says that a newer sign-in of the same person exists. */
const replacedByNewer: Law = ({ facts, subject }) => {
  for (const closing of facts) {
    const user = num(closing, "user");
    const by = /^replaced by device (\d+)$/.exec(str(closing, "reason"))?.[1];
    if (closing.e !== "closing" || num(closing, "code") !== REPLACED || by === undefined) continue;
    if (!subject.people.has(user)) continue;
    const signedIn = (device: number): number =>
      facts.findLast(
        (fact) => fact.e === "signedIn" && num(fact, "device") === device && fact.t <= closing.t,
      )?.t ?? 0;
    const [own, other] = [signedIn(num(closing, "device")), signedIn(Number(by))];
    if (other === 0 || own <= other) continue;
    return [
      {
        t: closing.t,
        lane: nodeLane(num(closing, "node")),
        expected: `a connection is closed with 4409 only for a newer sign-in: that of user ${user} at ${at(own)} is the newest`,
        happened: `node-${num(closing, "node")} closed it at ${at(closing.t)} as replaced by the sign-in of ${at(other)}`,
      },
    ];
  }
  return [];
};

export const PRESENCE_LAWS: readonly Law[] = [
  recordOnlyRises,
  connectedIsFound,
  deadIsOffline,
  deliveredToOpen,
  replacedByNewer,
];
