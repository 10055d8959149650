// PRE2 no false offline: a user who heartbeats is shown online to its connected friends within the bound;
// with Redis away a roster says unknown, never a guess.
import { STATE } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, seconds, onlineWhy } from "./findings.ts";
import { isRedisAwayForAll } from "./outage.ts";
import { mirrorOf, type UserFacts } from "./user-table.ts";

export const pre2: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("PRE2");
  const { pairs, windows } = facts;

  /** Between two who are known to be friends, up to when both are known to have had their connections. */
  function judge(person: UserFacts, observer: UserFacts, sinceT: number, untilT: number): void {
    if (person.syncedT < 0 || observer.syncedT < 0 || observer.slow) return;
    findings.counted += 1;
    const fromT = Math.max(person.syncedT, observer.syncedT, observer.slowEndedT, sinceT);
    if (untilT <= windows.presenceDueT(fromT, BOUNDS.falseOfflineUs)) return;
    findings.violated(
      untilT,
      `user ${person.user} is connected and heartbeats, but user ${observer.user} was not shown it ` +
        `online for ${seconds(untilT - fromT)}`,
      observer.user,
      0,
      person.device,
    );
  }

  function judgePair(
    person: UserFacts,
    observer: UserFacts,
    pair: number,
    session: number,
    t: number,
  ): void {
    const isShown = pairs.session[pair] === session;
    if (isShown && pairs.state[pair] === STATE.online) return;
    const untilT = Math.min(t, person.heardT, observer.heardT);
    const shownT = isShown ? pairs.since[pair]! : 0;
    judge(person, observer, Math.max(shownT, pairs.knownT[pair]!), untilT);
  }

  function judgeFriendsOf(person: UserFacts, t: number): void {
    for (let index = 0; index < person.pairs.length; index += 1) {
      const observer = facts.userOf(person.friends[index]!);
      if (observer.session === 0) continue;
      judgePair(person, observer, mirrorOf(person.pairs[index]!), observer.session, t);
    }
  }

  function judgeViewOf(observer: UserFacts, session: number, t: number): void {
    for (let index = 0; index < observer.pairs.length; index += 1) {
      const person = facts.userOf(observer.friends[index]!);
      if (person.session === 0) continue;
      judgePair(person, observer, observer.pairs[index]!, session, t);
    }
  }

  /** A roster read while nobody can ask Redis, about somebody connected all the while. */
  function judgeGuess(t: number, person: UserFacts, observer: UserFacts): void {
    if (person.session === 0 || observer.syncedT >= 0) return;
    const outage = windows
      .activeAt(t)
      .find(({ fault }) => isRedisAwayForAll(fault, scenario.nodes));
    if (!outage || t - outage.began < BOUNDS.guessFromUs) return;
    if (person.connectedT >= outage.began || person.heardT < outage.began) return;
    findings.violated(
      t,
      `user ${observer.user} is told that user ${person.user}, who is connected, is offline, ` +
        `${seconds(t - outage.began)} after Redis went away`,
      observer.user,
      0,
      person.device,
    );
  }

  return {
    id: "PRE2",
    listener: {
      presenceShown(t, _observer, userId, state, _lastSeenMs, epochMs) {
        if (facts.pair < 0) return;
        const observer = facts.user;
        const person = facts.userOf(userId);
        if (state === STATE.offline && epochMs === 0) judgeGuess(t, person, observer);
        if (state !== STATE.online || facts.stateBefore === STATE.online) return;
        if (person.session === 0) return;
        const sinceT = Math.max(facts.sinceBefore, pairs.knownT[facts.pair]!);
        judge(person, observer, sinceT, Math.min(t, person.heardT));
      },
      closed(t, _user, _device, session) {
        if (!facts.wasConnected) return;
        const person = facts.user;
        judgeFriendsOf(person, t);
        judgeViewOf(person, session, t);
      },
      ended(t) {
        for (const observer of facts.users.values()) {
          if (observer.session !== 0) judgeViewOf(observer, observer.session, t);
        }
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
