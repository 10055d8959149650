// PRE1 no ghost: a user without a connection is not shown online longer than the bound of how it was lost:
// its node died, it fell silent, or it closed. Judged only as long as the observer hears from its node.
import { STATE } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory, FaultFact } from "./context.ts";
import { Findings, seconds, onlineWhy } from "./findings.ts";
import { mirrorOf, type UserFacts } from "./user-table.ts";

/** Faults under which a polite close may never arrive. */
function mayHideClose(fault: FaultFact): boolean {
  if (["half_open", "vanish", "isolate", "pause", "stall", "slow"].includes(fault.kind))
    return true;
  return fault.sites.includes("users");
}

function faultsRedisClock(fault: FaultFact): boolean {
  return fault.kind === "skew" && fault.sites.includes("redis");
}

export const pre1: CheckerFactory = ({ facts }) => {
  const findings = new Findings("PRE1");
  const { windows, pairs } = facts;

  function absentFrom(person: UserFacts, t: number, withinUs: number): void {
    if (person.absentT >= 0) return;
    person.absentT = t;
    person.absentWithinUs = withinUs;
  }

  function judge(t: number, person: UserFacts, observer: UserFacts): void {
    findings.counted += 1;
    if (observer.slow || t - observer.slowEndedT <= BOUNDS.slowReaderUs) return;
    if (t <= windows.presenceDueT(person.absentT, person.absentWithinUs)) return;
    if (windows.overlaps(person.absentT, t, faultsRedisClock)) return;
    findings.violated(
      t,
      `user ${person.user} has no connection since ${seconds(person.absentT)}, but user ` +
        `${observer.user} is shown it online for ${seconds(t - person.absentT)}`,
      observer.user,
      0,
      person.device,
    );
  }

  /** What every connected friend is shown of somebody who was absent until now. */
  function judgeFriends(t: number, person: UserFacts): void {
    for (let index = 0; index < person.pairs.length; index += 1) {
      const pair = mirrorOf(person.pairs[index]!);
      if (pairs.state[pair] !== STATE.online) continue;
      const observer = facts.userOf(person.friends[index]!);
      if (observer.session === 0 || observer.session !== pairs.session[pair]) continue;
      judge(Math.min(t, observer.heardT), person, observer);
    }
  }

  /** What somebody who leaves was shown of absent friends. */
  function judgeView(t: number, observer: UserFacts, session: number): void {
    for (let index = 0; index < observer.pairs.length; index += 1) {
      const pair = observer.pairs[index]!;
      if (pairs.state[pair] !== STATE.online || pairs.session[pair] !== session) continue;
      const person = facts.userOf(observer.friends[index]!);
      if (person.absentT >= 0) judge(Math.min(t, observer.heardT), person, observer);
    }
  }

  return {
    id: "PRE1",
    listener: {
      signedOut(t, _user, _device, vanished) {
        const person = facts.user;
        // Where the close was told first, it was this person's wish after all.
        if (vanished === 0 && person.absentT === t) {
          person.absentWithinUs = closeBound(t, true);
        }
      },
      connecting(t, _user, device) {
        const person = facts.user;
        if (person.absentT < 0 || person.device !== device) return;
        judgeFriends(t, person);
        person.absentT = -1;
      },
      closed(t, _user, _device, session, code) {
        const person = facts.user;
        if (facts.wasConnected) judgeView(t, person, session);
        if (person.attempt !== session) return;
        const polite = code !== 0 || (!person.meansOnline && !person.vanished);
        absentFrom(person, t, closeBound(t, polite));
      },
      nodeDown(t, node, planned) {
        const withinUs = planned === 0 ? BOUNDS.ghostNodeDiedUs : BOUNDS.ghostClosedUs;
        for (const person of facts.users.values()) {
          // Whoever dials anew already, from another device, leaves its node behind anyway.
          const isThere = person.attempt === person.session && person.node === node;
          if (isThere) absentFrom(person, t, withinUs);
        }
      },
      presenceShown(t, observerId, userId, state) {
        if (facts.pair < 0) return;
        const observer = facts.user;
        const person = facts.userOf(userId);
        if (person.absentT >= 0) {
          if (facts.stateBefore === STATE.online || state === STATE.online)
            judge(t, person, observer);
          return;
        }
        if (state !== STATE.online || person.attempt > 0) return;
        findings.violated(
          t,
          `user ${userId} was never connected, but user ${observerId} is shown it online`,
          observerId,
        );
      },
      ended(t) {
        for (const person of facts.users.values()) {
          if (person.absentT >= 0) judgeFriends(t, person);
        }
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };

  function closeBound(t: number, polite: boolean): number {
    if (!polite || windows.overlaps(t, t, mayHideClose)) return BOUNDS.ghostSilentUs;
    return BOUNDS.ghostClosedUs;
  }
};
