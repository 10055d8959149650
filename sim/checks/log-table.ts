// The records that all rules share: chats, their logs, the copies of a log that devices hold. Each field
// says who writes it; everybody may read.

/** What a device holds of somebody's log. Written by the stages but where it says so. */
export interface CopyFacts {
  readonly log: LogFacts;
  readonly device: number;
  readonly user: number;
  /** The session that the next five belong to. */
  session: number;
  /** -1: not declared. */
  have: number;
  /** -1: not announced. */
  start: number;
  /** The last frame of this session, or the announced start; and the highest frame (by MSG4). */
  frameN: number;
  frameMaxN: number;
  shownN: number;
  sentAtMax: number;
  readN: number;
  /** Since when its newest read is not answered; -1: it is. By LIV1. */
  readOpenT: number;
  readonly next: CopyFacts | undefined;
}

/** Receipts shown on one of the sender's devices. */
export interface ReceiptFacts {
  readonly device: number;
  shownN: number;
  readonly next: ReceiptFacts | undefined;
}

/** (chat, device). Written by the stages but where it says so. */
export interface LogFacts {
  readonly index: number;
  readonly chat: ChatFacts;
  readonly device: number;
  /** 0: not known yet. */
  sender: number;
  recipient: number;
  /** Rows of the message table, by n - 1. */
  readonly rows: number[];
  /** The highest content attempted. By MSG4. */
  contentMax: number;
  confirmedN: number;
  shownN: number;
  /** Reads, by any device of the recipient. */
  readInvokedN: number;
  readConfirmedN: number;
  receiptShownN: number;
  receiptAckN: number;
  receiptAckT: number;
  /** Store watermarks, as they stand. */
  appliedThroughN: number;
  sentRaisedN: number;
  readRaisedN: number;
  receiptRaisedN: number;
  seenRaisedN: number;
  copies: CopyFacts | undefined;
  receipts: ReceiptFacts | undefined;
  scan: LogScan | undefined;
}

/** -1 where the scan met no such entry. */
export interface LogScan {
  sentN: number;
  readN: number;
  receiptReadN: number;
  receiptSeenN: number;
}

export interface ChatFacts {
  readonly chat: number;
  /** 0: the friendship was not announced. */
  low: number;
  high: number;
  readonly logs: LogFacts[];
  /** The key shown to a member, and its version; 0: none yet. Written by SEC3. */
  key: number;
  keyVersion: number;
}

export function newChat(chat: number): ChatFacts {
  return { chat, low: 0, high: 0, logs: [], key: 0, keyVersion: 0 };
}

export function newLog(index: number, chat: ChatFacts, device: number): LogFacts {
  return {
    index,
    chat,
    device,
    sender: 0,
    recipient: 0,
    rows: [],
    contentMax: 0,
    confirmedN: 0,
    shownN: 0,
    readInvokedN: 0,
    readConfirmedN: 0,
    receiptShownN: 0,
    receiptAckN: 0,
    receiptAckT: 0,
    appliedThroughN: 0,
    sentRaisedN: 0,
    readRaisedN: 0,
    receiptRaisedN: 0,
    seenRaisedN: 0,
    copies: undefined,
    receipts: undefined,
    scan: undefined,
  };
}

/** The device's copy, made at its first mention. */
export function copyOf(log: LogFacts, user: number, device: number): CopyFacts {
  for (let copy = log.copies; copy; copy = copy.next) if (copy.device === device) return copy;
  const copy: CopyFacts = {
    log,
    device,
    user,
    session: 0,
    have: -1,
    start: -1,
    frameN: 0,
    frameMaxN: 0,
    shownN: 0,
    sentAtMax: 0,
    readN: 0,
    readOpenT: -1,
    next: log.copies,
  };
  log.copies = copy;
  return copy;
}

/** Enters a session; false where the frame belongs to one that was left behind. */
export function enterSession(copy: CopyFacts, session: number): boolean {
  if (session === copy.session) return true;
  if (session < copy.session) return false;
  copy.session = session;
  copy.have = -1;
  copy.start = -1;
  copy.frameN = 0;
  copy.frameMaxN = 0;
  return true;
}

export function receiptsOf(log: LogFacts, device: number): ReceiptFacts {
  for (let receipt = log.receipts; receipt; receipt = receipt.next) {
    if (receipt.device === device) return receipt;
  }
  const receipt: ReceiptFacts = { device, shownN: 0, next: log.receipts };
  log.receipts = receipt;
  return receipt;
}

export function scanOf(log: LogFacts): LogScan {
  log.scan ??= {
    sentN: -1,
    readN: -1,
    receiptReadN: -1,
    receiptSeenN: -1,
  };
  return log.scan;
}
