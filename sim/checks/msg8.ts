// MSG8 stored before shown: nothing that was shown is missing from the final scan.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

export const msg8: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG8");
  const { messages } = facts;

  function judgeScan(): void {
    for (let row = 0; row < messages.count; row += 1) {
      const flags = messages.flags[row]!;
      if ((flags & FLAG.shown) === 0) continue;
      findings.counted += 1;
      if ((flags & FLAG.scanned) !== 0) continue;
      const log = facts.logs[messages.log[row]!]!;
      const n = messages.n[row]!;
      const what = (flags & FLAG.scannedVoid) === 0 ? "not in the store" : "a void in the store";
      findings.violated(
        facts.endT,
        `${messageName(log, n)} was shown to user ${log.recipient} and is ${what}`,
        log.recipient,
        log.chat.chat,
        log.device,
        n,
      );
    }
  }

  return {
    id: "MSG8",
    listener: {},
    result(complete) {
      if (facts.scanned) judgeScan();
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
