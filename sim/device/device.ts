// The client side of the messenger: one person's device, the same in both worlds. This file holds its state and
// its doors; what happens behind each door is in the file of that name. No promise is on the path of a message.
import type { ServerFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId, DeviceId, MessageKind, UserId } from "../../server/protocol/ids.ts";
import type { ReconnectAdvice } from "../../server/protocol/frames.ts";
import type { RandomStream } from "../../server/ports/random.ts";
import type { TimerHandle } from "../../server/ports/clock.ts";
import type { History } from "../history/history.ts";
import * as attachments from "./attachments.ts";
import { Chat, type InboundLog } from "./chat.ts";
import * as connection from "./connection.ts";
import { dispatch } from "./dispatch.ts";
import * as asking from "./asking.ts";
import { doWhatIsDue } from "./due.ts";
import * as historyView from "./history-view.ts";
import type { DeviceHost } from "./host.ts";
import * as outbox from "./outbox.ts";
import { DEVICE_PARTS, type DeviceParts } from "./parts.ts";
import { PHASE, type Phase } from "./phase.ts";
import * as planted from "./planted.ts";
import type { DevicePorts, TransportConnection, TransportHandler } from "./ports.ts";
import * as receipts from "./receipts.ts";
import { ADVICE } from "./reconnect.ts";
import { Roster } from "./roster-table.ts";
import { addUnread } from "./tally.ts";

export interface DeviceIdentity {
  readonly user: UserId;
  readonly device: DeviceId;
  /** Draws of this device alone; without it the ports' stream is used. */
  readonly random?: RandomStream;
}

/** A wall clock that is wrong: by a step, and by a drift since then. */
interface Skew {
  readonly byMs: number;
  readonly driftPpm: number;
  readonly sinceMs: number;
}

export class Device implements TransportHandler {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly ports: DevicePorts;
  readonly random: RandomStream;
  readonly history: History;
  readonly host: DeviceHost;
  readonly parts: DeviceParts;

  // ── connection
  token = "";
  phase: Phase = PHASE.off;
  counter = 0;
  /** Reconnects since the last `synced`. */
  attempt = 0;
  connection: TransportConnection | undefined = undefined;
  /** The history's number of the current or last connection. */
  session = 0;
  synced = false;
  /** The roster of this sign-in has come, to its last page. */
  rosterComplete = false;
  /** End of the dialing, or when to dial again; monotonic ms like all times but the wall's. */
  phaseEndsMs = 0;
  pingAtMs = 0;
  /** An unanswered ping's end; 0 where none is out. */
  pongDueMs = 0;
  /** `going-away`: from here on nothing new is sent, and the device leaves when nothing is in flight; 0: none. */
  leaveFromMs = 0;
  leaveByMs = 0;
  heartbeatMs = 25_000;
  /** So many unacknowledged messages make the device acknowledge. */
  acknowledgeAfter = 16;
  advice: ReconnectAdvice = ADVICE;

  // ── the one timer
  timer: TimerHandle | undefined = undefined;
  wakeAtMs = 0;

  // ── clock
  skew: Skew | undefined = undefined;
  serverOffsetMs = 0;
  serverMonotonicMs = 0;
  /** Highest time issued or seen. */
  highestMs = 0;
  /** Since when cause and effect put the next time too far ahead of the node; 0: they do not. */
  aheadSinceMs = 0;
  /** Before this no connection is given up to hear the node's time anew. */
  timeKeptUntilMs = 0;

  // ── what it holds; all but the roster comes into being with the first use
  readonly roster = new Roster();
  chats: Map<ChatId, Chat> | undefined = undefined;
  outbox: outbox.Outbox | undefined = undefined;
  reading: receipts.Reading | undefined = undefined;
  asking: asking.Asking | undefined = undefined;
  /** Frames of chats whose key has not come yet, in order. */
  held: ServerFrame[] | undefined = undefined;
  heldUntilMs = 0;
  /** Logs with messages that were not acknowledged. */
  unacknowledgedLogs: InboundLog[] | undefined = undefined;
  unacknowledged = 0;
  /** Logs of which something was shown and not read. */
  unreadLogs = 0;
  /** Sends, reads and requests under way. */
  work = 0;
  /** The ordinal of the last send; a person's next device goes on from it. */
  contents = 0;

  constructor(
    ports: DevicePorts,
    identity: DeviceIdentity,
    host: DeviceHost,
    history: History,
    parts: DeviceParts,
  ) {
    this.ports = ports;
    this.user = identity.user;
    this.device = identity.device;
    this.random = identity.random ?? ports.random;
    this.host = host;
    this.history = history;
    this.parts = parts;
  }

  // ── the person
  /** A person signs in: a new token, and the device dials at once. */
  signIn(token: string): void {
    connection.signIn(this, token);
  }

  /** Leaves politely; the outbox stays for the next sign-in. */
  signOut(): void {
    connection.leaveFor(this, false);
  }

