// One log's writer: at most one append in flight, what arrives meanwhile is the next batch. Decides what a
// frame is (next, repeat, fork, gap, void); the order of a batch's steps is in send.ts.
import type { MessageRow } from "../ports/message-store.ts";
import { UNKNOWN } from "../ports/outcome.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { SendFrame } from "../protocol/frames.ts";
import type { NodeContext } from "./context.ts";
import { end, refuse, sealedBytes } from "./reply.ts";
import { refOf } from "./send.ts";
import { isOpen, type LogWriter } from "./session.ts";

export async function write(node: NodeContext, writer: LogWriter): Promise<void> {
  writer.busy = true;
  node.writing += 1;
  while (writer.waiting.length > 0 && isOpen(writer.session)) {
    const first = writer.waiting[0]!;
    if (first.kind === "void") {
      writer.waiting.shift();
      await node.parts.writeVoid(node, writer, first);
    } else if (writer.opened || (await node.parts.openLog(node, writer, first.n))) {
      await writeNext(node, writer, first);
    }
  }
  // The client is gone: what it still waits for it repeats elsewhere.
  while (writer.waiting.length > 0) {
    const frame = writer.waiting.pop()!;
    end(node, writer.session, sealedBytes(frame));
  }
  // A list keeps the room that it once needed, and there is a writer a log.
  writer.waiting = [];
  writer.busy = false;
  node.writing -= 1;
}

async function writeNext(node: NodeContext, writer: LogWriter, first: SendFrame): Promise<void> {
  if (first.n > writer.lastN + 1) {
    refuseFirst(node, writer, "gap", writer.lastN + 1);
    return;
  }
  if (mayBeStored(writer, first.n)) {
    const stored = await node.parts.stored(node, writer, first.n);
    if (stored === "unavailable") {
      writer.waiting.shift();
      node.parts.failed(node, writer, [first], "open", UNKNOWN);
      return;
    }
    if (stored !== undefined) {
      writer.waiting.shift();
      await node.parts.repeat(node, writer, first, stored);
      return;
    }
  }
  if (first.url !== undefined && !(await blobChecked(node, writer, first))) return;
  const rows = takeBatch(node, writer);
  if (rows.length > 0) await node.parts.sendBatch(node, writer, rows);
}

function mayBeStored(writer: LogWriter, n: number): boolean {
  if (n <= writer.lastN) return true;
  if (n > writer.uncertainN) return false;
  if (n < writer.foundFirstN || n > writer.foundLastN) return true;
  return foundRow(writer, n) !== undefined;
}

function foundRow(writer: LogWriter, n: number): MessageRow | undefined {
  for (const row of writer.found) if (row.n === n) return row;
  return undefined;
}

/** Learns how far the log is covered, and which rows stand above that from attempts that died. */
export async function openLog(node: NodeContext, writer: LogWriter, n: number): Promise<boolean> {
  const { messages } = node.ports;
  const { log, recipient } = writer;
  const lastN = n + node.config.batchRowsMax - 1;
  const entryCall = messages.unreadEntry(recipient, log.chat, log.device);
  const rowsCall = messages.rows(log, n, lastN, node.config.batchRowsMax);
  const entry = await entryCall;
  const rows = await rowsCall;
  if (entry.kind !== "ok" || rows.kind !== "ok") {
    const first = writer.waiting.shift();
    if (first !== undefined) node.parts.failed(node, writer, [first], "open", UNKNOWN);
    return false;
  }
  writer.lastN = entry.value?.sentN ?? 0;
  writer.found = rows.value;
  writer.foundFirstN = n;
  writer.foundLastN = lastN;
  writer.uncertainN = writer.lastN + node.config.batchRowsMax;
  writer.opened = true;
  return true;
}

export async function stored(
  node: NodeContext,
  writer: LogWriter,
  n: number,
): Promise<MessageRow | undefined | "unavailable"> {
  const found = foundRow(writer, n);
  if (found !== undefined) return found;
  const rows = await node.ports.messages.rows(writer.log, n, n, 1);
  return rows.kind === "ok" ? rows.value[0] : "unavailable";
}

/** The same bytes: go on behind the append. Other bytes: the device shares its identity with another. */
export async function repeat(
  node: NodeContext,
  writer: LogWriter,
  frame: SendFrame,
  row: MessageRow,
): Promise<void> {
  if (row.kind !== "void" && !node.parts.sameBytes(frame, row)) {
    end(node, writer.session, sealedBytes(frame));
    refuse(node, writer.session, refOf(writer.session, frame.chat, frame.n), "forked");
    return;
  }
  await node.parts.settle(node, writer, [row]);
}

