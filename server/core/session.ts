// What a node remembers about one client, packed small: a node holds a hundred thousand of these. Logs
// that a user has nothing new in are three numbers in `settled`, not objects.
import type { ClientConnection } from "../ports/client-transport.ts";
import type { LogId, MessageRow } from "../ports/message-store.ts";
import type { Epoch } from "../ports/presence-store.ts";
import type { ClientFrame, SendFrame } from "../protocol/frames.ts";
import type { ChatId, DeviceId, UserId } from "../protocol/ids.ts";
import type { RosterPage } from "./roster-pages.ts";

/** A log whose messages go to this client. */
export interface IncomingLog {
  readonly chat: ChatId;
  readonly device: DeviceId;
  readonly from: UserId;
  /** Last n sent to this client; before the first one, the announced start. */
  sentN: number;
  /** Last n that the client acknowledged. */
  ackedN: number;
  /** Highest n known to be covered by the audit entry: what the client is to be brought to. */
  coveredN: number;
  /** `sentN` is known to be the right place to go on from. */
  started: boolean;
  announced: boolean;
  /** Stands in `behind`. */
  queued: boolean;
  /** The read that the sender is still to be told of. */
  tellN: number;
  tellReadAt: number;
  telling: boolean;
  /** Another device's log of the same chat. */
  next: IncomingLog | undefined;
}

/** A log of this user's own: this device's, or an earlier one's whose receipts still come. */
export interface OwnLog {
  readonly device: DeviceId;
  /** Highest n that a receipt was pushed for in this session. */
  receiptN: number;
  writer: LogWriter | undefined;
  next: OwnLog | undefined;
}

/** Writes one log: one append in flight; what arrives meanwhile waits for the next batch. */
export interface LogWriter {
  readonly session: Session;
  readonly log: LogId;
  readonly recipient: UserId;
  /** Everything up to here is stored and covered by the audit entry. */
  lastN: number;
  /** `lastN` was read from the store and nothing since then ended unknown. */
  opened: boolean;
  busy: boolean;
  waiting: SendFrame[];
  /** Rows foundFirstN..foundLastN as they stood when the log was opened. */
  found: readonly MessageRow[];
  foundFirstN: number;
  foundLastN: number;
  /** Rows up to here may stand in the store although they are not covered. */
  uncertainN: number;
  /** An attempt to write up to here ended unknown: never again call one of these refused. */
  unsureN: number;
  /** Confirmed, and their owner not told yet. */
  untold: MessageRow[];
  telling: boolean;
}

export type Phase = "opened" | "checking" | "catching-up" | "live" | "closed";
/** Whether the presence store is known to hold this session's epoch. */
export type ClaimState = "none" | "unsure" | "held";

export interface Session {
  readonly connection: ClientConnection;
  phase: Phase;
  user: UserId;
  device: DeviceId;
  epoch: Epoch;
  claim: ClaimState;
  /** Monotonic time at which the client was last heard. */
  heardMs: number;
  /** Frames since the last sweep. */
  frames: number;
  /** Requests that are not answered yet. */
  inFlight: number;
  /** Ciphertext in sends that are not answered yet, about: 0 whenever nothing is in flight. */
  heldBytes: number;
  /** Messages sent and not acknowledged. */
  unacked: number;
  /** Index in its presence bucket. */
  slot: number;
  rosterRead: boolean;
  /** The roster may have changed since it was read, or while it is. */
  rosterStale: boolean;
  /** The reading of the roster that is under way, and the one that follows it. */
  rosterReading: Promise<void> | undefined;
  rosterNext: Promise<void> | undefined;
  /** Of a roster that the client takes slower than it is read. */
  rosterPages: RosterPage[] | undefined;
  /** The friend at an index, and the chat with that friend. */
  friendUsers: UserId[];
  friendChats: ChatId[];
  requests: UserId[] | undefined;
  /** Frames that wait for the roster. */
  early: ClientFrame[] | undefined;
  /** What the device declared to hold, while signing in. */
  have: Map<ChatId, Map<DeviceId, number>> | undefined;
  haveLogs: number;
  haveComplete: boolean;
  haveWaiter: (() => void) | undefined;
  /** Logs known from the audit in which nothing moved yet: chat, device, start; chat, device, start; ... */
  settled: number[];
  incoming: Map<ChatId, IncomingLog> | undefined;
  own: Map<ChatId, OwnLog> | undefined;
  /** Logs with more covered than sent. */
  behind: IncomingLog[] | undefined;
  pumping: boolean;
  roomWaiter: (() => void) | undefined;
  /** An anomaly asks for another look at both audits. */
  tailWanted: boolean;
  tailReading: boolean;
  /** The presence store holds its claim again: friends are told behind the tail. */
  cameBack: boolean;
}

export function newSession(connection: ClientConnection, nowMs: number): Session {
  return {
    connection,
    phase: "opened",
    user: 0,
    device: 0,
    epoch: "",
    claim: "none",
    heardMs: nowMs,
    frames: 0,
    inFlight: 0,
    heldBytes: 0,
    unacked: 0,
    slot: -1,
    rosterRead: false,
    rosterStale: false,
    rosterReading: undefined,
    rosterNext: undefined,
    rosterPages: undefined,
    friendUsers: [],
    friendChats: [],
    requests: undefined,
    early: undefined,
    have: undefined,
    haveLogs: 0,
    haveComplete: false,
    haveWaiter: undefined,
    settled: [],
    incoming: undefined,
    own: undefined,
    behind: undefined,
    pumping: false,
    roomWaiter: undefined,
    tailWanted: false,
    tailReading: false,
    cameBack: false,
  };
}

/** Every `await` may have outlived the session: asked after each of them. */
export function isOpen(session: Session): boolean {
  return session.phase !== "closed";
}

/** The friend of a chat; 0 where the chat is not this user's. */
export function friendOf(session: Session, chat: ChatId): UserId {
  const index = session.friendChats.indexOf(chat);
  return index < 0 ? 0 : session.friendUsers[index]!;
}
