// RCP1 exact: at rest no receipt is due that its sender has acknowledged, and every one not acknowledged
// is due. An acknowledgement in the last seconds may still be on its way.
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { logName } from "./subject.ts";

export const rcp1: CheckerFactory = ({ facts }) => {
  const findings = new Findings("RCP1");

  function fault(log: LogFacts, readN: number, seenN: number): string {
    if (log.readConfirmedN > log.receiptAckN && readN < log.readConfirmedN) {
      return `is due to ${readN}, but reading ${log.readConfirmedN} is confirmed`;
    }
    if (seenN > log.receiptAckN) {
      return `counts as seen to ${seenN}, but its sender acknowledged ${log.receiptAckN}`;
    }
    const settled = log.receiptAckT <= facts.endT - BOUNDS.acknowledgementUs;
    if (settled && seenN < Math.min(log.receiptAckN, readN)) {
      return `is due from ${seenN + 1}, but its sender acknowledged ${log.receiptAckN}`;
    }
    return "";
  }

  function judge(log: LogFacts): void {
    const readN = Math.max(log.scan?.receiptReadN ?? 0, 0);
    const seenN = Math.max(log.scan?.receiptSeenN ?? 0, 0);
    if (log.readConfirmedN === 0 && readN === 0) return;
    findings.counted += 1;
    const found = fault(log, readN, seenN);
    if (found === "") return;
    findings.violated(
      facts.endT,
      `the receipt for ${logName(log)} ${found}`,
      log.sender,
      log.chat.chat,
      log.device,
      log.readConfirmedN,
    );
  }

  return {
    id: "RCP1",
    listener: {},
    result(complete) {
      if (facts.scanned) for (const log of facts.logs) judge(log);
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
