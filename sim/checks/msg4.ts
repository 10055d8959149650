// MSG4 no duplicate: within a session each n is sent to a device at most once and none at or below what it
// declared; a device shows it at most once; one send never gets two n.
import { KIND } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, onlineWhy } from "./findings.ts";
import type { LogFacts } from "./log-table.ts";
import { FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

export const msg4: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG4");
  const { messages } = facts;

  function violated(t: number, user: number, n: number, how: string): void {
    const { log } = facts;
    findings.violated(t, `${messageName(log, n)} ${how}`, user, log.chat.chat, log.device, n);
  }

  /** Another n of the log under which this content was sent, or 0. */
  function otherN(log: LogFacts, n: number, content: number): number {
    for (let index = log.rows.length - 1; index >= 0; index -= 1) {
      const row = log.rows[index]!;
      if (index + 1 === n || (messages.flags[row]! & FLAG.invoked) === 0) continue;
      if (messages.content[row] === content && messages.kind[row] !== KIND.void) return index + 1;
    }
    return 0;
  }

  return {
    id: "MSG4",
    listener: {
      sendInvoked(t, user, _device, _chat, n, content) {
        if (content <= 0 || (facts.flagsBefore & FLAG.invoked) !== 0) return;
        const { log } = facts;
        // Contents grow on a device, so only a late one has to be searched for.
        if (content > log.contentMax) {
          log.contentMax = content;
          return;
        }
        const other = otherN(log, n, content);
        if (other > 0) violated(t, user, n, `is send ${content}, which has n ${other} already`);
      },
      messageFrame(t, user, device, session, _chat, _from, _logDevice, n, content) {
        findings.counted += 1;
        const copy = facts.copy!;
        if (!facts.stale) {
          if (n <= copy.have) {
            violated(t, user, n, `came to device ${device}, which had declared ${copy.have}`);
          } else if (n <= copy.frameMaxN) {
            violated(t, user, n, `came to device ${device} a second time in session ${session}`);
          }
          if (n > copy.frameMaxN) copy.frameMaxN = n;
        }
        if (content <= 0) return;
        const { row } = facts;
        if (row >= 0 && messages.attempted(row, content)) return;
        const other = otherN(facts.log, n, content);
        if (other > 0) violated(t, user, n, `is send ${content}, which has n ${other} already`);
      },
      scanRow(t, _chat, from, _device, n, content) {
        const { row } = facts;
        if (content <= 0 || row < 0) return;
        if (messages.attempted(row, content)) return;
        const other = otherN(facts.log, n, content);
        if (other > 0) violated(t, from, n, `holds send ${content}, which has n ${other} already`);
      },
      shown(t, user, device, _session, _chat, _from, _logDevice, n, _content, kind) {
        if (kind === KIND.void || n > facts.beforeN) return;
        violated(t, user, n, `was shown again on device ${device}, which showed ${facts.beforeN}`);
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
