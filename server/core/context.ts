// What every handler is given: the ports, the numbers, the node's tables, and the parts. A part is one
// step of a handler; each call from one step to another goes through `node.parts`, so that a test can
// build a node with one step replaced.
import type { BlobReply, BlobUpload, ClientConnection } from "../ports/client-transport.ts";
import type { LinkNote, LinkReply } from "../ports/node-link.ts";
import type { MessageRow, ReceiptEntry, UnreadEntry } from "../ports/message-store.ts";
import type { Outcome, Refused, Unknown } from "../ports/outcome.ts";
import type { Ports } from "../ports/ports.ts";
import type { Epoch, Presence, PresenceRecord } from "../ports/presence-store.ts";
import type { FriendRow } from "../ports/roster-store.ts";
import type { CloseCode, ErrorCode } from "../protocol/errors.ts";
import type {
  ClientFrame,
  FriendState,
  MessageBody,
  RosterFriend,
  SendFrame,
} from "../protocol/frames.ts";
import type { BlobId, ChatId, DeviceId, NodeId, UserId } from "../protocol/ids.ts";
import type { Admission } from "./admission.ts";
import type { Limits } from "./limits.ts";
import type { IncomingLog, LogWriter, Session } from "./session.ts";

export interface NodeConfig extends Limits {
  readonly id: NodeId;
  /** Random, new at each start; compared for equality only. */
  readonly incarnation: number;
  /** Where peers and the balancer find this node. */
  readonly address: string;
}

/** What this node knows of one friend of its sessions, once for all of them. */
export interface FriendInfo {
  readonly user: UserId;
  epoch: Epoch;
  state: FriendState;
  lastSeenMs: number;
  /** Rises with each notice: a read that was asked before a notice loses to it. */
  notices: number;
  /** Seems to have left; looked at again before it is shown. */
  leaving: boolean;
  /** Index in its group. */
  slot: number;
  sessions: readonly Session[];
}

/** Users whose presence stands in one slot of the presence store. */
export interface Bucket {
  readonly sessions: Session[];
  renewing: boolean;
  /** A claim of this bucket is not held yet, or its renewal ended unknown. */
  renewAgain: boolean;
  rounds: number;
}

/** Friends of neighbouring buckets, who are read together. */
export interface FriendGroup {
  readonly friends: FriendInfo[];
  reading: boolean;
  readFailures: number;
}

export interface LeaseState {
  /** Monotonic; undefined before the first success. */
  renewedMs: number | undefined;
  /** Monotonic end of the first failed call since the last success. */
  failedMs: number | undefined;
  lastTailMs: number;
}

export interface NodeContext {
  readonly ports: Ports;
  readonly config: NodeConfig;
  readonly parts: NodeParts;
  /** By connection id. */
  readonly sessions: Map<number, Session>;
  /** The newest session of each user. */
  readonly owners: Map<UserId, Session>;
  readonly friends: Map<UserId, FriendInfo>;
  readonly buckets: readonly Bucket[];
  readonly friendGroups: readonly FriendGroup[];
  /** Friends that were never read. */
  freshFriends: FriendInfo[];
  freshTimer: boolean;
  readonly lease: LeaseState;
  readonly admission: Admission;
  readonly drainingPeers: Set<NodeId>;
  /** Sessions whose audits are to be read again, spread over time. */
  tailQueue: Session[];
  tailPerTick: number;
  tailTimer: boolean;
  started: boolean;
  ready: boolean;
  readyCallbacks: (() => void)[];
  draining: boolean;
  fenced: boolean;
  /** Writers at work, owners and senders being told. */
  writing: number;
  telling: number;
  /** The highest epoch to release, of each user whose release is not known yet. */
  readonly releasing: Map<UserId, Epoch>;
  /** Requests of all sessions that are not answered yet. */
  inFlight: number;
  lastSweepMs: number;
  /** Where the rejection of a step that nobody awaits ends. */
  readonly fault: (error: unknown) => void;
}

/** The last thrown error, for whoever runs the node; never a part of any behaviour. */
export type FaultListener = (error: unknown) => void;

export type SendStep = "open" | "append" | "register" | "mark";

/** Who owns a user, as far as can be known. Not final: ask again. */
export interface OwnerAnswer {
  readonly owner: { readonly node: NodeId; readonly epoch: Epoch } | undefined;
  readonly final: boolean;
}

export type ReadBound = "within" | "beyond-log" | "unknown-log" | "unavailable";

