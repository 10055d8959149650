// Wrong orders between a message's row, its mark in unread_audit, `sent` and the look-up of its owner, and
// wrong words for an outcome that is not known.
import type { NodeContext, OwnerAnswer } from "../../server/core/context.ts";
import { repeat } from "../../server/core/log-writer.ts";
import { end, refuse, unsure } from "../../server/core/reply.ts";
import { failed, refOf, sendBatch, settle } from "../../server/core/send.ts";
import type { LogWriter } from "../../server/core/session.ts";
import type { MessageRow } from "../../server/ports/message-store.ts";
import type { PlantedBug } from "./bug.ts";

type Rows = readonly { readonly n: number }[];

/** Tells the owner that an earlier look-up named, if it named one. */
async function tellKnownOwner(
  node: NodeContext,
  writer: LogWriter,
  answer: OwnerAnswer,
): Promise<void> {
  const rows = writer.untold;
  writer.untold = [];
  if (answer.owner === undefined) return;
  for (const row of rows) await node.parts.forward(node, writer.recipient, answer.owner, row);
}

/** What was looked up for an n when its frame came; repeats of that n do not look again. */
interface EarlyAnswer {
  readonly n: number;
  readonly answer: OwnerAnswer;
}

const ownerLookedUpFirst: PlantedBug = {
  id: 1,
  name: "owner-looked-up-first",
  rule: "LIV3",
  symptom:
    "the owner is looked up before the audit entry is raised: who signs in between is never told",
  plant: () => ({
    nodeParts: () => {
      const answers = new Map<LogWriter, EarlyAnswer>();
      const lookUp = async (node: NodeContext, writer: LogWriter, n: number): Promise<void> => {
        if (answers.get(writer)?.n === n) return;
        answers.set(writer, { n, answer: await node.parts.lookupOwner(node, writer.recipient) });
      };
      return {
        sendBatch: async (node, writer, rows) => {
          await lookUp(node, writer, rows[0]!.n);
          await sendBatch(node, writer, rows);
        },
        repeat: async (node, writer, frame, stored) => {
          await lookUp(node, writer, frame.n);
          await repeat(node, writer, frame, stored);
        },
        tellOwner: async (node, writer) => {
          const early = answers.get(writer);
          if (early !== undefined) await tellKnownOwner(node, writer, early.answer);
        },
      };
    },
  }),
};

const unreadAuditOnlyIfOffline: PlantedBug = {
  id: 2,
  name: "unread-audit-only-if-offline",
  rule: "UNR1",
  symptom:
    "unread_audit is raised only if the recipient looks offline: stale presence loses the message",
  plant: () => ({
    nodeParts: () => ({
      settle: async (node, writer, rows) => {
        const answer = await node.parts.lookupOwner(node, writer.recipient);
        if (answer.owner === undefined) return settle(node, writer, rows);
        if (rows[0]!.n === 1) await node.parts.register(node, writer);
        writer.lastN = Math.max(writer.lastN, rows[rows.length - 1]!.n);
        node.parts.confirm(node, writer, rows);
        node.parts.tell(node, writer, rows);
      },
    }),
  }),
};

/** What is left of the order once the sender has its `sent`; nobody hears of a failure. */
async function markAndTell(
  node: NodeContext,
  writer: LogWriter,
  rows: readonly MessageRow[],
): Promise<void> {
  const last = rows[rows.length - 1]!;
  const registered = rows[0]!.n === 1 ? await node.parts.register(node, writer) : undefined;
  const marked = await node.parts.mark(node, writer, last.n);
  if (marked.kind !== "ok" || (registered !== undefined && registered.kind !== "ok")) {
    writer.opened = false;
    return;
  }
  writer.lastN = Math.max(writer.lastN, last.n);
  node.parts.tell(node, writer, rows);
}

const sentBeforeDurable: PlantedBug = {
  id: 4,
  name: "sent-before-durable",
  rule: "MSG7",
  symptom:
    "`sent` goes out before the append is durable: the node dies and a confirmed message is gone",
  plant: () => ({
    nodeParts: () => ({
      sendBatch: async (node, writer, rows) => {
        node.parts.confirm(node, writer, rows);
        const appended = await node.parts.append(node, writer, rows);
        if (appended.kind === "ok") await markAndTell(node, writer, rows);
        else writer.opened = false;
      },
    }),
  }),
};

