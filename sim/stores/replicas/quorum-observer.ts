// Tells the observer of a write at the instant from which every majority of the replicas has it: what a watermark or
// a row then is, is what the second highest of three replicas holds. A write that fewer have may yet be undone.
import { KIND_CODES } from "../../../server/memory/message-rows.ts";
import type { MessageRow, ReceiptEntry, UnreadEntry } from "../../../server/ports/message-store.ts";
import type { ChatId, DeviceId, MessageKind, UserId } from "../../../server/protocol/ids.ts";
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
  readonly kind: CellKind;
}

interface CellKind {
  /** What stands at a replica, as a number that only rises: 0 where there is nothing. */
  readonly at: (replica: Replica, cell: Cell) => number;
  readonly tell: (observer: StoreObserver, cell: Cell, level: number, replica: Replica) => void;
}

const VOID = 2;
const ROW = 1;
const NO_CELLS: readonly Cell[] = Object.freeze([]);

const ROW_CELL: CellKind = {
  at(replica, cell) {
    const kind = rowKindAt(replica, cell);
    if (kind === undefined) return 0;
    return kind === "void" ? VOID : ROW;
  },
  tell(observer, cell, _level, replica) {
    const kind = rowKindAt(replica, cell);
    if (kind !== undefined) observer.rowApplied(cell.chat, cell.device, cell.n, KIND_CODES[kind]);
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
  const before = cells.map((cell) => cell.kind.at(replica, cell));
  const done = work();
  cells.forEach((cell, index) => {
    const after = cell.kind.at(replica, cell);
    if (after === before[index]) return;
    // The others have what they had.
    const others = replicas.filter((each) => each !== replica);
    const levels = others.map((each) => cell.kind.at(each, cell));
    const level = heldByMost(levels, after);
    if (level !== heldByMost(levels, before[index]!))
      cell.kind.tell(observer, cell, level, replica);
  });
  return done;
}

/** The second highest: of three replicas, two have it. */
function heldByMost(others: readonly number[], own: number): number {
  let highest = own;
  let second = 0;
  for (const level of others) {
    if (level > highest) {
      second = highest;
      highest = level;
    } else if (level > second) second = level;
  }
  return second;
}

function cellsOf(call: StoreCall, answer: unknown): readonly Cell[] {
  switch (call.bound.operation.portCall) {
    case "messages.append":
      return (call.a as readonly MessageRow[]).map(rowCell);
    case "messages.rows":
      return ((answer ?? []) as readonly MessageRow[]).map(rowCell);
    case "messages.raiseSent":
      return [entryCell(call, SENT)];
    case "messages.raiseRead":
      return [entryCell(call, READ)];
    case "messages.raiseReceipt":
      return [entryCell(call, RECEIPT)];
    case "messages.raiseSeen":
      return [entryCell(call, SEEN)];
    case "messages.unreadEntry":
      return [entryCell(call, SENT), entryCell(call, READ)];
    case "messages.unreadEntries":
      return cellsOfEntries(call, answer, [SENT, READ]);
    case "messages.receiptEntries":
      return cellsOfEntries(call, answer, [RECEIPT, SEEN]);
    default:
      return NO_CELLS;
  }
}

function rowCell({ chat, from, device, n }: MessageRow): Cell {
  return { user: from, chat, device, n, kind: ROW_CELL };
}

/** Of a call on one entry of an audit. */
function entryCell({ a, b, c }: StoreCall, kind: CellKind): Cell {
  return { user: a as UserId, chat: b as ChatId, device: c as DeviceId, n: 0, kind };
}

/** Of a call on all entries of a user. */
function cellsOfEntries(call: StoreCall, answer: unknown, kinds: readonly CellKind[]): Cell[] {
  const user = call.a as UserId;
  const entries = (answer ?? []) as readonly (UnreadEntry | ReceiptEntry)[];
  return entries.flatMap(({ chat, device }) =>
    kinds.map((kind) => ({ user, chat, device, n: 0, kind })),
  );
}

function rowKindAt(replica: Replica, { user, chat, device, n }: Cell): MessageKind | undefined {
  return replica.stores.messages.rowKindNow(chat, user, device, n);
}

function unreadAt(replica: Replica, { user, chat, device }: Cell): UnreadEntry | undefined {
  return replica.stores.messages.unreadEntryNow(user, chat, device);
}

function receiptAt(replica: Replica, { user, chat, device }: Cell): ReceiptEntry | undefined {
  return replica.stores.messages.receiptEntryNow(user, chat, device);
}
