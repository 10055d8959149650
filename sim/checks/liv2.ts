// LIV2 recovers: after the faults end, whoever means to be online is connected, synced, drained and served
// by the device's own reconnect within the bound, before anybody else signs in.
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, seconds, WHY } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";
import type { UserFacts } from "./user-table.ts";

const SHORT = "the first step of the quiet phase was shorter than the bound";

export const liv2: CheckerFactory = ({ facts }) => {
  const findings = new Findings("LIV2");
  const { messages } = facts;

  function isShort(): boolean {
    return facts.secondQuietT - facts.quietT < BOUNDS.recoverUs;
  }

  function meant(person: UserFacts, sinceT: number): boolean {
    return person.meansOnline && person.signedInT <= sinceT && !person.slow;
  }

  /** Whether a send of a device in use is still without a definite end, or a message to it unseen. */
  function isStuck(row: number, dueT: number, incoming: boolean): boolean {
    const flags = messages.flags[row]!;
    if ((flags & FLAG.invoked) === 0 || messages.invokedT[row]! > dueT) return false;
    const answer = messages.answer[row]!;
    if (!incoming) {
      // Refused for good after an unknown attempt: the outcome stays unknown, a void settles its n.
      if ((flags & (FLAG.voidApplied | FLAG.voidSeen)) !== 0) return false;
      return answer === ANSWER.open || answer === ANSWER.unknown;
    }
    if (answer !== ANSWER.ok || messages.confirmedT[row]! > dueT) return false;
    return (flags & (FLAG.shown | FLAG.voidSeen)) === 0;
  }

  function judgeLog(t: number, person: UserFacts, log: LogFacts, dueT: number, incoming: boolean) {
    for (const row of log.rows) {
      if (!isStuck(row, dueT, incoming)) continue;
      const n = messages.n[row]!;
      const what = incoming ? "is not shown to" : "has no definite answer for";
      findings.violated(
        t,
        `${messageName(log, n)} ${what} user ${person.user}, ${seconds(t - facts.quietT)} after the ` +
          `faults ended`,
        person.user,
        log.chat.chat,
        log.device,
        n,
      );
      return;
    }
  }

  function judgeUser(t: number, person: UserFacts): void {
    findings.counted += 1;
    if (person.session === 0 || person.syncedT < 0) {
      const state = person.session === 0 ? "not connected" : "not synced";
      findings.violated(
        t,
        `user ${person.user} means to be online and is ${state}, ${seconds(t - facts.quietT)} after ` +
          `the faults ended`,
        person.user,
        0,
        person.device,
      );
      return;
    }
    const dueT = t - BOUNDS.recoverUs;
    for (const log of person.inbound) judgeLog(t, person, log, dueT, true);
    for (const log of person.outbound) {
      if (log.device === person.device) judgeLog(t, person, log, dueT, false);
    }
  }

  return {
    id: "LIV2",
    listener: {
      connected(t, user, device) {
        const { quietT, user: person } = facts;
        if (facts.secondQuietT >= 0 || person.device !== device) return;
        // A connection that came late; one that broke in the quiet phase has its own bound.
        const lostT = Math.max(person.lostT, quietT);
        if (!meant(person, quietT) || t - lostT <= BOUNDS.recoverUs) return;
        const text = `user ${user} was connected again ${seconds(t - lostT)} after the faults ended`;
        findings.violated(t, text, user, 0, device);
      },
      quietBegan(t) {
        // At its first step it is.
        if (isShort()) return;
        const sinceT = t - BOUNDS.recoverUs;
        for (const person of facts.users.values()) {
          if (meant(person, sinceT)) judgeUser(t, person);
        }
      },
    },
    result(complete) {
      if (!complete) return findings.result(WHY.interrupted);
      if (facts.secondQuietT < 0) return findings.result(WHY.notQuiet);
      return findings.result(isShort() ? SHORT : undefined);
    },
  };
};
