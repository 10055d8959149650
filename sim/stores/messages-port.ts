// The MessageStore port in a simulation: each method as an operation at Cassandra's model.
import { KIND_CODES, rowBytes } from "../../server/memory/message-rows.ts";
import type {
  BlobRow,
  LogId,
  MessageRow,
  MessageStore,
  ReceiptEntry,
  UnreadEntry,
} from "../../server/ports/message-store.ts";
import { OK, ok, type Outcome } from "../../server/ports/outcome.ts";
import type { BlobId, ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { BoundOperation, StoreOperation } from "./store-call.ts";
import type { StoreClient } from "./store-client.ts";

const ROW_BYTES = 64;
const ENTRY_BYTES = 40;
const BLOB_ROW_BYTES = 128;

export const MESSAGE_OPERATIONS = {
  append: {
    portCall: "messages.append",
    apply(memory, call, observer) {
      const rows = call.a as readonly MessageRow[];
      const idle = memory.messages.appendNow(rows);
      for (let index = 0; index < rows.length; index++) {
        const row = rows[index]!;
        if (idle.length === 0 || !idle.includes(row))
          observer.rowApplied(row.chat, row.device, row.n, KIND_CODES[row.kind]);
      }
      return OK;
    },
    items: (call) => (call.a as readonly MessageRow[]).length,
    requestBytes: (call) => rowsBytes(call.a as readonly MessageRow[]),
    replyBytes: none,
  },
  rows: {
    portCall: "messages.rows",
    apply: (memory, call) =>
      ok(
        memory.messages.rowsNow(
          call.a as LogId,
          call.b as number,
          call.c as number,
          call.d as number,
        ),
      ),
    items: (call) =>
      Math.max(1, Math.min(call.d as number, (call.c as number) - (call.b as number) + 1)),
    requestBytes: none,
    replyBytes: (outcome) =>
      outcome.kind === "ok" ? rowsBytes(outcome.value as readonly MessageRow[]) : 0,
  },
  registerLog: {
    portCall: "messages.registerLog",
    apply(memory, call) {
      memory.messages.registerLogNow(call.a as LogId);
      return OK;
    },
    requestBytes: none,
    replyBytes: none,
  },
  logs: {
    portCall: "messages.logs",
    apply: (memory, call) => ok(memory.messages.logsNow(call.a as ChatId)),
    requestBytes: none,
    replyBytes: entriesBytes,
  },
  raiseSent: {
    portCall: "messages.raiseSent",
    apply(memory, call, observer) {
      const recipient = call.a as UserId;
      const chat = call.b as ChatId;
      const device = call.c as DeviceId;
      const n = memory.messages.raiseSentNow(
        recipient,
        chat,
        device,
        call.d as UserId,
        call.e as number,
      );
      observer.sentRaised(recipient, chat, device, n);
      return OK;
    },
    requestBytes: none,
    replyBytes: none,
  },
  raiseRead: {
    portCall: "messages.raiseRead",
    apply(memory, call, observer) {
      const recipient = call.a as UserId;
      const chat = call.b as ChatId;
      const device = call.c as DeviceId;
      const n = memory.messages.raiseReadNow(recipient, chat, device, call.d as number);
      observer.readRaised(recipient, chat, device, n);
      return OK;
    },
    requestBytes: none,
    replyBytes: none,
  },
  unreadEntries: {
    portCall: "messages.unreadEntries",
    apply: (memory, call) => ok(memory.messages.unreadEntriesNow(call.a as UserId)),
    requestBytes: none,
    replyBytes: entriesBytes,
  },
  unreadEntry: {
    portCall: "messages.unreadEntry",
    apply: (memory, call) =>
      ok(memory.messages.unreadEntryNow(call.a as UserId, call.b as ChatId, call.c as DeviceId)),
    requestBytes: none,
    replyBytes: () => ENTRY_BYTES,
  },
  raiseReceipt: {
    portCall: "messages.raiseReceipt",
    apply(memory, call, observer) {
      const sender = call.a as UserId;
      const chat = call.b as ChatId;
      const device = call.c as DeviceId;
      const readAt = call.f as number;
      const n = memory.messages.raiseReceiptNow(
        sender,
        chat,
        device,
        call.d as UserId,
        call.e as number,
        readAt,
      );
      observer.receiptRaised(sender, chat, device, n, readAt);
      return OK;
    },
    requestBytes: none,
    replyBytes: none,
  },
  raiseSeen: {
    portCall: "messages.raiseSeen",
    apply(memory, call, observer) {
      const sender = call.a as UserId;
      const chat = call.b as ChatId;
      const device = call.c as DeviceId;
      const n = memory.messages.raiseSeenNow(sender, chat, device, call.d as number);
      observer.seenRaised(sender, chat, device, n);
      return OK;
    },
    requestBytes: none,
    replyBytes: none,
  },
  receiptEntries: {
    portCall: "messages.receiptEntries",
    apply: (memory, call) => ok(memory.messages.receiptEntriesNow(call.a as UserId)),
    requestBytes: none,
    replyBytes: entriesBytes,
  },
  recordBlob: {
    portCall: "messages.recordBlob",
    apply(memory, call) {
      memory.messages.recordBlobNow(call.a as BlobRow);
      return OK;
    },
    requestBytes: () => BLOB_ROW_BYTES,
    replyBytes: none,
  },
  blob: {
    portCall: "messages.blob",
    apply: (memory, call) => ok(memory.messages.blobNow(call.a as BlobId)),
    requestBytes: none,
    replyBytes: () => BLOB_ROW_BYTES,
  },
} as const satisfies Record<keyof MessageStore, StoreOperation>;

export class SimulatedMessages implements MessageStore {
  #client: StoreClient;
  #bound: Readonly<Record<keyof MessageStore, BoundOperation>>;

  constructor(client: StoreClient, bound: Readonly<Record<keyof MessageStore, BoundOperation>>) {
    this.#client = client;
    this.#bound = bound;
  }

  append(rows: readonly MessageRow[]): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.append, rows);
  }

  rows(
    log: LogId,
    firstN: number,
    lastN: number,
    limit: number,
  ): Promise<Outcome<readonly MessageRow[]>> {
    return this.#client.call(this.#bound.rows, log, firstN, lastN, limit);
  }

  registerLog(log: LogId): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.registerLog, log);
  }

  logs(chat: ChatId): Promise<Outcome<readonly LogId[]>> {
    return this.#client.call(this.#bound.logs, chat);
  }

  raiseSent(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    from: UserId,
    sentN: number,
  ): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.raiseSent, recipient, chat, device, from, sentN);
  }

  raiseRead(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    readN: number,
  ): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.raiseRead, recipient, chat, device, readN);
  }

  unreadEntries(user: UserId): Promise<Outcome<readonly UnreadEntry[]>> {
    return this.#client.call(this.#bound.unreadEntries, user);
  }

  unreadEntry(
    user: UserId,
    chat: ChatId,
    device: DeviceId,
  ): Promise<Outcome<UnreadEntry | undefined>> {
    return this.#client.call(this.#bound.unreadEntry, user, chat, device);
  }

  raiseReceipt(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    reader: UserId,
    readN: number,
    readAt: number,
  ): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.raiseReceipt, sender, chat, device, reader, readN, readAt);
  }

  raiseSeen(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    seenN: number,
  ): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.raiseSeen, sender, chat, device, seenN);
  }

  receiptEntries(sender: UserId): Promise<Outcome<readonly ReceiptEntry[]>> {
    return this.#client.call(this.#bound.receiptEntries, sender);
  }

  recordBlob(row: BlobRow): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.recordBlob, row);
  }

  blob(blob: BlobId): Promise<Outcome<BlobRow | undefined>> {
    return this.#client.call(this.#bound.blob, blob);
  }
}

function none(): number {
  return 0;
}

function rowsBytes(rows: readonly MessageRow[]): number {
  let bytes = 0;
  for (let index = 0; index < rows.length; index++) bytes += ROW_BYTES + rowBytes(rows[index]!);
  return bytes;
}

function entriesBytes(outcome: Outcome<unknown>): number {
  return outcome.kind === "ok" ? ENTRY_BYTES * (outcome.value as readonly unknown[]).length : 0;
}
