// What the stores of a story hold, asked by the names of people.
import type {
  BlobRow,
  MessageRow,
  ReceiptEntry,
  UnreadEntry,
} from "../../server/ports/message-store.ts";
import type { Presence, PresenceRecord } from "../../server/ports/presence-store.ts";
import type { FriendRow, Friendship } from "../../server/ports/roster-store.ts";
import type { HeldBlob } from "../../server/memory/blob-store.ts";
import type { MemoryStores } from "../../sim/stores/memory-stores.ts";

export class StoryStores {
  readonly memory: MemoryStores;
  readonly #userOf: (name: string) => number;

  constructor(memory: MemoryStores, userOf: (name: string) => number) {
    this.memory = memory;
    this.#userOf = userOf;
  }

  /** Communication: log after log in the order of their first message, each by n. */
  messages(from?: string): MessageRow[] {
    const rows: MessageRow[] = [];
    const { messages } = this.memory;
    messages.scan({
      row: (row) => void rows.push(row),
      registeredLog: () => {},
      unread: () => {},
      receipt: () => {},
      blob: () => {},
    });
    return from === undefined ? rows : rows.filter((row) => row.from === this.#userOf(from));
  }

  /** Unread_Audit: all entries of that reader, open or closed. */
  entries(reader: string): UnreadEntry[] {
    return this.memory.messages.unreadEntriesNow(this.#userOf(reader));
  }

  /** Those that stand open. */
  unread(reader: string): UnreadEntry[] {
    return this.entries(reader).filter((entry) => entry.sentN > entry.readN);
  }

  /** Read_Audit: what was read of that sender's messages. */
  receipts(sender: string): ReceiptEntry[] {
    return this.memory.messages.receiptEntriesNow(this.#userOf(sender));
  }

  /** Receipts that the sender has not acknowledged. */
  due(sender: string): ReceiptEntry[] {
    return this.receipts(sender).filter((entry) => entry.readN > entry.seenN);
  }

  /** The record in Redis; undefined for somebody who was never seen. */
  presence(name: string): PresenceRecord | undefined {
    return this.memory.presence.recordNow(this.#userOf(name));
  }

  lookup(name: string): Presence {
    return this.memory.presence.lookupNow(this.#userOf(name));
  }

  /** The User table: the row that the first has of the second. */
  userRow(name: string, friend: string): FriendRow | undefined {
    return this.memory.roster.friendNow(this.#userOf(name), this.#userOf(friend));
  }

  friendship(one: string, other: string): Friendship | undefined {
    const [low, high] = this.#ordered(one, other);
    return this.memory.roster.friendshipNow(low, high);
  }

  /** The plain key, as only the vault can give it. */
  unwrap(one: string, other: string): string {
    const row = this.friendship(one, other)!;
    const [userLow, userHigh] = this.#ordered(one, other);
    const { chat, keyVersion } = row;
    const key = this.memory.vault.unwrapNow(row, { chat, userLow, userHigh, keyVersion });
    if (key === undefined) throw new Error(`the key of ${one} and ${other} does not unwrap`);
    return key;
  }

  blobRow(blob: string): BlobRow | undefined {
    return this.memory.messages.blobNow(blob);
  }

  blobBody(blob: string): HeldBlob | undefined {
    return this.memory.blobs.getNow(blob);
  }

  #ordered(one: string, other: string): readonly [number, number] {
    const [a, b] = [this.#userOf(one), this.#userOf(other)];
    return a < b ? [a, b] : [b, a];
  }
}
