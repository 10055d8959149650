// A message on its way into the store: what is checked before any write, and the order of the steps that
// make a confirmed message impossible to lose. Batching and the log's state are in log-writer.ts.
import type { MessageRow } from "../ports/message-store.ts";
import { OK, type Outcome, type Refused, type Unknown } from "../ports/outcome.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { MessageBody, SendFrame } from "../protocol/frames.ts";
import type { ChatId } from "../protocol/ids.ts";
import { learn } from "./admission.ts";
import { type NodeContext, type SendStep, spawn } from "./context.ts";
import { findOwn, newWriter, ownLog } from "./logs.ts";
import { begin, end, refuse, reply, sealedBytes, unsure } from "./reply.ts";
import { friendOf, isOpen, type LogWriter, type Session } from "./session.ts";

export function send(node: NodeContext, session: Session, frame: SendFrame): void {
  const writer = writerOf(session, frame.chat);
  if (writer === undefined) {
    spawn(node, sendToNewChat(node, session, frame));
    return;
  }
  const re = refOf(session, frame.chat, frame.n);
  if (!begin(node, session, re, sealedBytes(frame))) return;
  writer.waiting.push(frame);
  if (!writer.busy) spawn(node, node.parts.write(node, writer));
}

/** Undefined where the chat is not known to be this user's. */
function writerOf(session: Session, chat: ChatId): LogWriter | undefined {
  const known = findOwn(session, chat, session.device);
  if (known?.writer !== undefined) return known.writer;
  const friend = friendOf(session, chat);
  if (friend === 0) return undefined;
  const log = known ?? ownLog(session, chat, session.device);
  log.writer = newWriter(session, chat, friend);
  return log.writer;
}

/** The chat may be younger than the roster that this session read. */
async function sendToNewChat(node: NodeContext, session: Session, frame: SendFrame): Promise<void> {
  const re = refOf(session, frame.chat, frame.n);
  const bytes = sealedBytes(frame);
  if (!begin(node, session, re, bytes)) return;
  const outcome = await node.ports.roster.friends(session.user);
  end(node, session, bytes);
  if (!isOpen(session)) return;
  if (outcome.kind !== "ok") refuse(node, session, re, "unavailable");
  else if (!outcome.value.some((row) => row.chat === frame.chat))
    refuse(node, session, re, "not-friends");
  else {
    await node.parts.rosterChanged(node, session);
    if (friendOf(session, frame.chat) !== 0) node.parts.send(node, session, frame);
    else refuse(node, session, re, "unavailable");
  }
}

export function refOf(session: Session, chat: ChatId, n: number) {
  return { type: "send" as const, chat, device: session.device, n };
}

/** What can be judged from the frame alone. */
export function check(
  node: NodeContext,
  _session: Session,
  frame: SendFrame,
): ErrorCode | undefined {
  const { config } = node;
  // Also of a `void`: whoever is shown it takes its time for one that was seen.
  if (frame.sentAt > node.ports.clock.wallMs() + config.clockAheadMsMax) return "clock-ahead";
  if (frame.kind === "void") return undefined;
  if (frame.body !== undefined && frame.body.length > config.bodyBytesMax) return "too-large";
  if (frame.thumbnail !== undefined && frame.thumbnail.length > config.thumbnailBytesMax)
    return "too-large";
  const isPicture = frame.kind !== "text" || frame.thumbnail !== undefined;
  if (isPicture && frame.url === undefined) return "no-blob";
  return undefined;
}

/** The order that loses nothing: a row is stored before the audit entry covers it. */
export async function sendBatch(
  node: NodeContext,
  writer: LogWriter,
  rows: readonly MessageRow[],
): Promise<void> {
  const outcome = await node.parts.append(node, writer, rows);
  if (outcome.kind !== "ok") {
    node.parts.failed(node, writer, rows, "append", outcome);
    return;
  }
  const last = rows[rows.length - 1]!;
  node.ports.trace.event("append", last.from, last.chat, last.device, last.n);
  await node.parts.settle(node, writer, rows);
}

