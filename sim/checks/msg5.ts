// MSG5 gapless order: each log arrives (judged on frames) and is shown in order of n, without holes after
// its announced start, which is at most what the device declared or one device's highest read.
import { KIND } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, onlineWhy } from "./findings.ts";
import { FLAG } from "./message-table.ts";
import { logName, messageName } from "./subject.ts";

export const msg5: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG5");
  const { messages } = facts;

  function allVoid(fromN: number, toN: number): boolean {
    const rows = facts.log.rows;
    for (let n = fromN; n <= toN; n += 1) {
      const row = rows[n - 1];
      if (row === undefined || (messages.flags[row]! & FLAG.voidSeen) === 0) return false;
    }
    return true;
  }

  function violated(t: number, user: number, n: number, text: string): void {
    findings.violated(t, text, user, facts.log.chat.chat, facts.log.device, n);
  }

  return {
    id: "MSG5",
    listener: {
      logFrame(t, user, device, _session, _chat, _logDevice, start) {
        if (facts.stale) return;
        const { log } = facts;
        const highest = Math.max(facts.copy!.have, log.readInvokedN, facts.beforeN);
        if (start <= highest) return;
        const text = `${logName(log)} was announced to device ${device} from ${start}, but the device`;
        violated(
          t,
          user,
          start,
          `${text} had declared ${Math.max(facts.copy!.have, 0)} and ${log.readInvokedN} were read`,
        );
      },
      messageFrame(t, user, device, _session, _chat, _from, _logDevice, n) {
        if (facts.stale) return;
        findings.counted += 1;
        if (n <= facts.beforeN + 1) return;
        const copy = facts.copy!;
        // Not announced: it may go on from what the device is known to have.
        if (copy.start < 0 && n <= Math.max(copy.have, facts.log.readInvokedN) + 1) return;
        violated(
          t,
          user,
          n,
          `${messageName(facts.log, n)} came to device ${device} after ${facts.beforeN}`,
        );
      },
      shown(t, user, device, _session, _chat, _from, _logDevice, n, _content, kind) {
        if (kind === KIND.void || n <= facts.beforeN + 1) return;
        const copy = facts.copy!;
        if (copy.start < 0 && n <= Math.max(copy.have, facts.log.readInvokedN) + 1) return;
        if (allVoid(facts.beforeN + 1, n - 1)) return;
        violated(
          t,
          user,
          n,
          `${messageName(facts.log, n)} was shown on device ${device} after ${facts.beforeN}`,
        );
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