  /** Disappears without a word: battery empty, tunnel. */
  vanish(): void {
    connection.leaveFor(this, true);
  }

  /** Breaks its connection and comes back by itself. */
  reconnect(): void {
    connection.giveUp(this);
  }

  /** The content (ordinal of the send) that the next `send` will have. */
  nextContent(): number {
    return this.contents + 1;
  }

  sendText(chat: ChatId, bytes: number, intendedUs: number): void {
    outbox.sendText(this, chat, bytes, intendedUs);
  }

  sendAttachment(
    chat: ChatId,
    kind: MessageKind,
    blobBytes: number,
    bytes: number,
    intendedUs: number,
  ): void {
    attachments.sendAttachment(this, chat, kind, blobBytes, bytes, intendedUs);
  }

  /** A send that names a blob which this device did not upload; only tests of refusal do that. */
  sendNaming(chat: ChatId, blob: BlobId, bytes: number, intendedUs: number): void {
    attachments.sendNaming(this, chat, blob, bytes, intendedUs);
  }

  /** A read and a send that no right device makes; only tests of refusal do that. */
  readBeyond(chat: ChatId, logDevice: DeviceId, n: number): void {
    planted.readBeyond(this, chat, logDevice, n);
  }

  sendForked(chat: ChatId, bytes: number, intendedUs: number): void {
    planted.sendForked(this, chat, bytes, intendedUs);
  }

  download(chat: ChatId, blob: BlobId, member: boolean): void {
    attachments.download(this, chat, blob, member);
  }

  /** Reads up to n. */
  read(chat: ChatId, logDevice: DeviceId, n: number): void {
    receipts.read(this, chat, logDevice, n);
  }

  befriend(user: UserId): void {
    asking.askFriend(this, "befriend", user);
  }

  accept(user: UserId): void {
    asking.askFriend(this, "accept", user);
  }

  /** Pages of history, newest first. */
  readHistory(chat: ChatId, pages: number, limit: number): void {
    historyView.readHistory(this, chat, pages, limit, undefined, undefined);
  }

  /** Searches the chat's plaintext on the device; `found` hears how many rows matched, once. */
  search(
    chat: ChatId,
    matches: (content: number) => boolean,
    found: (rows: number) => void,
    pages: number,
    limit: number,
  ): void {
    historyView.readHistory(this, chat, pages, limit, matches, found);
  }

  /** The device is wiped (reinstalled): what it had under way ends now, and it never comes back. */
  retire(): void {
    connection.leaveFor(this, false);
    outbox.abandon(this);
    receipts.abandon(this);
    asking.abandon(this);
    addUnread(this, -this.unreadLogs);
    if (this.timer !== undefined) this.timer.cancel();
    this.timer = undefined;
  }

  /** The device's timer has fired. */
  wake(): void {
    doWhatIsDue(this);
  }

  setSkew(byMs: number, driftPpm: number): void {
    const sinceMs = this.ports.clock.monotonicMs();
    this.skew = byMs === 0 && driftPpm === 0 ? undefined : { byMs, driftPpm, sinceMs };
  }

  // ── what others may ask
  get isOpen(): boolean {
    return this.phase === PHASE.open;
  }

  /** Nothing waits to be sent, read or answered. */
  get isSettled(): boolean {
    return this.work === 0;
  }

  wallMs(): number {
    const skew = this.skew;
    const clock = this.ports.clock;
    if (skew === undefined) return clock.wallMs();
    const drift = ((clock.monotonicMs() - skew.sinceMs) * skew.driftPpm) / 1_000_000;
    return clock.wallMs() + skew.byMs + Math.floor(drift);
  }

  /** The chat's record, made at the first use; undefined where the roster does not know the chat. */
  chat(chat: ChatId): Chat | undefined {
    let chats = this.chats;
    if (chats === undefined) this.chats = chats = new Map();
    let known = chats.get(chat);
    if (known !== undefined) return known;
    const at = this.roster.indexOfChat(chat);
    if (at < 0) return undefined;
    const key = this.roster.key(at);
    known = new Chat(
      chat,
      this.roster.user(at),
      key,
      this.roster.keyVersion(at),
      this.ports.cipher.keyNumber(key),
    );
    chats.set(chat, known);
    return known;
  }

  // ── the transport
  opened(via: TransportConnection): void {
    if (via === this.connection) connection.opened(this);
  }

  frame(via: TransportConnection, frame: ServerFrame): void {
    if (via === this.connection) dispatch(this, frame);
  }

  closed(via: TransportConnection, code: number, byDevice: DeviceId): void {
    if (via === this.connection) connection.closed(this, code, byDevice);
  }
}

export function createDevice(
  ports: DevicePorts,
  identity: DeviceIdentity,
  host: DeviceHost,
  history: History,
  parts: DeviceParts = DEVICE_PARTS,
): Device {
  return new Device(ports, identity, host, history, parts);
}
