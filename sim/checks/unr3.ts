// UNR3 conservation: per recipient, stored (rows up to sent_n) = unread + read. Voids are rows.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { FLAG } from "./message-table.ts";
import { logName } from "./subject.ts";

export const unr3: CheckerFactory = ({ facts }) => {
  const findings = new Findings("UNR3");
  const { messages } = facts;

  function judge(log: LogFacts): void {
    const sentN = log.scan?.sentN ?? 0;
    const readN = Math.max(log.scan?.readN ?? 0, 0);
    if (sentN <= 0) return;
    findings.counted += 1;
    let stored = 0;
    for (let n = 1; n <= Math.min(sentN, log.rows.length); n += 1) {
      const flags = messages.flags[log.rows[n - 1]!]!;
      if ((flags & (FLAG.scanned | FLAG.scannedVoid)) !== 0) stored += 1;
    }
    const unread = Math.max(sentN - readN, 0);
    if (stored === unread + readN) return;
    findings.violated(
      facts.endT,
      `${logName(log)} holds ${stored} rows for user ${log.recipient}, but ${unread} count as unread ` +
        `and ${readN} as read`,
      log.recipient,
      log.chat.chat,
      log.device,
      sentN,
    );
  }

  return {
    id: "UNR3",
    listener: {},
    result(complete) {
      if (facts.scanned) for (const log of facts.logs) judge(log);
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
