// The MessageStore port on Cassandra. Decides which cell timestamps make every write order-free: of two rows of
// one n the first stands, a void beats any message, a watermark only rises.
import type { types } from "cassandra-driver";
import type {
  BlobRow,
  LogId,
  MessageRow,
  MessageStore,
  ReceiptEntry,
  UnreadEntry,
} from "../ports/message-store.ts";
import { ok, type Outcome } from "../ports/outcome.ts";
import type { BlobId, ChatId, DeviceId, MessageKind, UserId } from "../protocol/ids.ts";
import {
  type Columns,
  numberOf,
  type CassandraClient,
  type Statement,
} from "./cassandra-client.ts";
import { Bytes, bytesOf } from "./opaque.ts";

/** Rows of one partition of `communication`. */
const BLOCK_ROWS = 4096;

/**
 * Cassandra keeps the cell with the higher timestamp. Messages count down from here by the microsecond, so the
 * earlier one stands; voids count down from twice as high, so a void beats a message whenever either comes. Both
 * hold until microseconds since 1970 exceed 2^52, in the year 2112.
 */
const MESSAGE_FROM = 2 ** 52;
const VOID_FROM = 2 ** 53;

/**
 * All of a message is one cell, so of two rows for one n one stands whole: with a cell for each column, two that race
 * would mix. The columns of before migration 2 are read where that cell was never written.
 */
const INSERT_ROW =
  "INSERT INTO communication (chat_id, from_user, device, block, n, message) VALUES (?, ?, ?, ?, ?, ?) " +
  "USING TIMESTAMP ?";
const SELECT_ROWS =
  "SELECT n, message, sent_at, kind, key_version, body, url, thumbnail FROM communication WHERE " +
  "chat_id = ? AND from_user = ? AND device = ? AND block = ? AND n >= ? AND n <= ? LIMIT ?";
const INSERT_LOG = "INSERT INTO chat_device (chat_id, user_id, device) VALUES (?, ?, ?)";
const SELECT_LOGS = "SELECT user_id, device FROM chat_device WHERE chat_id = ?";
const RAISE_SENT =
  "UPDATE unread_audit USING TIMESTAMP ? SET sent_n = ?, from_user = ? WHERE user_id = ? AND " +
  "chat_id = ? AND device = ?";
const RAISE_READ =
  "UPDATE unread_audit USING TIMESTAMP ? SET read_n = ? WHERE user_id = ? AND chat_id = ? AND device = ?";
const SELECT_UNREAD =
  "SELECT chat_id, device, from_user, sent_n, read_n FROM unread_audit WHERE user_id = ?";
const SELECT_ONE_UNREAD = `${SELECT_UNREAD} AND chat_id = ? AND device = ?`;
const RAISE_RECEIPT =
  "UPDATE read_audit USING TIMESTAMP ? SET read_n = ?, read_at = ?, reader = ? WHERE user_id = ? AND " +
  "chat_id = ? AND device = ?";
const RAISE_SEEN =
  "UPDATE read_audit USING TIMESTAMP ? SET seen_n = ? WHERE user_id = ? AND chat_id = ? AND device = ?";
const SELECT_RECEIPTS =
  "SELECT chat_id, device, reader, read_n, read_at, seen_n FROM read_audit WHERE user_id = ?";
const INSERT_BLOB =
  "INSERT INTO blob (blob_id, chat_id, owner, size, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?) " +
  "USING TIMESTAMP ?";
const SELECT_BLOB = "SELECT chat_id, owner, size, sha256, created_at FROM blob WHERE blob_id = ?";

export function cassandraMessages(client: CassandraClient): MessageStore {
  return {
    append: (rows) => append(client, rows),
    rows: (log, firstN, lastN, limit) => rows(client, log, firstN, lastN, limit),

    registerLog: ({ chat, user, device }) => client.write(INSERT_LOG, [chat, user, device]),
    logs: async (chat) =>
      mapRows(await client.read(SELECT_LOGS, [chat]), (row): LogId => {
        return { chat, user: numberOf(row, "user_id"), device: numberOf(row, "device") };
      }),

    raiseSent: (recipient, chat, device, from, sentN) =>
      client.write(RAISE_SENT, [sentN, sentN, from, recipient, chat, device]),
    raiseRead: (recipient, chat, device, readN) =>
      client.write(RAISE_READ, [readN, readN, recipient, chat, device]),
    unreadEntries: async (user) => mapRows(await client.read(SELECT_UNREAD, [user]), unreadEntry),
    unreadEntry: async (user, chat, device) =>
      only(await client.read(SELECT_ONE_UNREAD, [user, chat, device]), unreadEntry),

    raiseReceipt: (sender, chat, device, reader, readN, readAt) =>
      client.write(RAISE_RECEIPT, [readN, readN, readAt, reader, sender, chat, device]),
    raiseSeen: (sender, chat, device, seenN) =>
      client.write(RAISE_SEEN, [seenN, seenN, sender, chat, device]),
    receiptEntries: async (sender) =>
      mapRows(await client.read(SELECT_RECEIPTS, [sender]), receiptEntry),

    recordBlob: ({ blob, chat, owner, bytes, sha256, createdAt }) =>
      // The earlier createdAt stands: a repeat makes no blob younger.
      client.write(INSERT_BLOB, [
        ...[blob, chat, owner, bytes, sha256, createdAt],
        MESSAGE_FROM - createdAt,
      ]),
    blob: async (blob) => only(await client.read(SELECT_BLOB, [blob]), (row) => blobRow(blob, row)),
  };
}

