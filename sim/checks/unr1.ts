// UNR1 covered: at every instant a confirmed unread message is covered by an open unread_audit entry.
// Simulated, the store models tell; live, only the final scan does.
import { OUTCOME } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { ANSWER } from "./message-table.ts";
import { logName, messageName } from "./subject.ts";

export const unr1: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("UNR1");
  const simulated = scenario.mode === "simulated";

  function violated(t: number, log: LogFacts, n: number, text: string): void {
    findings.violated(t, text, log.recipient, log.chat.chat, log.device, n);
  }

  function judgeScan(log: LogFacts): void {
    const n = log.confirmedN;
    if (n <= log.readInvokedN) return;
    findings.counted += 1;
    const sentN = log.scan?.sentN ?? -1;
    const readN = log.scan?.readN ?? -1;
    if (sentN >= n && readN < n) return;
    violated(
      facts.endT,
      log,
      n,
      `${messageName(log, n)} is confirmed and unread, but its entry stands at sent ${sentN}, read ${readN}`,
    );
  }

  return {
    id: "UNR1",
    listener: simulated
      ? {
          sendEnded(t, _user, _device, _chat, n, outcome) {
            if (outcome !== OUTCOME.ok || facts.row < 0) return;
            if (facts.answerBefore === ANSWER.ok || facts.answerBefore === ANSWER.refused) return;
            findings.counted += 1;
            const { log } = facts;
            if (log.sentRaisedN >= n || log.readInvokedN >= n) return;
            const text = `${messageName(log, n)} was confirmed while its entry stood at sent`;
            violated(t, log, n, `${text} ${log.sentRaisedN}`);
          },
          sentRaised(t, _recipient, _chat, _device, n) {
            const { log } = facts;
            if (n >= facts.beforeN || n >= log.confirmedN || log.readInvokedN >= log.confirmedN) {
              return;
            }
            const text = `the entry of ${logName(log)} fell from sent ${facts.beforeN} to ${n}, with`;
            violated(t, log, log.confirmedN, `${text} ${log.confirmedN} confirmed`);
          },
          readRaised(t, _reader, _chat, _device, n) {
            const { log } = facts;
            if (n <= log.readInvokedN) return;
            const text = `the entry of ${logName(log)} was closed to ${n}, but its reader read to`;
            violated(t, log, n, `${text} ${log.readInvokedN}`);
          },
        }
      : {},
    result(complete) {
      if (facts.scanned) for (const log of facts.logs) judgeScan(log);
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
