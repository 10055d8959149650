// Answers about messages and audits. Watermarks are their own timestamps, so the highest stands; of rows the first
// written does, and a void before any.
import {
  APPEND_BYTES_MAX,
  APPEND_ROWS_MAX,
  BLOCK_ROWS,
  rowBytes,
} from "../../../server/memory/message-rows.ts";
import type {
  BlobRow,
  LogId,
  MessageRow,
  ReceiptEntry,
  UnreadEntry,
} from "../../../server/ports/message-store.ts";
import type { UserId } from "../../../server/protocol/ids.ts";
import type { MergeRule } from "./merge-rule.ts";
import type { Replica } from "./replica.ts";
import { either, mergeSorted, sameItems, sameOrAbsent, type Maybe } from "./sorted-lists.ts";

export const ROWS: MergeRule<readonly MessageRow[]> = {
  merge: (one, other, call) =>
    mergeSorted(
      one,
      other,
      (a, b) => a.n - b.n,
      (a, b) => (b.kind === "void" ? b : a),
    ).slice(0, call.d as number),
  same: (one, other) => sameItems(one, other, (a, b) => a.n === b.n && a.kind === b.kind),
  repair: (replica, rows) => {
    for (const append of appendsOf(rows)) replica.stores.messages.appendNow(append);
  },
};

export const LOGS: MergeRule<readonly LogId[]> = {
  merge: (one, other) =>
    mergeSorted(
      one,
      other,
      (a, b) => a.user - b.user || a.device - b.device,
      (log) => log,
    ),
  same: (one, other) => sameItems(one, other, (a, b) => a.user === b.user && a.device === b.device),
  repair: (replica, logs) => {
    for (const log of logs) replica.stores.messages.registerLogNow(log);
  },
};

export const UNREAD_ENTRIES: MergeRule<readonly UnreadEntry[]> = {
  merge: (one, other) => mergeSorted(one, other, byLog, higherUnread),
  same: (one, other) => sameItems(one, other, sameUnread),
  repair: (replica, entries, call) => {
    for (const entry of entries) writeUnread(replica, call.a as UserId, entry);
  },
};

export const UNREAD_ENTRY: MergeRule<Maybe<UnreadEntry>> = {
  merge: (one, other) => either(one, other, higherUnread),
  same: (one, other) => sameOrAbsent(one, other, sameUnread),
  repair: (replica, entry, call) => writeUnread(replica, call.a as UserId, entry!),
};

export const RECEIPT_ENTRIES: MergeRule<readonly ReceiptEntry[]> = {
  merge: (one, other) => mergeSorted(one, other, byLog, higherReceipt),
  same: (one, other) => sameItems(one, other, sameReceipt),
  repair: (replica, entries, call) => {
    for (const entry of entries) writeReceipt(replica, call.a as UserId, entry);
  },
};

export const BLOB: MergeRule<Maybe<BlobRow>> = {
  merge: (one, other) => either(one, other, (a, b) => (b.createdAt < a.createdAt ? b : a)),
  same: (one, other) => sameOrAbsent(one, other, (a, b) => a.createdAt === b.createdAt),
  repair: (replica, row) => replica.stores.messages.recordBlobNow(row!),
};

interface OfLog {
  readonly chat: number;
  readonly device: number;
}

function byLog(a: OfLog, b: OfLog): number {
  return a.chat - b.chat || a.device - b.device;
}

function sameUnread(a: UnreadEntry, b: UnreadEntry): boolean {
  return byLog(a, b) === 0 && a.sentN === b.sentN && a.readN === b.readN;
}

function sameReceipt(a: ReceiptEntry, b: ReceiptEntry): boolean {
  return byLog(a, b) === 0 && a.readN === b.readN && a.readAt === b.readAt && a.seenN === b.seenN;
}

function higherUnread(a: UnreadEntry, b: UnreadEntry): UnreadEntry {
  return {
    ...a,
    from: a.from === 0 ? b.from : a.from,
    sentN: Math.max(a.sentN, b.sentN),
    readN: Math.max(a.readN, b.readN),
  };
}

function higherReceipt(a: ReceiptEntry, b: ReceiptEntry): ReceiptEntry {
  const later = b.readN > a.readN || (b.readN === a.readN && b.readAt > a.readAt) ? b : a;
  return {
    ...a,
    reader: a.reader === 0 ? b.reader : a.reader,
    readN: later.readN,
    readAt: later.readAt,
    seenN: Math.max(a.seenN, b.seenN),
  };
}

function writeUnread(replica: Replica, user: UserId, entry: UnreadEntry): void {
  const { messages } = replica.stores;
  if (entry.sentN > 0)
    messages.raiseSentNow(user, entry.chat, entry.device, entry.from, entry.sentN);
  if (entry.readN > 0) messages.raiseReadNow(user, entry.chat, entry.device, entry.readN);
}

function writeReceipt(replica: Replica, user: UserId, entry: ReceiptEntry): void {
  const { messages } = replica.stores;
  const { chat, device, reader, readN, readAt, seenN } = entry;
  if (readN > 0) messages.raiseReceiptNow(user, chat, device, reader, readN, readAt);
  if (seenN > 0) messages.raiseSeenNow(user, chat, device, seenN);
}

/** Rows of one log cut into what the port takes at a time. */
function appendsOf(rows: readonly MessageRow[]): MessageRow[][] {
  const appends: MessageRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const last = appends.at(-1);
    bytes += rowBytes(row);
    const fits =
      last !== undefined &&
      last.length < APPEND_ROWS_MAX &&
      bytes <= APPEND_BYTES_MAX &&
      Math.floor(last[0]!.n / BLOCK_ROWS) === Math.floor(row.n / BLOCK_ROWS);
    if (fits) last.push(row);
    else {
      appends.push([row]);
      bytes = rowBytes(row);
    }
  }
  return appends;
}