async function append(
  client: CassandraClient,
  messages: readonly MessageRow[],
): Promise<Outcome<undefined>> {
  const statements = messages.map((row) => insertion(client, row));
  const [first] = statements;
  if (first === undefined) throw new Error("append: no rows");
  if (statements.length === 1) return client.write(first.query, first.params);
  return client.writeTogether(statements);
}

function insertion(client: CassandraClient, row: MessageRow): Statement {
  const { chat, from, device, n, sentAt, kind, keyVersion, body, url, thumbnail } = row;
  const timestamp = (kind === "void" ? VOID_FROM : MESSAGE_FROM) - client.nextMicros();
  // Null here is part of one value, no tombstone; a field of a type cannot be left unset.
  const message = {
    sent_at: sentAt,
    kind,
    key_version: keyVersion,
    body: body === undefined ? null : bytesOf(body).buffer,
    url: url ?? null,
    thumbnail: thumbnail === undefined ? null : bytesOf(thumbnail).buffer,
  };
  return {
    query: INSERT_ROW,
    params: [chat, from, device, blockOf(n), n, message, timestamp],
  };
}

function blockOf(n: number): number {
  return Math.floor(n / BLOCK_ROWS);
}

async function rows(
  client: CassandraClient,
  log: LogId,
  firstN: number,
  lastN: number,
  limit: number,
): Promise<Outcome<readonly MessageRow[]>> {
  const found: MessageRow[] = [];
  const { chat, user, device } = log;
  const endMs = client.deadlineMs();
  for (let block = blockOf(firstN); block <= blockOf(lastN) && found.length < limit; block++) {
    const left = limit - found.length;
    const key = [chat, user, device, block, firstN, lastN, left];
    const outcome = await client.read(SELECT_ROWS, key, endMs);
    if (outcome.kind !== "ok") return outcome;
    for (const row of outcome.value) found.push(messageRow(chat, user, device, row));
  }
  return ok(found);
}

function messageRow(chat: ChatId, from: UserId, device: DeviceId, row: types.Row): MessageRow {
  const n = numberOf(row, "n");
  const stored = (row["message"] ?? row) as Columns;
  const sentAt = numberOf(stored, "sent_at");
  const kind = stored["kind"] as MessageKind;
  const keyVersion = numberOf(stored, "key_version");
  const body = stored["body"] as Buffer | null;
  const url = stored["url"] as string | null;
  const thumbnail = stored["thumbnail"] as Buffer | null;
  const plain = { chat, from, device, n, sentAt, kind, keyVersion };
  // In the columns of before, what is left beside a void is of the message that it replaced.
  if (kind === "void") return plain;
  return {
    ...plain,
    ...(body === null ? {} : { body: new Bytes(body) }),
    ...(url === null ? {} : { url }),
    ...(thumbnail === null ? {} : { thumbnail: new Bytes(thumbnail) }),
  };
}

function unreadEntry(row: types.Row): UnreadEntry {
  return {
    chat: numberOf(row, "chat_id"),
    device: numberOf(row, "device"),
    from: numberOf(row, "from_user"),
    sentN: numberOf(row, "sent_n"),
    readN: numberOf(row, "read_n"),
  };
}

function receiptEntry(row: types.Row): ReceiptEntry {
  return {
    chat: numberOf(row, "chat_id"),
    device: numberOf(row, "device"),
    reader: numberOf(row, "reader"),
    readN: numberOf(row, "read_n"),
    readAt: numberOf(row, "read_at"),
    seenN: numberOf(row, "seen_n"),
  };
}

function blobRow(blob: BlobId, row: types.Row): BlobRow {
  return {
    blob,
    chat: numberOf(row, "chat_id"),
    owner: numberOf(row, "owner"),
    bytes: numberOf(row, "size"),
    sha256: row["sha256"] as string,
    createdAt: numberOf(row, "created_at"),
  };
}

function mapRows<T>(
  outcome: Outcome<readonly types.Row[]>,
  map: (row: types.Row) => T,
): Outcome<readonly T[]> {
  return outcome.kind === "ok" ? ok(outcome.value.map(map)) : outcome;
}

function only<T>(
  outcome: Outcome<readonly types.Row[]>,
  map: (row: types.Row) => T,
): Outcome<T | undefined> {
  if (outcome.kind !== "ok") return outcome;
  const [row] = outcome.value;
  return ok(row === undefined ? undefined : map(row));
}