/**
 * From a stored row to a told owner. Repeats enter here too: an earlier attempt may have died anywhere
 * behind the append.
 */
export async function settle(
  node: NodeContext,
  writer: LogWriter,
  rows: readonly MessageRow[],
): Promise<void> {
  const { trace } = node.ports;
  const last = rows[rows.length - 1]!;
  if (rows[0]!.n === 1) {
    trace.point("send:append/chat_device");
    const registered = await node.parts.register(node, writer);
    if (registered.kind !== "ok") {
      node.parts.failed(node, writer, rows, "register", registered);
      return;
    }
    trace.point("send:chat_device/raiseSent");
  } else {
    trace.point("send:append/raiseSent");
  }
  const marked = await node.parts.mark(node, writer, last.n);
  if (marked.kind !== "ok") {
    node.parts.failed(node, writer, rows, "mark", marked);
    return;
  }
  trace.event("marked", last.from, last.chat, last.device, last.n);
  if (last.n > writer.lastN) writer.lastN = last.n;
  trace.point("send:raiseSent/sent");
  node.parts.confirm(node, writer, rows);
  trace.point("send:sent/lookup");
  node.parts.tell(node, writer, rows);
}

export function append(
  node: NodeContext,
  _writer: LogWriter,
  rows: readonly MessageRow[],
): Promise<Outcome<undefined>> {
  node.ports.trace.point("send:unreadEntry/append");
  return node.ports.messages.append(rows);
}

export function register(node: NodeContext, writer: LogWriter): Promise<Outcome<undefined>> {
  return node.ports.messages.registerLog(writer.log);
}

export function mark(node: NodeContext, writer: LogWriter, n: number): Promise<Outcome<undefined>> {
  const { chat, device, user } = writer.log;
  return node.ports.messages.raiseSent(writer.recipient, chat, device, user, n);
}

export function confirm(node: NodeContext, writer: LogWriter, rows: readonly MessageRow[]): void {
  const { session, log } = writer;
  for (const row of rows) {
    learn(node, OK);
    end(node, session, sealedBytes(row));
    node.ports.trace.event("confirmed", log.user, log.chat, log.device, row.n);
    reply(node, session, { type: "sent", chat: log.chat, n: row.n });
  }
}

/** Hands the rows to the log's teller; of a long queue only the newest stays, the audit covers the rest. */
export function tell(node: NodeContext, writer: LogWriter, rows: readonly MessageRow[]): void {
  for (const row of rows) writer.untold.push(row);
  if (writer.untold.length > node.config.untoldRowsMax)
    writer.untold.splice(0, writer.untold.length - 1);
  if (!writer.telling) spawn(node, node.parts.tellOwner(node, writer));
}

/**
 * A step did not end ok. Refused is answered only where nothing can have been written, in this attempt or
 * an earlier one; everything behind it in the log would be a hole.
 */
export function failed(
  node: NodeContext,
  writer: LogWriter,
  rows: readonly MessageBody[],
  step: SendStep,
  outcome: Refused | Unknown,
): void {
  const { session, log } = writer;
  const last = rows[rows.length - 1]!;
  const wrote = step !== "open" && (step !== "append" || outcome.kind === "unknown");
  if (wrote && last.n > writer.unsureN) writer.unsureN = last.n;
  writer.opened = false;
  learn(node, outcome);
  for (const row of rows) {
    end(node, session, sealedBytes(row));
    const re = refOf(session, log.chat, row.n);
    if (row.n <= writer.unsureN) unsure(node, session, re);
    else refuse(node, session, re, "unavailable");
  }
  const first = rows[0]!.n;
  const waiting = writer.waiting;
  writer.waiting = [];
  for (const frame of waiting) {
    if (frame.n <= last.n) {
      writer.waiting.push(frame);
      continue;
    }
    end(node, session, sealedBytes(frame));
    refuse(node, session, refOf(session, log.chat, frame.n), "gap", first);
  }
}