const markedAfterSent: PlantedBug = {
  id: 5,
  name: "marked-after-sent",
  rule: "UNR1",
  symptom:
    "the audit entry is raised after `sent`: the node dies between, confirmed and not covered",
  plant: () => ({
    nodeParts: () => ({
      settle: async (node, writer, rows) => {
        node.ports.trace.point("send:append/raiseSent");
        node.parts.confirm(node, writer, rows);
        node.ports.trace.point("send:raiseSent/sent");
        await markAndTell(node, writer, rows);
      },
    }),
  }),
};

const laterConfirmed: PlantedBug = {
  id: 9,
  name: "next-confirmed-over-a-failed-one",
  rule: "MSG7",
  symptom: "n + 1 is written and confirmed while n failed: a hole below a confirmed message",
  plant: () => ({
    nodeParts: () => ({
      failed: (node, writer, rows, step, outcome) => {
        const { session, log } = writer;
        const last = rows[rows.length - 1]!.n;
        for (const row of rows) {
          end(node, session);
          const re = refOf(session, log.chat, row.n);
          if (outcome.kind === "unknown" || step !== "append") unsure(node, session, re);
          else refuse(node, session, re, "unavailable");
        }
        // The log goes on behind the failed ones as if they stood.
        if (writer.opened && last > writer.lastN) writer.lastN = last;
      },
    }),
  }),
};

/** What `failed` does for the writer, but for the answer to the failed frames. */
function failedWith(
  answer: (node: NodeContext, writer: LogWriter, n: number) => void,
  node: NodeContext,
  writer: LogWriter,
  rows: Rows,
): void {
  writer.opened = false;
  for (const row of rows) {
    end(node, writer.session);
    answer(node, writer, row.n);
  }
}

const unknownAnsweredRefused: PlantedBug = {
  id: 10,
  name: "unknown-answered-refused",
  rule: "MSG3",
  symptom: "an unknown outcome of a store is answered `refused`: a refused message is visible",
  plant: () => ({
    nodeParts: () => ({
      failed: (node, writer, rows, step, outcome) => {
        if (step === "open" || outcome.kind !== "unknown")
          return failed(node, writer, rows, step, outcome);
        const answer = (_node: NodeContext, _writer: LogWriter, n: number): void =>
          refuse(node, writer.session, refOf(writer.session, writer.log.chat, n), "too-large");
        failedWith(answer, node, writer, rows);
      },
    }),
  }),
};

const unknownAnsweredSent: PlantedBug = {
  id: 11,
  name: "unknown-answered-sent",
  rule: "MSG7",
  symptom: "an unknown outcome of a store is answered `sent`: the message is lost",
  plant: () => ({
    nodeParts: () => ({
      sendBatch: async (node, writer, rows) => {
        const appended = await node.parts.append(node, writer, rows);
        if (appended.kind === "refused") node.parts.failed(node, writer, rows, "append", appended);
        else await node.parts.settle(node, writer, rows);
      },
    }),
  }),
};

const unmarkedRepeatConfirmed: PlantedBug = {
  id: 49,
  name: "unmarked-repeat-confirmed",
  rule: "UNR1",
  symptom: "a repeat of a stored but unmarked n is answered `sent` at once: confirmed, not covered",
  plant: () => ({
    nodeParts: () => ({
      repeat: async (node, writer, frame, stored) => {
        if (stored.kind === "void" || !node.parts.sameBytes(frame, stored))
          return repeat(node, writer, frame, stored);
        writer.lastN = Math.max(writer.lastN, stored.n);
        node.parts.confirm(node, writer, [stored]);
        node.parts.tell(node, writer, [stored]);
      },
    }),
  }),
};

export const SEND_BUGS: readonly PlantedBug[] = [
  ownerLookedUpFirst,
  unreadAuditOnlyIfOffline,
  sentBeforeDurable,
  markedAfterSent,
  laterConfirmed,
  unknownAnsweredRefused,
  unknownAnsweredSent,
  unmarkedRepeatConfirmed,
];
