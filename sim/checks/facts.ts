// What all rules share: the tables, and a cursor on the event that is being told. One stage, first in the
// hub, resolves (chat, device, n) once an event; rules read the cursor and look nothing up.
import type { CheckScenario } from "./context.ts";
import { FaultWindows } from "./fault-windows.ts";
import {
  copyOf,
  enterSession,
  newChat,
  newLog,
  type ChatFacts,
  type CopyFacts,
  type LogFacts,
} from "./log-table.ts";
import { MessageTable } from "./message-table.ts";
import { newUser, PairTable, type UserFacts } from "./user-table.ts";

/** A jump of n beyond this is no log of ours: it gets no rows. */
const GAP_MAX = 65_536;
/** A power of two. */
const RECENT = 16_384;

export class Facts {
  readonly windows: FaultWindows;
  readonly messages = new MessageTable();
  readonly pairs = new PairTable();
  readonly chats = new Map<number, ChatFacts>();
  readonly logs: LogFacts[] = [];
  readonly users = new Map<number, UserFacts>();

  endT = -1;
  /** When each step of the quiet phase began; -1: not yet. */
  quietT = -1;
  secondQuietT = -1;
  scanned = false;

  // ── the cursor: what the event that is being told is about, and what stood before it
  log: LogFacts;
  copy: CopyFacts | undefined;
  /** Row of the message table, -1 where nobody attempted this n. */
  row = -1;
  flagsBefore = 0;
  answerBefore = 0;
  /** The watermark that the event moves, as it was. */
  beforeN = 0;
  /** The frame belongs to a session that its device has left. */
  stale = false;
  user: UserFacts;
  /** The session that closes is the one its user was connected by. */
  wasConnected = false;
  /** -1: the two are not known as friends. */
  pair = -1;
  stateBefore = 0;
  sinceBefore = 0;
  lastSeenBefore = 0;

  /** The last chat met for each of its id's low bits: most events find theirs without a Map. */
  readonly #recent: ChatFacts[];

  constructor(scenario: CheckScenario) {
    this.windows = new FaultWindows(scenario.faults);
    const nobody = newChat(-1);
    this.#recent = new Array<ChatFacts>(RECENT).fill(nobody);
    this.log = newLog(-1, nobody, 0);
    this.user = newUser(0);
  }

  chatOf(chat: number): ChatFacts {
    const slot = chat & (RECENT - 1);
    const recent = this.#recent[slot]!;
    if (recent.chat === chat) return recent;
    let facts = this.chats.get(chat);
    if (!facts) {
      facts = newChat(chat);
      this.chats.set(chat, facts);
    }
    this.#recent[slot] = facts;
    return facts;
  }

  logOf(chat: number, device: number): LogFacts {
    const facts = this.chatOf(chat);
    const logs = facts.logs;
    for (let index = 0; index < logs.length; index += 1) {
      const log = logs[index]!;
      if (log.device === device) return log;
    }
    const log = newLog(this.logs.length, facts, device);
    this.logs.push(log);
    logs.push(log);
    return log;
  }

  userOf(user: number): UserFacts {
    let facts = this.users.get(user);
    if (!facts) {
      facts = newUser(user);
      this.users.set(user, facts);
    }
    return facts;
  }

  /** The row of n, made with those below it where it is new; -1 where n is out of any reason. */
  rowFor(log: LogFacts, n: number): number {
    const rows = log.rows;
    if (n < 1 || n > rows.length + GAP_MAX) return -1;
    while (rows.length < n) rows.push(this.messages.add(log.index, rows.length + 1));
    return rows[n - 1]!;
  }

  /** Whose log it is, once it is known. */
  own(log: LogFacts, sender: number): void {
    if (log.sender === 0) {
      log.sender = sender;
      this.userOf(sender).outbound.push(log);
    }
    const { low, high } = log.chat;
    if (log.recipient === 0 && low !== 0) {
      log.recipient = low === log.sender ? high : low;
      this.userOf(log.recipient).inbound.push(log);
    }
  }

  pairOf(observer: UserFacts, friend: number): number {
    const friends = observer.friends;
    for (let index = 0; index < friends.length; index += 1) {
      if (friends[index] === friend) return observer.pairs[index]!;
    }
    return -1;
  }

  isMember(chat: ChatFacts, user: number): boolean {
    return chat.low === user || chat.high === user;
  }

  /** Sets the cursor on n of a log; `make` where the event itself brings n into being. */
  point(chat: number, device: number, n: number, make: boolean): LogFacts {
    const log = this.logOf(chat, device);
    this.log = log;
    const rows = log.rows;
    const row = n >= 1 && n <= rows.length ? rows[n - 1]! : make ? this.rowFor(log, n) : -1;
    this.row = row;
    if (row >= 0) {
      this.flagsBefore = this.messages.flags[row]!;
      this.answerBefore = this.messages.answer[row]!;
    } else {
      this.flagsBefore = 0;
      this.answerBefore = 0;
    }
    return log;
  }

  pointCopy(
    user: number,
    device: number,
    session: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void {
    const log = this.point(chat, logDevice, n, false);
    const copy = copyOf(log, user, device);
    this.copy = copy;
    this.stale = !enterSession(copy, session);
  }
}
