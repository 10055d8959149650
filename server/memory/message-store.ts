// The plain meaning of the MessageStore port: rows, registered logs, the two audits, the blobs' rows. Every
// write is order-free: whatever is repeated, late or reordered ends in the same state. No time, no faults.
import type { BlobId, ChatId, DeviceId, MessageKind, UserId } from "../protocol/ids.ts";
import type {
  BlobRow,
  LogId,
  MessageRow,
  ReceiptEntry,
  UnreadEntry,
} from "../ports/message-store.ts";
import { AuditTable, FIRST_COLUMN } from "./audit-table.ts";
import { MessageRows } from "./message-rows.ts";
import { OpaqueReferences, type OpaquePacking } from "./opaque-packing.ts";

const FROM = FIRST_COLUMN;
const SENT_N = FIRST_COLUMN + 1;
const UNREAD_READ_N = FIRST_COLUMN + 2;

const READER = FIRST_COLUMN;
const READ_N = FIRST_COLUMN + 1;
const READ_AT = FIRST_COLUMN + 2;
const SEEN_N = FIRST_COLUMN + 3;

/** What a scan of the whole store is told; logs, rows and entries in the order of their first writing. */
export interface MessageStoreScan {
  row(row: MessageRow): void;
  registeredLog(log: LogId): void;
  unread(
    user: UserId,
    chat: ChatId,
    device: DeviceId,
    from: UserId,
    sentN: number,
    readN: number,
  ): void;
  receipt(
    user: UserId,
    chat: ChatId,
    device: DeviceId,
    reader: UserId,
    readN: number,
    readAt: number,
    seenN: number,
  ): void;
  blob(row: BlobRow): void;
}

export class MemoryMessageStore {
  #rows: MessageRows;
  #unread = new AuditTable(3);
  #receipts = new AuditTable(4);
  #blobs = new Map<BlobId, BlobRow>();

  constructor(packing: OpaquePacking = new OpaqueReferences()) {
    this.#rows = new MessageRows(packing, (standing, offered) => this.replaces(standing, offered));
  }

  /** Whether a row offered for an n takes the place of the standing one: only a void does. */
  replaces(standing: MessageKind, offered: MessageKind): boolean {
    return offered === "void" && standing !== "void";
  }

  /** What a watermark holds after a write: its value is its cell timestamp, so the highest stays. */
  raised(standing: number, offered: number): number {
    return offered > standing ? offered : standing;
  }

  /** Answers with the rows that changed nothing: another one of their n keeps its place. */
  appendNow(rows: readonly MessageRow[]): readonly MessageRow[] {
    return this.#rows.append(rows);
  }

  rowsNow(log: LogId, firstN: number, lastN: number, limit: number): MessageRow[] {
    return this.#rows.read(log, firstN, lastN, limit);
  }

  rowKindNow(chat: ChatId, user: UserId, device: DeviceId, n: number): MessageKind | undefined {
    return this.#rows.kindAt(chat, user, device, n);
  }

  registerLogNow(log: LogId): void {
    this.#rows.register(log);
  }

  logsNow(chat: ChatId): LogId[] {
    return this.#rows.registered(chat);
  }

  /** As all raises: answers with what the watermark holds after it. */
  raiseSentNow(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    from: UserId,
    sentN: number,
  ): number {
    const id = this.#unread.findOrAdd(recipient, chat, device);
    this.#unread.numbers.set(id, FROM, from);
    return this.#raise(this.#unread, id, SENT_N, sentN);
  }

  raiseReadNow(recipient: UserId, chat: ChatId, device: DeviceId, readN: number): number {
    const id = this.#unread.findOrAdd(recipient, chat, device);
    return this.#raise(this.#unread, id, UNREAD_READ_N, readN);
  }

