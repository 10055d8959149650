// LIV1 answered: every operation ends within its deadline: ok, refused or unknown. A node that drains
// answers the sends it took before it closes. What a person left behind on a device is not judged.
import { KIND, OPERATION, OUTCOME } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Drains } from "./drains.ts";
import { Findings, seconds, WHY } from "./findings.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { logName, messageName } from "./subject.ts";

interface OpenOperation {
  readonly beganT: number;
  readonly type: number;
  readonly user: number;
}
const OPERATIONS: readonly string[] = Object.keys(OPERATION);

export const liv1: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("LIV1");
  const { messages } = facts;
  const textUs = scenario.operationDeadlineUs + BOUNDS.deadlineSlackUs;
  const attachmentUs = scenario.attachmentDeadlineUs + BOUNDS.deadlineSlackUs;
  const operations = new Map<number, OpenOperation>();
  const drains = new Drains(facts, scenario, findings);

  function sendWithinUs(row: number): number {
    return messages.kind[row] === KIND.text ? textUs : attachmentUs;
  }

  function isLate(type: number, tookUs: number): boolean {
    const attachment = type === OPERATION.upload || type === OPERATION.download;
    return tookUs > (attachment ? attachmentUs : textUs);
  }

  function judgeOpenSends(t: number): void {
    for (let row = 0; row < messages.count; row += 1) {
      if (messages.answer[row] !== ANSWER.open || (messages.flags[row]! & FLAG.invoked) === 0)
        continue;
      const invokedT = messages.invokedT[row]!;
      if (t - invokedT <= sendWithinUs(row)) continue;
      const log = facts.logs[messages.log[row]!]!;
      const sender = facts.userOf(log.sender);
      if (sender.device !== log.device || sender.signedOutT >= invokedT) continue;
      const n = messages.n[row]!;
      findings.violated(
        t,
        `${messageName(log, n)}, taken at ${seconds(invokedT)}, has no answer`,
        log.sender,
        log.chat.chat,
        log.device,
        n,
      );
    }
  }

  function judgeOpenReads(t: number): void {
    for (const log of facts.logs) {
      for (let copy = log.copies; copy; copy = copy.next) {
        if (copy.readOpenT < 0 || t - copy.readOpenT <= textUs) continue;
        const reader = facts.userOf(copy.user);
        if (reader.device !== copy.device || reader.signedOutT >= copy.readOpenT) continue;
        const text = `reading ${logName(log)} to ${copy.readN}, since ${seconds(copy.readOpenT)},`;
        findings.violated(
          t,
          `${text} has no answer`,
          copy.user,
          log.chat.chat,
          log.device,
          copy.readN,
        );
      }
    }
  }

  function judgeOpenOperations(t: number): void {
    for (const [operation, { beganT, type, user }] of operations) {
      if (!isLate(type, t - beganT) || facts.userOf(user).signedOutT >= beganT) continue;
      const text = `${OPERATIONS[type]} ${operation} of user ${user}, begun at ${seconds(beganT)},`;
      findings.violated(t, `${text} has no end`, user);
    }
  }

  return {
    id: "LIV1",
    listener: {
      ...drains.listener,
      sendEnded(t, user, device, chat, n, outcome) {
        if (outcome !== OUTCOME.unknown) drains.answered();
        if (facts.row < 0 || facts.answerBefore !== ANSWER.open) return;
        findings.counted += 1;
        const tookUs = t - messages.invokedT[facts.row]!;
        if (tookUs <= sendWithinUs(facts.row)) return;
        const text = `${messageName(facts.log, n)} ended ${seconds(tookUs)} after it was taken`;
        findings.violated(t, text, user, chat, device, n);
      },
      readInvoked(t) {
        facts.copy!.readOpenT = t;
      },
      readEnded(t, user, _device, chat, logDevice, n) {
        const copy = facts.copy!;
        const beganT = copy.readOpenT;
        if (beganT < 0 || n < copy.readN) return;
        findings.counted += 1;
        const tookUs = t - beganT;
        copy.readOpenT = -1;
        if (tookUs <= textUs) return;
        const text = `reading ${logName(facts.log)} to ${n} ended after ${seconds(tookUs)}`;
        findings.violated(t, text, user, chat, logDevice, n);
      },
      operationBegan(t, operation, type, user) {
        operations.set(operation, { beganT: t, type, user });
      },
      operationEnded(t, operation) {
        const open = operations.get(operation);
        if (!open) return;
        operations.delete(operation);
        findings.counted += 1;
        const tookUs = t - open.beganT;
        if (!isLate(open.type, tookUs)) return;
        const text = `${OPERATIONS[open.type]} ${operation} ended after ${seconds(tookUs)}`;
        findings.violated(t, text, open.user);
      },
      ended(t) {
        judgeOpenSends(t);
        judgeOpenReads(t);
        judgeOpenOperations(t);
      },
    },
    result: (complete) => findings.result(complete ? undefined : WHY.interrupted),
  };
};