export function sameBytes(frame: SendFrame, row: MessageRow): boolean {
  return (
    frame.sentAt === row.sentAt &&
    frame.kind === row.kind &&
    frame.keyVersion === row.keyVersion &&
    frame.url === row.url &&
    sameOpaque(frame.body, row.body) &&
    sameOpaque(frame.thumbnail, row.thumbnail)
  );
}

function sameOpaque(left: SendFrame["body"], right: SendFrame["body"]): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.same(right);
}

/**
 * Fills an n for good. A row that is covered stays, and is answered `sent`; otherwise the `void` is
 * written, and beats whatever a late attempt may still store there.
 */
export async function writeVoid(
  node: NodeContext,
  writer: LogWriter,
  frame: SendFrame,
): Promise<void> {
  const code = node.parts.check(node, writer.session, frame);
  if (code !== undefined) {
    end(node, writer.session);
    refuse(node, writer.session, refOf(writer.session, frame.chat, frame.n), code);
    return;
  }
  writer.opened = false;
  writer.waiting.unshift(frame);
  const opened = await node.parts.openLog(node, writer, frame.n);
  if (!opened) return;
  writer.waiting.shift();
  if (frame.n > writer.lastN + 1) {
    end(node, writer.session);
    refuse(
      node,
      writer.session,
      refOf(writer.session, frame.chat, frame.n),
      "gap",
      writer.lastN + 1,
    );
    return;
  }
  const row = foundRow(writer, frame.n);
  if (row !== undefined && frame.n <= writer.lastN) {
    await node.parts.settle(node, writer, [row]);
    return;
  }
  node.ports.trace.point("void:rows/append");
  await node.parts.sendBatch(node, writer, [rowOf(writer, frame)]);
  // What stood there when the log was opened stands there no more.
  writer.opened = false;
}

/**
 * Takes what may go into one append: the next n, one block, within the limits, all checks passed. A frame
 * that names a blob goes alone, behind `blobChecked`: only the store knows about it.
 */
function takeBatch(node: NodeContext, writer: LogWriter): MessageRow[] {
  const { session, waiting } = writer;
  const { blockRows, batchRowsMax, batchBytesMax } = node.config;
  const rows: MessageRow[] = [];
  let bytes = 0;
  let next = waiting[0]!.n;
  const block = Math.floor(next / blockRows);
  while (waiting.length > 0 && rows.length < batchRowsMax) {
    const frame = waiting[0]!;
    if (frame.n !== next || frame.kind === "void") break;
    if (rows.length > 0) {
      bytes += rowBytes(frame);
      if (Math.floor(next / blockRows) !== block || bytes > batchBytesMax) break;
      if (frame.url !== undefined || mayBeStored(writer, next)) break;
    } else bytes = rowBytes(frame);
    const code = node.parts.check(node, session, frame);
    if (code !== undefined) {
      refuseFirst(node, writer, code);
      break;
    }
    waiting.shift();
    rows.push(rowOf(writer, frame));
    next += 1;
  }
  return rows;
}

/** False where it was refused: what stands first in the queue is then another frame. */
async function blobChecked(
  node: NodeContext,
  writer: LogWriter,
  frame: SendFrame,
): Promise<boolean> {
  const { session } = writer;
  const code =
    node.parts.check(node, session, frame) ?? (await node.parts.checkBlob(node, session, frame));
  if (code === undefined) return true;
  refuseFirst(node, writer, code);
  return false;
}

/** What stands first in the queue is held no more, and its client told why. */
function refuseFirst(
  node: NodeContext,
  writer: LogWriter,
  code: ErrorCode,
  expectedN?: number,
): void {
  const { session } = writer;
  const frame = writer.waiting.shift()!;
  end(node, session, sealedBytes(frame));
  refuse(node, session, refOf(session, frame.chat, frame.n), code, expectedN);
}

function rowBytes(frame: SendFrame): number {
  return 64 + sealedBytes(frame);
}

function rowOf(writer: LogWriter, frame: SendFrame): MessageRow {
  const { chat, user, device } = writer.log;
  const { n, sentAt, kind, keyVersion, body, url, thumbnail } = frame;
  const row = { chat, from: user, device, n, sentAt, kind, keyVersion };
  if (kind === "void" || body === undefined) {
    if (url === undefined || kind === "void") return row;
    return thumbnail === undefined ? { ...row, url } : { ...row, url, thumbnail };
  }
  if (url === undefined) return { chat, from: user, device, n, sentAt, kind, keyVersion, body };
  return thumbnail === undefined ? { ...row, body, url } : { ...row, body, url, thumbnail };
}