export interface NodeParts {
  // Edges: a connection, its frames, its end.
  opened(node: NodeContext, connection: ClientConnection): void;
  frame(node: NodeContext, session: Session, frame: ClientFrame): void;
  connect(node: NodeContext, session: Session, token: string, counter: number): Promise<void>;
  close(node: NodeContext, session: Session, code: CloseCode, reason: string): void;
  ended(node: NodeContext, session: Session): void;
  sweep(node: NodeContext): void;
  overflow(node: NodeContext, session: Session): void;

  // Login.
  login(node: NodeContext, session: Session): Promise<void>;
  claim(node: NodeContext, session: Session): Promise<boolean>;
  fenceDisplaced(node: NodeContext, session: Session, displaced: PresenceRecord): void;
  welcome(node: NodeContext, session: Session): void;
  roster(node: NodeContext, session: Session): Promise<boolean>;
  unlockFriends(
    node: NodeContext,
    session: Session,
    rows: readonly FriendRow[],
  ): Promise<RosterFriend[]>;
  rewrap(node: NodeContext, rows: readonly FriendRow[]): Promise<void>;
  backlog(node: NodeContext, session: Session): Promise<void>;
  startOf(node: NodeContext, session: Session, entry: UnreadEntry): number;
  takeUnread(node: NodeContext, session: Session, entries: readonly UnreadEntry[]): void;
  takeReceipts(node: NodeContext, session: Session, entries: readonly ReceiptEntry[]): void;

  // Presence of this node's own sessions, and its lease.
  renew(node: NodeContext, bucket: Bucket): Promise<void>;
  release(node: NodeContext, user: UserId, epoch: Epoch): Promise<void>;
  lease(node: NodeContext): Promise<void>;
  fencing(node: NodeContext): Promise<void>;
  fenceNode(node: NodeContext): void;

  // Friends.
  befriend(node: NodeContext, session: Session, user: UserId): Promise<void>;
  accept(node: NodeContext, session: Session, user: UserId): Promise<void>;
  rosterChanged(node: NodeContext, session: Session): Promise<void>;
  tellFriends(node: NodeContext, session: Session, state: "online" | "offline"): void;
  notice(node: NodeContext, note: Extract<LinkNote, { type: "presence" }>): void;
  refreshFriends(node: NodeContext, group: FriendGroup): Promise<void>;
  seeFriend(node: NodeContext, info: FriendInfo, presence: Presence): void;
  showFriend(
    node: NodeContext,
    info: FriendInfo,
    state: FriendState,
    epoch: Epoch,
    lastSeenMs: number,
  ): void;

  // Send.
  send(node: NodeContext, session: Session, frame: SendFrame): void;
  write(node: NodeContext, writer: LogWriter): Promise<void>;
  openLog(node: NodeContext, writer: LogWriter, n: number): Promise<boolean>;
  check(node: NodeContext, session: Session, frame: SendFrame): ErrorCode | undefined;
  checkBlob(node: NodeContext, session: Session, frame: SendFrame): Promise<ErrorCode | undefined>;
  /** The stored row under a frame's n, if there is one; "unavailable" where it cannot be known. */
  stored(
    node: NodeContext,
    writer: LogWriter,
    n: number,
  ): Promise<MessageRow | undefined | "unavailable">;
  repeat(node: NodeContext, writer: LogWriter, frame: SendFrame, stored: MessageRow): Promise<void>;
  sameBytes(frame: SendFrame, stored: MessageRow): boolean;
  writeVoid(node: NodeContext, writer: LogWriter, frame: SendFrame): Promise<void>;
  /** The order of a fresh batch: append, then `settle`. */
  sendBatch(node: NodeContext, writer: LogWriter, rows: readonly MessageRow[]): Promise<void>;
  /** The order of what is stored: register, mark, confirm, tell. */
  settle(node: NodeContext, writer: LogWriter, rows: readonly MessageRow[]): Promise<void>;
  append(
    node: NodeContext,
    writer: LogWriter,
    rows: readonly MessageRow[],
  ): Promise<Outcome<undefined>>;
  register(node: NodeContext, writer: LogWriter): Promise<Outcome<undefined>>;
  mark(node: NodeContext, writer: LogWriter, n: number): Promise<Outcome<undefined>>;
  confirm(node: NodeContext, writer: LogWriter, rows: readonly MessageRow[]): void;
  tell(node: NodeContext, writer: LogWriter, rows: readonly MessageRow[]): void;
  failed(
    node: NodeContext,
    writer: LogWriter,
    rows: readonly MessageBody[],
    step: SendStep,
    outcome: Refused | Unknown,
  ): void;

