// MSG7 stored before confirmed: at `sent` of n every row of that log up to n is durable. Simulated, the
// store models tell; live, only the final scan does.
import { OUTCOME } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings, seconds, onlineWhy } from "./findings.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

export const msg7: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("MSG7");
  const { messages } = facts;
  const simulated = scenario.mode === "simulated";

  function judgeScan(): void {
    for (let row = 0; row < messages.count; row += 1) {
      if (messages.answer[row] !== ANSWER.ok) continue;
      findings.counted += 1;
      if ((messages.flags[row]! & (FLAG.scanned | FLAG.scannedVoid)) !== 0) continue;
      const log = facts.logs[messages.log[row]!]!;
      const n = messages.n[row]!;
      findings.violated(
        messages.confirmedT[row]!,
        `${messageName(log, n)} was confirmed at ${seconds(messages.confirmedT[row]!)}, no row stands`,
        log.sender,
        log.chat.chat,
        log.device,
        n,
      );
    }
  }

  return {
    id: "MSG7",
    listener: simulated
      ? {
          sendEnded(t, user, device, chat, n, outcome) {
            if (outcome !== OUTCOME.ok || facts.answerBefore === ANSWER.ok) return;
            if (facts.answerBefore === ANSWER.refused) return;
            findings.counted += 1;
            const through = facts.log.appliedThroughN;
            if (through >= n) return;
            findings.violated(
              t,
              `${messageName(facts.log, n)} was confirmed while rows were durable to ${through} only`,
              user,
              chat,
              device,
              n,
            );
          },
        }
      : {},
    result(complete) {
      if (simulated) return findings.result(onlineWhy(facts));
      if (facts.scanned) judgeScan();
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
