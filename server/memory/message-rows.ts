// The rows of `communication`: logs of messages by (chat, sender, device, n), packed into numbers. Decides
// which of two rows of one n stands; the audits are in audit-table.ts.
import type { BlobId, ChatId, DeviceId, MessageKind, Opaque, UserId } from "../protocol/ids.ts";
import type { LogId, MessageRow } from "../ports/message-store.ts";
import { NumberTable } from "./number-table.ts";
import type { OpaquePacking } from "./opaque-packing.ts";

/** Rows of one partition; n / 4096 is the block. */
export const BLOCK_ROWS = 4096;
export const APPEND_ROWS_MAX = 64;
export const APPEND_BYTES_MAX = 256 * 1024;

/** A hole this long is a defect: a log is gapless but for what a store lost. */
const HOLE_ROWS_MAX = 1_000_000;

/** A kind's number: the row's column, and what an observer of the store is told. */
export const KIND_CODES = { text: 0, image: 1, voice: 2, file: 3, void: 4 } as const;
const KINDS: readonly MessageKind[] = ["text", "image", "voice", "file", "void"];

const NO_ROWS: readonly MessageRow[] = Object.freeze([]);

const SENT_AT = 0;
/** kind + 8 * has a body + 16 * has an attachment + 32 * key version */
const META = 1;
const BODY = 2;

/** url and thumbnail, which few rows have. */
interface Attachment {
  readonly url: BlobId | undefined;
  readonly thumbnail: Opaque | undefined;
}

/** One log. `rows[n - 1]` is the row's id + 1, or 0 where it is missing. */
interface Log {
  readonly from: UserId;
  readonly device: DeviceId;
  readonly rows: number[];
}

interface Chat {
  readonly chat: ChatId;
  /** In order of their first row; both lists exactly as long as needed, for there are very many. */
  logs: readonly Log[];
  /** By (user, device). */
  registered: readonly LogId[];
}

/** Whether a row offered for an n takes the place of the one that stands there. */
export type RowRule = (standing: MessageKind, offered: MessageKind) => boolean;

export class MessageRows {
  #table: NumberTable;
  #packing: OpaquePacking;
  #replaces: RowRule;
  #chats = new Map<ChatId, Chat>();
  #attachments = new Map<number, Attachment>();

  constructor(packing: OpaquePacking, replaces: RowRule) {
    this.#packing = packing;
    this.#replaces = replaces;
    this.#table = new NumberTable(BODY + packing.width);
  }

  /** Rows written, those counted that a void has replaced since. */
  get count(): number {
    return this.#table.length;
  }

