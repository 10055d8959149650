// What a call of a port is about, and what its answer says, for the messages and people whose life is told.
import type {
  MessageRow,
  ReceiptEntry,
  UnreadEntry,
} from "../../../../server/ports/message-store.ts";
import type { LinkNote, LinkReply, LinkRequest } from "../../../../server/ports/node-link.ts";
import type { Claim, HoldAnswer, Presence } from "../../../../server/ports/presence-store.ts";
import { epochText } from "./epoch-text.ts";
import type { Value } from "./fact.ts";
import type { Subject } from "./subject.ts";

export interface About {
  /** Lane of who is called. */
  readonly to: string;
  readonly of: Readonly<Record<string, Value>>;
  /** People it concerns where it is about no log. */
  readonly users?: readonly number[];
  /** Asked for the friends of many: tells nothing of a message. */
  readonly isMany?: true;
}

const LOG_CALLS = new Set(["raiseSent", "raiseRead", "raiseReceipt", "raiseSeen", "unreadEntry"]);

/** Undefined where a call tells nothing of a message or a person. */
export function aboutCall(op: string, args: readonly unknown[]): About | undefined {
  const [port = "", method = ""] = op.split(".");
  if (port === "messages") return aboutMessages(method, args);
  if (port === "presence") return aboutPresence(method, args);
  return aboutLink(method, args);
}

function aboutMessages(method: string, args: readonly unknown[]): About | undefined {
  const to = "cassandra";
  if (method === "append") {
    const rows = args[0] as readonly MessageRow[];
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const { chat, device } = last;
    return {
      to,
      of: { chat, device, n: last.n, firstN: first.n, isVoid: last.kind === "void" ? 1 : 0 },
    };
  }
  if (method === "rows") {
    const { chat, device } = args[0] as { chat: number; device: number };
    return { to, of: { chat, device, n: args[2] as number, firstN: args[1] as number } };
  }
  if (LOG_CALLS.has(method)) {
    const [user, chat, device] = args as readonly number[];
    const n = method === "raiseSent" || method === "raiseReceipt" ? args[4] : args[3];
    const of = { user: user!, chat: chat!, device: device! };
    return { to, of: typeof n === "number" ? { ...of, n } : of };
  }
  if (method === "unreadEntries" || method === "receiptEntries")
    return { to, of: {}, users: [args[0] as number] };
  return undefined;
}

function aboutPresence(method: string, args: readonly unknown[]): About | undefined {
  const to = "redis";
  if (method === "hold")
    return { to, of: {}, users: (args[0] as readonly Claim[]).map(({ user }) => user) };
  if (method === "lookup" || method === "release")
    return { to, of: {}, users: [args[0] as number] };
  if (method === "lookupMany")
    return { to, of: {}, users: args[0] as readonly number[], isMany: true };
  return undefined;
}

function aboutLink(method: string, args: readonly unknown[]): About | undefined {
  if (method !== "request" && method !== "note") return undefined;
  const to = args[0] as string;
  const message = args[1] as LinkRequest | LinkNote;
  const { type } = message;
  if (type === "deliver") {
    const { chat, device, n } = message.message;
    return {
      to,
      of: { type, user: message.user, chat, device, n, epoch: epochText(message.epoch) },
    };
  }
  if (type === "receipt") {
    const { user, chat, device, n } = message;
    return { to, of: { type, user, chat, device, n, epoch: epochText(message.epoch) } };
  }
  if (type === "who-has" || type === "fence") return { to, of: { type }, users: [message.user] };
  return undefined;
}

/** What the answer says of this subject. */
export function answerOf(
  op: string,
  value: unknown,
  subject: Subject,
  args: readonly unknown[],
): string {
  switch (op) {
    case "presence.lookup":
      return presenceText(value as Presence);
    case "presence.lookupMany": {
      const at = (args[0] as readonly number[]).findIndex((user) => subject.people.has(user));
      const presence = (value as readonly Presence[])[at];
      return presence === undefined ? "" : presenceText(presence);
    }
    case "presence.hold":
      return holdText(value as readonly HoldAnswer[], args[0] as readonly Claim[], subject);
    case "messages.unreadEntry":
      return unreadText(value as UnreadEntry | undefined);
    case "messages.unreadEntries":
      return unreadText(find(value as readonly UnreadEntry[], subject));
    case "messages.receiptEntries":
      return receiptText(find(value as readonly ReceiptEntry[], subject));
    case "messages.rows":
      return rowsText(value as readonly MessageRow[]);
    case "link.request":
      return replyText(value as LinkReply);
    default:
      return "";
  }
}

function find<T extends { readonly chat: number; readonly device: number }>(
  entries: readonly T[],
  subject: Subject,
): T | undefined {
  return entries.find(({ chat, device }) => subject.isLog(chat, device));
}

function presenceText({ online, record }: Presence): string {
  if (record === undefined) return "offline: no record";
  if (online) return `online on ${record.node}, epoch ${epochText(record.epoch)}`;
  if (record.released) return `offline: released, epoch ${epochText(record.epoch)}`;
  return `offline: was on ${record.node}, whose lease or heartbeat has lapsed`;
}

function holdText(
  answers: readonly HoldAnswer[],
  claims: readonly Claim[],
  subject: Subject,
): string {
  const at = claims.findIndex(({ user }) => subject.people.has(user));
  const answer = answers[at];
  if (answer === undefined) return "";
  const own = `epoch ${epochText(claims[at]!.epoch)}`;
  if (answer.kind === "replaced") return `${own} replaced by epoch ${epochText(answer.by.epoch)}`;
  if (answer.kind === "extended") return `${own} extended`;
  const { displaced } = answer;
  return displaced === undefined
    ? `${own} installed`
    : `${own} installed over epoch ${epochText(displaced.epoch)} on ${displaced.node}`;
}

function unreadText(entry: UnreadEntry | undefined): string {
  return entry === undefined ? "no entry" : `sent_n ${entry.sentN}, read_n ${entry.readN}`;
}

function receiptText(entry: ReceiptEntry | undefined): string {
  return entry === undefined ? "no entry" : `read_n ${entry.readN}, seen_n ${entry.seenN}`;
}

function rowsText(rows: readonly MessageRow[]): string {
  if (rows.length === 0) return "no rows";
  const [first, last] = [rows[0]!.n, rows[rows.length - 1]!.n];
  return first === last ? `row ${first}` : `rows ${first} to ${last}`;
}

function replyText(reply: LinkReply): string {
  if (reply.type === "has")
    return reply.epoch === undefined ? "not here" : `here, epoch ${epochText(reply.epoch)}`;
  return reply.type === "not-owner" ? "not the owner" : reply.type;
}
