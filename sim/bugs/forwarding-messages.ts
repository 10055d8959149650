// A message store that passes every call on: what a planted bug around a store is derived from.
import type { BlobRow, LogId, MessageRow, MessageStore } from "../../server/ports/message-store.ts";
import type { BlobId, ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { Outcome } from "../../server/ports/outcome.ts";

export class ForwardingMessages implements MessageStore {
  protected readonly store: MessageStore;

  constructor(store: MessageStore) {
    this.store = store;
  }

  append(rows: readonly MessageRow[]): Promise<Outcome<undefined>> {
    return this.store.append(rows);
  }

  rows(log: LogId, firstN: number, lastN: number, limit: number) {
    return this.store.rows(log, firstN, lastN, limit);
  }

  registerLog(log: LogId) {
    return this.store.registerLog(log);
  }

  logs(chat: ChatId) {
    return this.store.logs(chat);
  }

  raiseSent(recipient: UserId, chat: ChatId, device: DeviceId, from: UserId, sentN: number) {
    return this.store.raiseSent(recipient, chat, device, from, sentN);
  }

  raiseRead(recipient: UserId, chat: ChatId, device: DeviceId, readN: number) {
    return this.store.raiseRead(recipient, chat, device, readN);
  }

  unreadEntries(user: UserId) {
    return this.store.unreadEntries(user);
  }

  unreadEntry(user: UserId, chat: ChatId, device: DeviceId) {
    return this.store.unreadEntry(user, chat, device);
  }

  raiseReceipt(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    reader: UserId,
    readN: number,
    readAt: number,
  ) {
    return this.store.raiseReceipt(sender, chat, device, reader, readN, readAt);
  }

  raiseSeen(sender: UserId, chat: ChatId, device: DeviceId, seenN: number) {
    return this.store.raiseSeen(sender, chat, device, seenN);
  }

  receiptEntries(sender: UserId) {
    return this.store.receiptEntries(sender);
  }

  recordBlob(row: BlobRow) {
    return this.store.recordBlob(row);
  }

  blob(blob: BlobId) {
    return this.store.blob(blob);
  }
}
