// UNR4 no return: a closed entry does not open again without a new message, so read_n never moves back.
// The final scan must hold what was confirmed as read, and (simulated) what the store held before; it holds
// it already when the read is confirmed.
import { OUTCOME } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { logName } from "./subject.ts";

export const unr4: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("UNR4");
  const simulated = scenario.mode === "simulated";

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
      readEnded(t, _user, _device, _chat, _logDevice, n, outcome) {
        if (!simulated || outcome !== OUTCOME.ok) return;
        const { log } = facts;
        if (log.readRaisedN < n) violated(t, log, n, log.readRaisedN);
      },
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
