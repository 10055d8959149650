// MSG9 known stays known: a history read that began after a message was confirmed or seen contains it,
// where the message lies within the page's range.
import { OPERATION } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, onlineWhy } from "./findings.ts";
import type { ChatFacts, LogFacts } from "./log-table.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

interface HistoryRead {
  readonly user: number;
  readonly chat: ChatFacts;
  readonly beganT: number;
  /** Per log of the chat: the highest n confirmed or shown when the read began. */
  readonly knownN: readonly number[];
  /** Rows of the message table met on the page that is being told. */
  readonly page: Set<number>;
  lowSentAt: number;
  lowDevice: number;
  lowN: number;
}

/** Order of messages for people: by (sentAt, device, n). */
function order(
  sentAt: number,
  device: number,
  n: number,
  otherSentAt: number,
  otherDevice: number,
  otherN: number,
): number {
  return sentAt - otherSentAt || device - otherDevice || n - otherN;
}

export const msg9: CheckerFactory = ({ facts }) => {
  const findings = new Findings("MSG9");
  const { messages } = facts;
  const open = new Map<number, HistoryRead>();

  function wasKnown(row: number, beganT: number): boolean {
    if ((messages.flags[row]! & (FLAG.shown | FLAG.invoked)) === (FLAG.shown | FLAG.invoked)) {
      return true;
    }
    return messages.answer[row] === ANSWER.ok && messages.confirmedT[row]! <= beganT;
  }

  function judgeLog(
    t: number,
    read: HistoryRead,
    log: LogFacts,
    knownN: number,
    before: readonly [sentAt: number, device: number, n: number],
    more: boolean,
  ): void {
    for (let n = knownN; n >= 1; n -= 1) {
      const row = log.rows[n - 1]!;
      if (!wasKnown(row, read.beganT)) continue;
      const sentAt = messages.sentAt[row]!;
      if (before[0] > 0 && order(sentAt, log.device, n, before[0], before[1], before[2]) >= 0) {
        continue;
      }
      const low = order(sentAt, log.device, n, read.lowSentAt, read.lowDevice, read.lowN);
      if (more && low < 0) return;
      findings.counted += 1;
      if (read.page.has(row)) continue;
      findings.violated(
        t,
        `${messageName(log, n)} is missing from a history that user ${read.user} asked for afterwards`,
        read.user,
        log.chat.chat,
        log.device,
        n,
      );
    }
  }

  return {
    id: "MSG9",
    listener: {
      operationBegan(t, operation, type, user, _device, chat) {
        if (type !== OPERATION.history) return;
        const known = facts.chatOf(chat);
        // shownN may lie above what was shown of this n: the row's own flag decides later.
        const knownN = known.logs.map((log) =>
          Math.min(Math.max(log.confirmedN, log.shownN), log.rows.length),
        );
        open.set(operation, {
          user,
          chat: known,
          beganT: t,
          knownN,
          page: new Set(),
          lowSentAt: 0,
          lowDevice: 0,
          lowN: 0,
        });
      },
      historyRow(_t, operation, _chat, logDevice, n, _content, sentAt) {
        const read = open.get(operation);
        if (!read) return;
        read.page.add(facts.row);
        read.lowSentAt = sentAt;
        read.lowDevice = logDevice;
        read.lowN = n;
      },
      historyPage(t, operation, _chat, beforeSentAt, beforeDevice, beforeN, rows, more) {
        const read = open.get(operation);
        if (!read) return;
        const before = [beforeSentAt, beforeDevice, beforeN] as const;
        if (rows > 0 || more === 0) {
          read.knownN.forEach((knownN, index) => {
            judgeLog(t, read, read.chat.logs[index]!, knownN, before, more !== 0);
          });
        }
        read.page.clear();
      },
      operationEnded(_t, operation) {
        open.delete(operation);
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
