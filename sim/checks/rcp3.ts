// RCP3 causal, monotone: a receipt follows that reader's show; the watermarks of read_audit never move
// back.
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { logName, messageName } from "./subject.ts";

export const rcp3: CheckerFactory = ({ facts }) => {
  const findings = new Findings("RCP3");

  function violated(t: number, n: number, text: string): void {
    const { log } = facts;
    findings.violated(t, text, log.sender, log.chat.chat, log.device, n);
  }

  function judgeRaise(t: number, n: number, watermark: string): void {
    findings.counted += 1;
    if (n >= facts.beforeN) return;
    const text = `${watermark} of the receipts for ${logName(facts.log)} fell from`;
    violated(t, facts.beforeN, `${text} ${facts.beforeN} to ${n}`);
  }

  return {
    id: "RCP3",
    listener: {
      receiptFrame(t, _user, _device, _session, _chat, _logDevice, n) {
        findings.counted += 1;
        const { log } = facts;
        if (n <= log.shownN) return;
        const text = `a receipt for ${messageName(log, n)} came before it was shown: the reader saw`;
        violated(t, n, `${text} ${log.shownN}`);
      },
      receiptRaised(t, _sender, _chat, _device, n) {
        judgeRaise(t, n, "read_n");
      },
      seenRaised(t, _sender, _chat, _device, n) {
        judgeRaise(t, n, "seen_n");
      },
    },
    result(complete) {
      if (facts.scanned) {
        for (const log of facts.logs) {
          if (!log.scan || log.scan.receiptReadN < 0) continue;
          facts.log = log;
          facts.beforeN = log.receiptRaisedN;
          judgeRaise(facts.endT, log.scan.receiptReadN, "read_n");
          facts.beforeN = log.seenRaisedN;
          judgeRaise(facts.endT, Math.max(log.scan.receiptSeenN, 0), "seen_n");
        }
      }
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
