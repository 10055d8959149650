// MSG2 no phantom: whatever is received equals an attempted send in (chat, sender, device, n, content).
// What does not decrypt at all is SEC3's.
import { KIND } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

const UNKNOWN_SENDER = 0;

export const msg2: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG2");
  const { messages } = facts;

  /** kind -1: not told. */
  function judge(
    t: number,
    user: number,
    from: number,
    n: number,
    content: number,
    kind: number,
    where: string,
  ): void {
    findings.counted += 1;
    if (kind === KIND.void || content < 0 || (kind < 0 && content === 0)) return;
    const { log, row } = facts;
    const fault = phantom(row, from, content, kind);
    if (fault === "") return;
    findings.violated(
      t,
      `${where} holds ${messageName(log, n)}, ${fault}`,
      user,
      log.chat.chat,
      log.device,
      n,
    );
  }

  function phantom(row: number, from: number, content: number, kind: number): string {
    if (row < 0 || (messages.flags[row]! & FLAG.invoked) === 0) return "which nobody sent";
    if (!messages.attempted(row, content)) {
      return `with content ${content} where ${messages.content[row]} was sent`;
    }
    if (from !== UNKNOWN_SENDER && from !== facts.log.sender) {
      return `said to come from user ${from}, but sent by user ${facts.log.sender}`;
    }
    const forked = (messages.flags[row]! & FLAG.forked) !== 0;
    if (kind >= 0 && kind !== messages.kind[row] && !forked) {
      return `of kind ${kind}, but sent as kind ${messages.kind[row]}`;
    }
    return "";
  }

  return {
    id: "MSG2",
    listener: {
      messageFrame(t, user, _device, _session, _chat, from, _logDevice, n, content, kind) {
        judge(t, user, from, n, content, kind, "a frame");
      },
      shown(t, user, _device, _session, _chat, from, _logDevice, n, content, kind) {
        judge(t, user, from, n, content, kind, "the screen");
      },
      historyRow(t, _operation, _chat, _logDevice, n, content) {
        judge(t, 0, UNKNOWN_SENDER, n, content, -1, "a history");
      },
      scanRow(t, _chat, from, _device, n, content, kind) {
        judge(t, 0, from, n, content, kind, "the store");
      },
    },
    result: (complete) => findings.result(endWhy(facts, complete, false)),
  };
};
