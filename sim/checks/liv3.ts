// LIV3 prompt: a confirmed message whose recipient means to be online is shown within the bound of the
// later of its confirmation and the recipient's `synced`, plus what overlapping faults add.
import { KIND } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, seconds, onlineWhy } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";
import type { UserFacts } from "./user-table.ts";

const BROKEN = 0;

export const liv3: CheckerFactory = ({ facts }) => {
  const findings = new Findings("LIV3");
  const { messages, windows } = facts;

  /** untilT: when it was shown, or until when it is known that it was not. */
  function judge(
    person: UserFacts,
    log: LogFacts,
    n: number,
    row: number,
    untilT: number,
    how: string,
  ) {
    const confirmedT = messages.confirmedT[row]!;
    const fromT = Math.max(
      confirmedT,
      person.syncedT,
      person.slowEndedT + BOUNDS.slowReaderUs - BOUNDS.promptUs,
    );
    if (untilT <= windows.dueT(fromT, BOUNDS.promptUs)) return;
    findings.violated(
      untilT,
      `${messageName(log, n)}, confirmed at ${seconds(confirmedT)}, ${how} ` +
        `${seconds(untilT - fromT)} after it could be shown to user ${person.user}`,
      person.user,
      log.chat.chat,
      log.device,
      n,
    );
  }

  function judgePending(person: UserFacts, untilT: number): void {
    if (person.syncedT < 0 || person.slow) return;
    for (const log of person.inbound) {
      for (let n = log.shownN + 1; n <= log.confirmedN; n += 1) {
        const row = log.rows[n - 1]!;
        if (messages.answer[row] !== ANSWER.ok) continue;
        if ((messages.flags[row]! & (FLAG.shown | FLAG.voidSeen)) !== 0) continue;
        findings.counted += 1;
        judge(person, log, n, row, untilT, "was not shown");
      }
    }
  }

  return {
    id: "LIV3",
    listener: {
      shown(t, _user, _device, _session, _chat, _from, _logDevice, n, _content, kind) {
        const { row, log } = facts;
        if (kind === KIND.void || row < 0 || (facts.flagsBefore & FLAG.shown) !== 0) return;
        findings.counted += 1;
        if (messages.answer[row] !== ANSWER.ok) return;
        if (t - messages.confirmedT[row]! <= BOUNDS.promptUs) return;
        const person = facts.userOf(log.recipient);
        if (!person.meansOnline || person.session === 0 || person.syncedT < 0 || person.slow)
          return;
        judge(person, log, n, row, t, "was shown");
      },
      closed(t, _user, _device, _session, code) {
        const person = facts.user;
        if (!facts.wasConnected) return;
        const heardT = code === BROKEN ? Math.min(t, person.heardT) : t;
        judgePending(person, person.meansOnline ? heardT : Math.min(heardT, person.signedOutT));
      },
      ended(t) {
        for (const person of facts.users.values()) {
          if (person.meansOnline && person.session !== 0) judgePending(person, t);
        }
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
