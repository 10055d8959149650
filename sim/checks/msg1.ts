// MSG1 no loss: every confirmed message is shown on a device of its recipient, the device in use holds
// every unread one, and it stands in the store.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings, seconds } from "./findings.ts";
import { copyOf, type LogFacts } from "./log-table.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { logName, messageName } from "./subject.ts";

export const msg1: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG1");
  const { messages } = facts;

  function judgeMessage(row: number): void {
    if (messages.answer[row] !== ANSWER.ok) return;
    const flags = messages.flags[row]!;
    const log = facts.logs[messages.log[row]!]!;
    const n = messages.n[row]!;
    const t = messages.confirmedT[row]!;
    findings.counted += 1;
    if (facts.secondQuietT >= 0 && (flags & FLAG.shown) === 0) {
      const how = (flags & FLAG.voidSeen) === 0 ? "never shown to" : "delivered as a void to";
      findings.violated(
        t,
        `${messageName(log, n)}, confirmed at ${seconds(t)}, was ${how} user ${log.recipient}`,
        log.recipient,
        log.chat.chat,
        log.device,
        n,
      );
    } else if (facts.scanned && (flags & FLAG.scanned) === 0) {
      const what = (flags & FLAG.scannedVoid) === 0 ? "missing from" : "a void in";
      findings.violated(
        t,
        `${messageName(log, n)}, confirmed at ${seconds(t)}, is ${what} the store`,
        log.recipient,
        log.chat.chat,
        log.device,
        n,
      );
    }
  }

  /** Messages that were read may be missing on a fresh device; unread ones may not. */
  function judgeDeviceInUse(log: LogFacts): void {
    const recipient = facts.userOf(log.recipient);
    if (log.recipient === 0 || recipient.session === 0 || recipient.slow) return;
    if (log.readInvokedN >= log.confirmedN) return;
    const copy = copyOf(log, log.recipient, recipient.device);
    if (copy.shownN >= log.confirmedN) return;
    findings.violated(
      facts.endT,
      `${logName(log)} is confirmed to ${log.confirmedN} and read to ${log.readInvokedN}, but device ` +
        `${recipient.device}, in use by user ${log.recipient}, holds it to ${copy.shownN} only`,
      log.recipient,
      log.chat.chat,
      log.device,
      log.confirmedN,
    );
  }

  return {
    id: "MSG1",
    listener: {},
    result(complete) {
      const why = endWhy(facts, complete, true);
      if (complete) {
        for (let row = 0; row < messages.count; row += 1) judgeMessage(row);
        if (facts.secondQuietT >= 0) for (const log of facts.logs) judgeDeviceInUse(log);
      }
      return findings.result(why);
    },
  };
};
