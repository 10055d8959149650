// UNR4 no return: a closed entry does not open again without a new message, so read_n never moves back.
// The final scan must hold what was confirmed as read, and (simulated) what the store held before.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { logName } from "./subject.ts";

export const unr4: CheckerFactory = ({ facts }) => {
  const findings = new Findings("UNR4");

  function violated(t: number, log: LogFacts, fromN: number, toN: number): void {
    findings.violated(
      t,
      `the entry of ${logName(log)} opened again: read fell from ${fromN} to ${toN}`,
      log.recipient,
      log.chat.chat,
      log.device,
      fromN,
    );
  }

  return {
    id: "UNR4",
    listener: {
      readRaised(t, _reader, _chat, _device, n) {
        findings.counted += 1;
        if (n < facts.beforeN) violated(t, facts.log, facts.beforeN, n);
      },
    },
    result(complete) {
      if (facts.scanned) {
        for (const log of facts.logs) {
          const highest = Math.max(log.readRaisedN, log.readConfirmedN);
          if (highest === 0) continue;
          findings.counted += 1;
          const readN = log.scan?.readN ?? -1;
          if (readN < highest) violated(facts.endT, log, highest, readN);
        }
      }
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
