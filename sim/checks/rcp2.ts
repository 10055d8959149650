// RCP2 exactly one: each confirmed read is shown to its sender at least once by the end and at most once a
// device; an unread message never. A receipt is cumulative: n stands for all up to n.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { logName, messageName } from "./subject.ts";

export const rcp2: CheckerFactory = ({ facts }) => {
  const findings = new Findings("RCP2");

  function violated(t: number, log: LogFacts, n: number, text: string): void {
    findings.violated(t, text, log.sender, log.chat.chat, log.device, n);
  }

  function judgeRead(t: number, n: number): boolean {
    const { log } = facts;
    if (n <= log.readInvokedN) return true;
    const text = `a receipt says that ${messageName(log, n)} was read, but reading reached`;
    violated(t, log, n, `${text} ${log.readInvokedN}`);
    return false;
  }

  return {
    id: "RCP2",
    listener: {
      receiptFrame(t, _user, _device, _session, _chat, _logDevice, n) {
        judgeRead(t, n);
      },
      receiptShown(t, _user, device, _chat, _logDevice, n) {
        findings.counted += 1;
        const { log } = facts;
        if (!judgeRead(t, n) || n > facts.beforeN) return;
        const text = `the receipt for ${messageName(log, n)} was shown again on device ${device},`;
        violated(t, log, n, `${text} which had shown ${facts.beforeN}`);
      },
    },
    result(complete) {
      if (complete && facts.secondQuietT >= 0) {
        for (const log of facts.logs) {
          if (log.readConfirmedN <= log.receiptShownN) continue;
          const text = `reading ${logName(log)} to ${log.readConfirmedN} is confirmed, but its sender`;
          violated(
            facts.endT,
            log,
            log.readConfirmedN,
            `${text} was shown receipts to ${log.receiptShownN} only`,
          );
        }
      }
      return findings.result(endWhy(facts, complete, true));
    },
  };
};