  /**
   * Answers with the rows that changed nothing because another one keeps its place. Throws where the
   * rows are not one append as the port demands: the caller is defective.
   */
  append(rows: readonly MessageRow[]): readonly MessageRow[] {
    assertOneAppend(rows);
    const first = rows[0]!;
    const log = this.#logFor(first.chat, first.from, first.device);
    let idle: MessageRow[] | undefined;
    for (let index = 0; index < rows.length; index++) {
      if (this.#put(log, rows[index]!)) continue;
      idle ??= [];
      idle.push(rows[index]!);
    }
    return idle ?? NO_ROWS;
  }

  /** False where the standing row keeps its place. */
  #put(log: Log, row: MessageRow): boolean {
    if (row.n > log.rows.length + HOLE_ROWS_MAX) throw new Error(`append: n ${row.n} far above`);
    while (log.rows.length < row.n) log.rows.push(0);
    const standing = log.rows[row.n - 1]! - 1;
    if (standing >= 0 && !this.#replaces(this.#kind(standing), row.kind)) return false;
    const id = standing >= 0 ? standing : this.#table.add();
    log.rows[row.n - 1] = id + 1;
    this.#write(id, row);
    return true;
  }

  #write(id: number, row: MessageRow): void {
    const page = this.#table.page(id);
    const offset = this.#table.offset(id);
    const attached = row.url !== undefined || row.thumbnail !== undefined;
    page[offset + SENT_AT] = row.sentAt;
    page[offset + META] =
      KIND_CODES[row.kind] +
      (row.body === undefined ? 0 : 8) +
      (attached ? 16 : 0) +
      32 * row.keyVersion;
    if (row.body !== undefined) this.#packing.pack(row.body, page, offset + BODY);
    if (attached) this.#attachments.set(id, { url: row.url, thumbnail: row.thumbnail });
    else if (this.#attachments.size > 0) this.#attachments.delete(id);
  }

  #kind(id: number): MessageKind {
    return KINDS[this.#table.get(id, META) & 7]!;
  }

  /** Rows firstN..lastN that are stored, by n, at most `limit`. */
  read(log: LogId, firstN: number, lastN: number, limit: number): MessageRow[] {
    const found = this.#log(log.chat, log.user, log.device);
    const rows: MessageRow[] = [];
    if (found === undefined) return rows;
    const last = Math.min(lastN, found.rows.length);
    for (let n = Math.max(1, firstN); n <= last && rows.length < limit; n++) {
      const id = found.rows[n - 1]! - 1;
      if (id >= 0) rows.push(this.#row(log.chat, found, n, id));
    }
    return rows;
  }

  /** Of the row at n, where there is one. */
  kindAt(chat: ChatId, user: UserId, device: DeviceId, n: number): MessageKind | undefined {
    const id = (this.#log(chat, user, device)?.rows[n - 1] ?? 0) - 1;
    return id < 0 ? undefined : this.#kind(id);
  }

  #row(chat: ChatId, log: Log, n: number, id: number): MessageRow {
    const page = this.#table.page(id);
    const offset = this.#table.offset(id);
    const meta = page[offset + META]!;
    const sentAt = page[offset + SENT_AT]!;
    const kind = KINDS[meta & 7]!;
    const keyVersion = Math.floor(meta / 32);
    const { from, device } = log;
    if ((meta & 8) === 0) {
      if ((meta & 16) === 0) return { chat, from, device, n, sentAt, kind, keyVersion };
      return withAttachment(
        { chat, from, device, n, sentAt, kind, keyVersion },
        this.#attachments.get(id)!,
      );
    }
    const body = this.#packing.unpack(page, offset + BODY);
    const row = { chat, from, device, n, sentAt, kind, keyVersion, body };
    return (meta & 16) === 0 ? row : withAttachment(row, this.#attachments.get(id)!);
  }

  /** Notes that the chat has this log; repeating it changes nothing. */
  register(log: LogId): void {
    const found = this.#chatFor(log.chat);
    const { registered } = found;
    let place = 0;
    while (place < registered.length) {
      const other = registered[place]!;
      const order = other.user - log.user || other.device - log.device;
      if (order === 0) return;
      if (order > 0) break;
      place++;
    }
    const noted = { chat: log.chat, user: log.user, device: log.device };
    found.registered = registered.toSpliced(place, 0, noted);
  }

  registered(chat: ChatId): LogId[] {
    const found = this.#chats.get(chat);
    return found === undefined ? [] : found.registered.slice();
  }

  /** Every stored row, log by log, by n; logs in order of their first row within a chat. */
  scan(visit: (row: MessageRow) => void): void {
    for (const chat of this.#chats.values())
      for (const log of chat.logs)
        for (let n = 1; n <= log.rows.length; n++) {
          const id = log.rows[n - 1]! - 1;
          if (id >= 0) visit(this.#row(chat.chat, log, n, id));
        }
  }

  /** Every log that `register` noted. */
  scanRegistered(visit: (log: LogId) => void): void {
    for (const chat of this.#chats.values()) for (const log of chat.registered) visit(log);
  }

  #chatFor(chat: ChatId): Chat {
    let found = this.#chats.get(chat);
    if (found === undefined) {
      found = { chat, logs: [], registered: [] };
      this.#chats.set(chat, found);
    }
    return found;
  }

  #log(chat: ChatId, from: UserId, device: DeviceId): Log | undefined {
    const logs = this.#chats.get(chat)?.logs;
    if (logs === undefined) return undefined;
    for (let index = 0; index < logs.length; index++) {
      const log = logs[index]!;
      if (log.device === device && log.from === from) return log;
    }
    return undefined;
  }

  #logFor(chat: ChatId, from: UserId, device: DeviceId): Log {
    const found = this.#log(chat, from, device);
    if (found !== undefined) return found;
    const log: Log = { from, device, rows: [] };
    const ofChat = this.#chatFor(chat);
    ofChat.logs = ofChat.logs.concat(log);
    return log;
  }
}

function withAttachment(row: MessageRow, { url, thumbnail }: Attachment): MessageRow {
  if (url === undefined) return { ...row, thumbnail: thumbnail! };
  if (thumbnail === undefined) return { ...row, url };
  return { ...row, url, thumbnail };
}

/** Bytes of what a row carries, without its columns of numbers. */
export function rowBytes(row: MessageRow): number {
  return (row.body?.length ?? 0) + (row.thumbnail?.length ?? 0);
}

function assertOneAppend(rows: readonly MessageRow[]): void {
  const first = rows[0];
  if (first === undefined) throw new Error("append: no rows");
  if (rows.length > APPEND_ROWS_MAX) throw new Error(`append: ${rows.length} rows`);
  const block = Math.floor(first.n / BLOCK_ROWS);
  let bytes = 0;
  let lastN = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if (row.chat !== first.chat || row.from !== first.from || row.device !== first.device)
      throw new Error("append: rows of two logs");
    if (row.n <= lastN || Math.floor(row.n / BLOCK_ROWS) !== block)
      throw new Error(`append: n ${row.n} after ${lastN}, not in order or of another block`);
    lastN = row.n;
    bytes += rowBytes(row);
  }
  if (rows.length > 1 && bytes > APPEND_BYTES_MAX) throw new Error(`append: ${bytes} bytes`);
}
