// Logs of messages and the two audits. Cassandra live; its plain meaning in server/memory.
// Every write may be repeated and reordered: a row is written once per (chat, device, n), a watermark
// only rises. A call ends within its deadline (2 s by default) as ok, refused (nothing was written and
// nothing will be) or unknown (may be applied now, later, or never). One call is one attempt.
import type { BlobId, ChatId, DeviceId, MessageKind, Opaque, UserId } from "../protocol/ids.ts";
import type { Outcome } from "./outcome.ts";

/** One row of `communication`; (chat, device, n) is its identity. Immutable once written. */
export interface MessageRow {
  readonly chat: ChatId;
  readonly from: UserId;
  readonly device: DeviceId;
  /** 1, 2, 3, ... without gaps. */
  readonly n: number;
  /** Milliseconds, hybrid logical clock of the device. */
  readonly sentAt: number;
  readonly kind: MessageKind;
  readonly keyVersion: number;
  /** Absent in a `void`. */
  readonly body?: Opaque;
  /** Picture, voice, file: the blob's name. */
  readonly url?: BlobId;
  readonly thumbnail?: Opaque;
}

/** `unread_audit`: open while sentN > readN. */
export interface UnreadEntry {
  readonly chat: ChatId;
  /** The log's device and its owner, the sender. */
  readonly device: DeviceId;
  readonly from: UserId;
  readonly sentN: number;
  readonly readN: number;
}

/** `read_audit`, kept for the sender: a receipt is due while readN > seenN. */
export interface ReceiptEntry {
  readonly chat: ChatId;
  readonly device: DeviceId;
  readonly reader: UserId;
  readonly readN: number;
  /** Milliseconds, given by the reading device; the same in every repeat of the same readN. */
  readonly readAt: number;
  readonly seenN: number;
}

export interface LogId {
  readonly chat: ChatId;
  readonly user: UserId;
  readonly device: DeviceId;
}

export interface BlobRow {
  readonly blob: BlobId;
  readonly chat: ChatId;
  readonly owner: UserId;
  readonly bytes: number;
  readonly sha256: string;
  /** Milliseconds, wall clock of the node that stored it. */
  readonly createdAt: number;
}

export interface MessageStore {
  /**
   * Writes rows of one log and one block (n / 4096), in order of n, at most 64 rows and 256 KiB: all or
   * none. A row that is already there keeps its place: the caller has compared first. A `void` beats any
   * other row of its n, whichever comes first.
   */
  append(rows: readonly MessageRow[]): Promise<Outcome<undefined>>;
  /** Rows firstN..lastN of one log that are stored, by n; at most `limit`. Missing rows are left out. */
  rows(
    log: LogId,
    firstN: number,
    lastN: number,
    limit: number,
  ): Promise<Outcome<readonly MessageRow[]>>;

  /** Notes that the chat has this log (written at n = 1). */
  registerLog(log: LogId): Promise<Outcome<undefined>>;
  /** Every log of a chat, by (user, device). */
  logs(chat: ChatId): Promise<Outcome<readonly LogId[]>>;

  /** Raises sentN of the recipient's entry; a lower or equal value changes nothing. */
  raiseSent(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    from: UserId,
    sentN: number,
  ): Promise<Outcome<undefined>>;
  /** Raises readN of the recipient's entry. The caller has checked n <= sentN. */
  raiseRead(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    readN: number,
  ): Promise<Outcome<undefined>>;
  /** All entries of a user, open or closed, by (chat, device): one partition. */
  unreadEntries(user: UserId): Promise<Outcome<readonly UnreadEntry[]>>;
  /** One entry; ok(undefined) where there is none. */
  unreadEntry(
    user: UserId,
    chat: ChatId,
    device: DeviceId,
  ): Promise<Outcome<UnreadEntry | undefined>>;

  /** Raises readN (and readAt with it) of the sender's entry. */
  raiseReceipt(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    reader: UserId,
    readN: number,
    readAt: number,
  ): Promise<Outcome<undefined>>;
  /** Raises seenN of the sender's entry. The caller has checked n <= readN. */
  raiseSeen(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    seenN: number,
  ): Promise<Outcome<undefined>>;
  /** All entries of a sender, by (chat, device): one partition. */
  receiptEntries(sender: UserId): Promise<Outcome<readonly ReceiptEntry[]>>;

  /** Written after the blob itself is stored. */
  recordBlob(row: BlobRow): Promise<Outcome<undefined>>;
  blob(blob: BlobId): Promise<Outcome<BlobRow | undefined>>;
}
