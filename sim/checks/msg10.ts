// MSG10 same content: one identity, one content, for ever, whoever reads it by whatever way. A void is a
// content of its own.
import { KIND } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { SEEN } from "./message-table.ts";
import { messageName } from "./subject.ts";

function contentName(seen: number): string {
  return seen === SEEN.void ? "a void" : `content ${seen}`;
}

export const msg10: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG10");
  const { messages } = facts;

  function see(t: number, user: number, n: number, content: number, isVoid: boolean): void {
    const { row } = facts;
    if (row < 0 || (content < 0 && !isVoid)) return;
    findings.counted += 1;
    const seen = isVoid ? SEEN.void : content;
    const before = messages.seen[row]!;
    if (before === seen) return;
    if (before === SEEN.nothing) {
      messages.seen[row] = seen;
      return;
    }
    const { log } = facts;
    findings.violated(
      t,
      `${messageName(log, n)} was ${contentName(before)} and is ${contentName(seen)}`,
      user,
      log.chat.chat,
      log.device,
      n,
    );
  }

  return {
    id: "MSG10",
    listener: {
      messageFrame(t, user, _device, _session, _chat, _from, _logDevice, n, content, kind) {
        see(t, user, n, content, kind === KIND.void);
      },
      historyRow(t, _operation, _chat, _logDevice, n, content) {
        see(t, 0, n, content, content === 0);
      },
      scanRow(t, _chat, _from, _device, n, content, kind) {
        see(t, 0, n, content, kind === KIND.void);
      },
    },
    result: (complete) => findings.result(endWhy(facts, complete, false)),
  };
};
