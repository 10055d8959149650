// What the store models tell while a run goes on, at the instant an operation is applied: for the rules that
// are judged online in a simulation. Watermarks are told as they stand after the write.
import type { PresenceRecord } from "../../server/ports/presence-store.ts";
import type { BlobId, ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";

export interface StoreObserver {
  /** kind: 0 text, 1 image, 2 voice, 3 file, 4 void. Not told for a row that found its place taken. */
  rowApplied(chat: ChatId, device: DeviceId, n: number, kind: number): void;
  sentRaised(recipient: UserId, chat: ChatId, device: DeviceId, n: number): void;
  readRaised(reader: UserId, chat: ChatId, device: DeviceId, n: number): void;
  receiptRaised(sender: UserId, chat: ChatId, device: DeviceId, n: number, readAt: number): void;
  seenRaised(sender: UserId, chat: ChatId, device: DeviceId, n: number): void;
  blobApplied(blob: BlobId): void;
  /** Another owner or state than before; a mere heartbeat is not told. */
  presenceApplied(record: PresenceRecord): void;
  presenceWiped(): void;
}

const nothing = (): void => {};

export const NO_OBSERVER: StoreObserver = Object.freeze({
  rowApplied: nothing,
  sentRaised: nothing,
  readRaised: nothing,
  receiptRaised: nothing,
  seenRaised: nothing,
  blobApplied: nothing,
  presenceApplied: nothing,
  presenceWiped: nothing,
});