  // Hand a message or a receipt to its owner.
  lookupOwner(node: NodeContext, user: UserId): Promise<OwnerAnswer>;
  askPeers(node: NodeContext, user: UserId): Promise<OwnerAnswer>;
  tellOwner(node: NodeContext, writer: LogWriter): Promise<void>;
  forward(
    node: NodeContext,
    user: UserId,
    owner: { readonly node: NodeId; readonly epoch: Epoch },
    message: MessageRow,
  ): Promise<Outcome<LinkReply>>;
  /** Whether a fresh look-up follows so many `not-owner`; otherwise the audit entry covers it. */
  lookAgain(node: NodeContext, refusals: number): boolean;
  tellSender(node: NodeContext, session: Session, log: IncomingLog): Promise<void>;
  forwardReceipt(
    node: NodeContext,
    session: Session,
    log: IncomingLog,
    owner: { readonly node: NodeId; readonly epoch: Epoch },
    n: number,
    readAt: number,
  ): Promise<Outcome<LinkReply>>;

  // The owner's side.
  ownerSession(node: NodeContext, user: UserId, epoch: Epoch): Session | undefined;
  deliver(node: NodeContext, user: UserId, epoch: Epoch, message: MessageRow): LinkReply;
  offer(node: NodeContext, session: Session, message: MessageRow): void;
  startLog(node: NodeContext, session: Session, log: IncomingLog): Promise<void>;
  remember(node: NodeContext, session: Session, log: IncomingLog, n: number): void;
  announce(node: NodeContext, session: Session, log: IncomingLog): void;
  pump(node: NodeContext, session: Session): Promise<void>;
  sendPage(
    node: NodeContext,
    session: Session,
    log: IncomingLog,
    rows: readonly MessageRow[],
    firstN: number,
    lastN: number,
  ): Promise<void>;
  push(node: NodeContext, session: Session, log: IncomingLog, message: MessageRow): void;
  hasRoom(node: NodeContext, session: Session): boolean;
  received(node: NodeContext, session: Session, chat: ChatId, device: DeviceId, n: number): void;

  // Read and receipts.
  read(
    node: NodeContext,
    session: Session,
    chat: ChatId,
    device: DeviceId,
    n: number,
    readAt: number,
  ): Promise<void>;
  readBound(
    node: NodeContext,
    session: Session,
    log: IncomingLog | undefined,
    chat: ChatId,
    device: DeviceId,
    n: number,
  ): Promise<ReadBound>;
  /** The order of the two watermarks: the receipt becomes due, then the entry closes. */
  storeRead(
    node: NodeContext,
    session: Session,
    log: IncomingLog,
    n: number,
    readAt: number,
  ): Promise<Outcome<undefined>>;
  raiseReceipt(
    node: NodeContext,
    session: Session,
    log: IncomingLog,
    n: number,
    readAt: number,
  ): Promise<Outcome<undefined>>;
  raiseRead(
    node: NodeContext,
    session: Session,
    log: IncomingLog,
    n: number,
  ): Promise<Outcome<undefined>>;
  receipt(
    node: NodeContext,
    user: UserId,
    epoch: Epoch,
    chat: ChatId,
    device: DeviceId,
    n: number,
    readAt: number,
  ): LinkReply;
  pushReceipt(
    node: NodeContext,
    session: Session,
    chat: ChatId,
    device: DeviceId,
    n: number,
    readAt: number,
  ): void;
  receiptOk(
    node: NodeContext,
    session: Session,
    chat: ChatId,
    device: DeviceId,
    n: number,
  ): Promise<void>;

  // Anomalies.
  rereadTail(node: NodeContext, session: Session): Promise<void>;
  rereadAll(node: NodeContext): void;
  linkChanged(node: NodeContext, peer: NodeId, up: boolean): void;

  // The rest.
  history(
    node: NodeContext,
    session: Session,
    frame: Extract<ClientFrame, { type: "history" }>,
  ): Promise<void>;
  putBlob(node: NodeContext, upload: BlobUpload): Promise<BlobReply>;
  getBlob(node: NodeContext, token: string, blob: BlobId): Promise<BlobReply>;
  mayOpen(node: NodeContext, user: UserId, chat: ChatId): Promise<boolean | undefined>;
  drain(node: NodeContext): Promise<void>;
}

/** Starts a step that nobody waits for. A defect in it ends at one place. */
export function spawn(node: NodeContext, step: Promise<unknown>): void {
  step.then(undefined, node.fault);
}