  unreadEntriesNow(user: UserId): UnreadEntry[] {
    const ids = this.#unread.ofUser(user);
    const entries: UnreadEntry[] = [];
    for (let index = 0; index < ids.length; index++) entries.push(this.#unreadEntry(ids[index]!));
    return entries;
  }

  unreadEntryNow(user: UserId, chat: ChatId, device: DeviceId): UnreadEntry | undefined {
    const id = this.#unread.find(user, chat, device);
    return id < 0 ? undefined : this.#unreadEntry(id);
  }

  /** `readAt` moves with its readN; of two for the same readN the higher stays, as for equal timestamps. */
  raiseReceiptNow(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    reader: UserId,
    readN: number,
    readAt: number,
  ): number {
    const id = this.#receipts.findOrAdd(sender, chat, device);
    const { numbers } = this.#receipts;
    const standing = numbers.get(id, READ_N);
    const next = this.raised(standing, readN);
    numbers.set(id, READ_N, next);
    numbers.set(id, READER, reader);
    if (next !== standing) numbers.set(id, READ_AT, readAt);
    else if (readN === standing && readAt > numbers.get(id, READ_AT))
      numbers.set(id, READ_AT, readAt);
    return next;
  }

  raiseSeenNow(sender: UserId, chat: ChatId, device: DeviceId, seenN: number): number {
    const id = this.#receipts.findOrAdd(sender, chat, device);
    return this.#raise(this.#receipts, id, SEEN_N, seenN);
  }

  receiptEntriesNow(sender: UserId): ReceiptEntry[] {
    const ids = this.#receipts.ofUser(sender);
    const entries: ReceiptEntry[] = [];
    for (let index = 0; index < ids.length; index++) entries.push(this.#receiptEntry(ids[index]!));
    return entries;
  }

  receiptEntryNow(sender: UserId, chat: ChatId, device: DeviceId): ReceiptEntry | undefined {
    const id = this.#receipts.find(sender, chat, device);
    return id < 0 ? undefined : this.#receiptEntry(id);
  }

  /** Of two rows for one blob the earlier `createdAt` stands, so a repeat cannot make a blob younger. */
  recordBlobNow(row: BlobRow): void {
    const standing = this.#blobs.get(row.blob);
    if (standing === undefined || row.createdAt < standing.createdAt)
      this.#blobs.set(row.blob, row);
  }

  blobNow(blob: BlobId): BlobRow | undefined {
    return this.#blobs.get(blob);
  }

  scan(visit: MessageStoreScan): void {
    this.#rows.scan((row) => visit.row(row));
    this.#rows.scanRegistered((log) => visit.registeredLog(log));
    this.#unread.scan((user, id) => {
      const entry = this.#unreadEntry(id);
      visit.unread(user, entry.chat, entry.device, entry.from, entry.sentN, entry.readN);
    });
    this.#receipts.scan((user, id) => {
      const { chat, device, reader, readN, readAt, seenN } = this.#receiptEntry(id);
      visit.receipt(user, chat, device, reader, readN, readAt, seenN);
    });
    for (const row of this.#blobs.values()) visit.blob(row);
  }

  #raise(table: AuditTable, id: number, column: number, value: number): number {
    const next = this.raised(table.numbers.get(id, column), value);
    table.numbers.set(id, column, next);
    return next;
  }

  #unreadEntry(id: number): UnreadEntry {
    const { numbers } = this.#unread;
    return {
      chat: this.#unread.chat(id),
      device: this.#unread.device(id),
      from: numbers.get(id, FROM),
      sentN: numbers.get(id, SENT_N),
      readN: numbers.get(id, UNREAD_READ_N),
    };
  }

  #receiptEntry(id: number): ReceiptEntry {
    const { numbers } = this.#receipts;
    return {
      chat: this.#receipts.chat(id),
      device: this.#receipts.device(id),
      reader: numbers.get(id, READER),
      readN: numbers.get(id, READ_N),
      readAt: numbers.get(id, READ_AT),
      seenN: numbers.get(id, SEEN_N),
    };
  }
}
