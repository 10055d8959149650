// MSG3 honest refusal: a refused send is never visible, by push, in a history or in the log that the
// final scan shows (rows up to sent_n). A fork shares its identity with an honest send: not judged.
import { KIND, OUTCOME } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

export const msg3: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG3");
  const { messages } = facts;

  function visible(t: number, user: number, n: number, where: string): void {
    const { log } = facts;
    findings.violated(
      t,
      `${messageName(log, n)} was refused and is visible ${where}`,
      user,
      log.chat.chat,
      log.device,
      n,
    );
  }

  function isRefused(content: number): boolean {
    if (facts.answerBefore !== ANSWER.refused || content <= 0) return false;
    return (facts.flagsBefore & FLAG.forked) === 0;
  }

  function judgeScan(): void {
    for (let row = 0; row < messages.count; row += 1) {
      if (messages.answer[row] !== ANSWER.refused) continue;
      if ((messages.flags[row]! & (FLAG.scanned | FLAG.forked)) !== FLAG.scanned) continue;
      const log = facts.logs[messages.log[row]!]!;
      const n = messages.n[row]!;
      if (n > (log.scan?.sentN ?? -1)) continue;
      facts.log = log;
      visible(
        facts.endT,
        log.recipient,
        n,
        `in the store, whose log reaches to ${log.scan?.sentN}`,
      );
    }
  }

  return {
    id: "MSG3",
    listener: {
      sendEnded(t, user, _device, _chat, n, outcome) {
        if (outcome !== OUTCOME.refused || facts.row < 0) return;
        if (facts.answerBefore === ANSWER.ok || facts.answerBefore === ANSWER.refused) return;
        findings.counted += 1;
        const seen = FLAG.received | FLAG.forked;
        if ((facts.flagsBefore & seen) === FLAG.received) visible(t, user, n, "already");
      },
      messageFrame(t, user, device, _s, _chat, _from, _logDevice, n, content, kind) {
        if (kind !== KIND.void && isRefused(content)) visible(t, user, n, `to device ${device}`);
      },
      historyRow(t, operation, _chat, _logDevice, n, content) {
        if (isRefused(content)) visible(t, 0, n, `in the history of operation ${operation}`);
      },
    },
    result(complete) {
      if (facts.scanned) judgeScan();
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
