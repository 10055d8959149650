// MSG6 cause before effect: a send sorts after everything its device was shown in that chat; everybody
// sorts a message by the time that its sender gave it, so both sides end with the same order.
import { KIND } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

export const msg6: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG6");
  const { messages } = facts;

  /** The latest time that a device was shown in a chat, in logs other than its own; -1: none. */
  function seenByDevice(device: number): number {
    let latest = -1;
    for (const log of facts.log.chat.logs) {
      for (let copy = log.copies; copy; copy = copy.next) {
        if (copy.device === device && copy.sentAtMax > latest) latest = copy.sentAtMax;
      }
    }
    return latest;
  }

  /** The time of the row below n; 0 of one that was not sent, -1 where there is none. */
  function sentAtBefore(n: number): number {
    const below = n >= 2 ? facts.log.rows[n - 2] : undefined;
    if (below === undefined || messages.kind[below] === KIND.void) return -1;
    return messages.sentAt[below]!;
  }

  function sameTime(
    t: number,
    user: number,
    n: number,
    kind: number,
    sentAt: number,
    where: string,
  ) {
    const { log, row } = facts;
    if (kind === KIND.void) return;
    if ((messages.flags[row]! & (FLAG.invoked | FLAG.forked)) !== FLAG.invoked) return;
    findings.counted += 1;
    const given = messages.sentAt[row]!;
    if (sentAt === given) return;
    findings.violated(
      t,
      `${messageName(log, n)} sorts at ${sentAt} ms ${where}, but was sent at ${given} ms`,
      user,
      log.chat.chat,
      log.device,
      n,
    );
  }

  return {
    id: "MSG6",
    listener: {
      sendInvoked(t, user, device, chat, n, _content, kind, sentAt) {
        if (kind === KIND.void || (facts.flagsBefore & FLAG.invoked) !== 0) return;
        findings.counted += 1;
        const seen = Math.max(seenByDevice(device), sentAtBefore(n));
        if (sentAt > seen) return;
        findings.violated(
          t,
          `${messageName(facts.log, n)} is sent at ${sentAt} ms by a device that had seen ${seen} ms`,
          user,
          chat,
          device,
          n,
        );
      },
      shown(t, user, _device, _session, _chat, _from, _logDevice, n, _content, kind, sentAt) {
        sameTime(t, user, n, kind, sentAt, "on the screen");
      },
      scanRow(t, _chat, from, _device, n, _content, kind, sentAt) {
        sameTime(t, from, n, kind, sentAt, "in the store");
      },
    },
    result: (complete) => findings.result(endWhy(facts, complete, false)),
  };
};
