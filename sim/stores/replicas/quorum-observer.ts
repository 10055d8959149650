// Tells the observer of a write at the instant from which every majority of the replicas has it: what a watermark or
// a row then is, is what the second highest of three replicas holds. A write that fewer have may yet be undone.
import { KIND_CODES } from "../../../server/memory/message-rows.ts";
import type {
  LogId,
  MessageRow,
  ReceiptEntry,
  UnreadEntry,
} from "../../../server/ports/message-store.ts";
import type { ChatId, DeviceId, UserId } from "../../../server/protocol/ids.ts";
import type { StoreCall } from "../store-call.ts";
import type { StoreObserver } from "../store-observer.ts";
import type { Replica } from "./replica.ts";

/** Something that a write changes and the observer hears of. */
interface Cell {
  readonly user: UserId;
  readonly chat: ChatId;
  readonly device: DeviceId;
  /** Of a row. */
  readonly n: number;
  /** What stands at a replica, as a number that only rises: 0 where there is nothing. */
  readonly at: (replica: Replica, cell: Cell) => number;
  readonly tell: (observer: StoreObserver, cell: Cell, level: number, replica: Replica) => void;
}

type CellKind = Pick<Cell, "at" | "tell">;

const VOID = 2;
const ROW = 1;

const ROW_CELL: CellKind = {
  at(replica, cell) {
    const row = rowAt(replica, cell);
    if (row === undefined) return 0;
    return row.kind === "void" ? VOID : ROW;
  },
  tell(observer, cell, _level, replica) {
    const row = rowAt(replica, cell);
    if (row !== undefined)
      observer.rowApplied(cell.chat, cell.device, cell.n, KIND_CODES[row.kind]);
  },
};

const SENT: CellKind = {
  at: (replica, cell) => unreadAt(replica, cell)?.sentN ?? 0,
  tell: (observer, { user, chat, device }, level) => observer.sentRaised(user, chat, device, level),
};

const READ: CellKind = {
  at: (replica, cell) => unreadAt(replica, cell)?.readN ?? 0,
  tell: (observer, { user, chat, device }, level) => observer.readRaised(user, chat, device, level),
};

const RECEIPT: CellKind = {
  at: (replica, cell) => receiptAt(replica, cell)?.readN ?? 0,
  tell: (observer, cell, level, replica) =>
    observer.receiptRaised(
      cell.user,
      cell.chat,
      cell.device,
      level,
      receiptAt(replica, cell)?.readAt ?? 0,
    ),
};

const SEEN: CellKind = {
  at: (replica, cell) => receiptAt(replica, cell)?.seenN ?? 0,
  tell: (observer, { user, chat, device }, level) => observer.seenRaised(user, chat, device, level),
};

/** Does `work` at the replica and tells what it brought to a majority. `answer`: what a repair brings. */
export function tellQuorum<T>(
  replicas: readonly Replica[],
  replica: Replica,
  call: StoreCall,
  observer: StoreObserver,
  work: () => T,
  answer?: unknown,
): T {
  const cells = cellsOf(call, answer);
  if (cells.length === 0) return work();
  const before = cells.map((cell) => heldByMost(replicas, cell));
  const done = work();
  cells.forEach((cell, index) => {
    const level = heldByMost(replicas, cell);
    if (level !== before[index]) cell.tell(observer, cell, level, replica);
  });
  return done;
}

function heldByMost(replicas: readonly Replica[], cell: Cell): number {
  let highest = 0;
  let second = 0;
  for (const replica of replicas) {
    const level = cell.at(replica, cell);
    if (level > highest) {
      second = highest;
      highest = level;
    } else if (level > second) second = level;
  }
  return second;
}

function cellsOf(call: StoreCall, answer: unknown): readonly Cell[] {
  const user = call.a as UserId;
  const one = (...kinds: CellKind[]): Cell[] =>
    kinds.map((kind) => ({
      user,
      chat: call.b as ChatId,
      device: call.c as DeviceId,
      n: 0,
      ...kind,
    }));
  const each = (entries: readonly (UnreadEntry | ReceiptEntry)[], ...kinds: CellKind[]): Cell[] =>
    entries.flatMap(({ chat, device }) =>
      kinds.map((kind) => ({ user, chat, device, n: 0, ...kind })),
    );
  switch (call.bound.operation.portCall) {
    case "messages.append":
      return (call.a as readonly MessageRow[]).map(rowCell);
    case "messages.rows":
      return ((answer ?? []) as readonly MessageRow[]).map(rowCell);
    case "messages.raiseSent":
      return one(SENT);
    case "messages.raiseRead":
      return one(READ);
    case "messages.raiseReceipt":
      return one(RECEIPT);
    case "messages.raiseSeen":
      return one(SEEN);
    case "messages.unreadEntry":
      return one(SENT, READ);
    case "messages.unreadEntries":
      return each((answer ?? []) as readonly UnreadEntry[], SENT, READ);
    case "messages.receiptEntries":
      return each((answer ?? []) as readonly ReceiptEntry[], RECEIPT, SEEN);
    default:
      return [];
  }
}

function rowCell({ chat, from, device, n }: MessageRow): Cell {
  return { user: from, chat, device, n, ...ROW_CELL };
}

function rowAt(replica: Replica, { user, chat, device, n }: Cell): MessageRow | undefined {
  const log: LogId = { chat, user, device };
  return replica.stores.messages.rowsNow(log, n, n, 1)[0];
}

function unreadAt(replica: Replica, { user, chat, device }: Cell): UnreadEntry | undefined {
  return replica.stores.messages.unreadEntryNow(user, chat, device);
}

function receiptAt(replica: Replica, { user, chat, device }: Cell): ReceiptEntry | undefined {
  return replica.stores.messages
    .receiptEntriesNow(user)
    .find((entry) => entry.chat === chat && entry.device === device);
}
