// UNR2 exact: at rest open entries = confirmed - read, per (user, chat, device). An unknown send or read
// may have moved a watermark or not.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { logName } from "./subject.ts";

export const unr2: CheckerFactory = ({ facts }) => {
  const findings = new Findings("UNR2");

  function fault(log: LogFacts, sentN: number, readN: number): string {
    if (sentN < log.confirmedN) return `says sent ${sentN}, but ${log.confirmedN} is confirmed`;
    if (sentN > log.rows.length)
      return `says sent ${sentN}, but only ${log.rows.length} were tried`;
    if (readN < log.readConfirmedN) {
      return `says read ${readN}, but reading ${log.readConfirmedN} is confirmed`;
    }
    if (readN > log.readInvokedN) {
      return `says read ${readN}, but its reader read ${log.readInvokedN} at most`;
    }
    return readN > sentN ? `says read ${readN}, but sent ${sentN}` : "";
  }

  function judge(log: LogFacts): void {
    const scan = log.scan;
    const hasEntry = scan !== undefined && (scan.sentN > 0 || scan.readN > 0);
    if (log.confirmedN === 0 && !hasEntry) return;
    findings.counted += 1;
    const found = fault(log, Math.max(scan?.sentN ?? 0, 0), Math.max(scan?.readN ?? 0, 0));
    if (found === "") return;
    findings.violated(
      facts.endT,
      `the entry of ${logName(log)} for user ${log.recipient} ${found}`,
      log.recipient,
      log.chat.chat,
      log.device,
      log.confirmedN,
    );
  }

  return {
    id: "UNR2",
    listener: {},
    result(complete) {
      if (facts.scanned) for (const log of facts.logs) judge(log);
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
