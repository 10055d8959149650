// Reading, and being told that one was read: reads are repeated until a node confirms them, a receipt is shown
// once and acknowledged after it was shown.
import { ERRORS } from "../../server/protocol/errors.ts";
import type { RequestRef, ServerFrame } from "../../server/protocol/frames.ts";
import type { ChatId, DeviceId } from "../../server/protocol/ids.ts";
import { OK, REFUSED, UNKNOWN } from "./codes.ts";
import { DeadlineQueue, type Expiring } from "./deadlines.ts";
import type { Device } from "./device.ts";
import { addUnread, addWork } from "./tally.ts";
import { wakeBy } from "./wake.ts";

const READ_MS_MAX = 30_000;
const RETRY_MS = 1_000;
/** More are left to the node, which holds them to be due until they are acknowledged. */
const EARLY_MAX = 256;

interface PendingRead extends Expiring<PendingRead> {
  readonly chat: ChatId;
  readonly logDevice: DeviceId;
  readonly n: number;
  /** The same in every repeat. */
  readonly readAt: number;
  readonly deadlineMs: number;
  outstanding: boolean;
  mayHaveArrived: boolean;
  /** Needs no deadline any more. */
  done: boolean;
}

interface Receipt {
  readonly chat: ChatId;
  readonly device: DeviceId;
  readonly n: number;
  readonly readAt: number;
}

interface Acknowledgement {
  readonly chat: ChatId;
  readonly device: DeviceId;
  readonly n: number;
}

export class Reading {
  /** Asked and not confirmed, in order. */
  readonly pending: PendingRead[] = [];
  readonly deadlines = new DeadlineQueue<PendingRead>();
  /** Receipts for chats that the roster has not brought yet: shown and acknowledged once it has. */
  readonly early: Receipt[] = [];
  /** Acknowledgements of receipts that the node could not store. */
  readonly unsaid: Acknowledgement[] = [];
  retryAtMs = Infinity;
}

export function read(device: Device, chatId: ChatId, logDevice: DeviceId, n: number): void {
  const log = device.chat(chatId)?.log(logDevice);
  if (log === undefined || n <= log.readN || n > log.n) return;
  log.readN = n;
  if (n === log.n) addUnread(device, -1);
  const reading = (device.reading ??= new Reading());
  const readAt = device.wallMs() + device.serverOffsetMs;
  const pending: PendingRead = {
    chat: chatId,
    logDevice,
    n,
    readAt,
    deadlineMs: device.parts.deadlineMs(device.ports.clock.monotonicMs(), READ_MS_MAX),
    outstanding: false,
    mayHaveArrived: false,
    done: false,
    after: undefined,
  };
  reading.pending.push(pending);
  addWork(device, 1);
  reading.deadlines.push(pending);
  const t = device.ports.nowUs();
  device.history.readInvoked(t, device.user, device.device, chatId, logDevice, n, readAt);
  wakeBy(device, pending.deadlineMs);
  if (device.isOpen) transmit(device, pending);
}

function transmit(device: Device, pending: PendingRead): void {
  pending.outstanding = true;
  device.connection!.send({
    type: "read",
    chat: pending.chat,
    device: pending.logDevice,
    n: pending.n,
    readAt: pending.readAt,
  });
}

/** Cumulative: what was read below n is read too. */
export function readOk(device: Device, chat: ChatId, logDevice: DeviceId, n: number): void {
  const pending = device.reading?.pending;
  if (pending === undefined) return;
  for (let i = 0; i < pending.length;) {
    const one = pending[i]!;
    if (one.n > n || one.logDevice !== logDevice || one.chat !== chat) {
      i += 1;
      continue;
    }
    pending.splice(i, 1);
    addWork(device, -1);
    finish(device, one, OK);
  }
}

export function receipt(
  device: Device,
  chatId: ChatId,
  logDevice: DeviceId,
  n: number,
  readAt: number,
): void {
  const t = device.ports.nowUs();
  const { user, history } = device;
  history.receiptFrame(t, user, device.device, device.session, chatId, logDevice, n, readAt);
  show(device, { chat: chatId, device: logDevice, n, readAt });
}

function show(device: Device, told: Receipt): void {
  const chat = device.chat(told.chat);
  if (chat === undefined) {
    const reading = (device.reading ??= new Reading());
    if (reading.early.length < EARLY_MAX) reading.early.push(told);
    return;
  }
  const t = device.ports.nowUs();
  const { user, history } = device;
  if (chat.showReceipt(told.device, told.n))
    history.receiptShown(t, user, device.device, told.chat, told.device, told.n, told.readAt);
  // Acknowledged again where it was shown before: the node still holds it to be due.
  device.connection!.send({
    type: "receipt-ok",
    chat: told.chat,
    device: told.device,
    n: told.n,
  });
  history.receiptAcknowledged(t, user, device.device, told.chat, told.device, told.n);
}

/** The roster has brought new chats. */
export function chatsAdded(device: Device): void {
  const early = device.reading?.early;
  if (early === undefined || early.length === 0) return;
  for (const told of early.splice(0)) if (device.isOpen) show(device, told);
}

export function refused(device: Device, frame: Extract<ServerFrame, { type: "refused" }>): void {
  const row = ERRORS.find((error) => error.code === frame.code);
  if (row === undefined || row.retry !== "no" || !row.definite) {
    again(device, frame.re, row === undefined || !row.definite, frame.retryAfterMs ?? RETRY_MS);
    return;
  }
  const reading = device.reading;
  const at = reading === undefined ? -1 : indexOf(reading, frame.re);
  if (frame.re.type !== "read" || reading === undefined || at < 0) return;
  const one = reading.pending[at]!;
  reading.pending.splice(at, 1);
  addWork(device, -1);
  finish(device, one, one.mayHaveArrived ? UNKNOWN : REFUSED);
}

export function unsure(device: Device, re: RequestRef): void {
  again(device, re, true, RETRY_MS);
}

/** The request is repeated after a while. */
function again(device: Device, re: RequestRef, mayHaveArrived: boolean, afterMs: number): void {
  const reading = (device.reading ??= new Reading());
  if (re.type === "receipt-ok") {
    if (re.chat === undefined || re.device === undefined || re.n === undefined) return;
    reading.unsaid.push({ chat: re.chat, device: re.device, n: re.n });
  } else {
    const at = indexOf(reading, re);
    if (at < 0) return;
    reading.pending[at]!.outstanding = false;
    if (mayHaveArrived) reading.pending[at]!.mayHaveArrived = true;
  }
  const atMs = device.ports.clock.monotonicMs() + afterMs;
  if (atMs < reading.retryAtMs) reading.retryAtMs = atMs;
  wakeBy(device, atMs);
}

function indexOf(reading: Reading, re: RequestRef): number {
  return reading.pending.findIndex(
    (one) => one.n === re.n && one.logDevice === re.device && one.chat === re.chat,
  );
}

function finish(device: Device, one: PendingRead, outcome: 0 | 1 | 2): void {
  // After the deadline only `ok` is news.
  if (one.done && outcome !== OK) return;
  one.done = true;
  device.history.readEnded(
    device.ports.nowUs(),
    device.user,
    device.device,
    one.chat,
    one.logDevice,
    one.n,
    outcome,
  );
}

export function connectionLost(device: Device): void {
  const reading = device.reading;
  if (reading === undefined) return;
  reading.unsaid.length = 0;
  reading.early.length = 0;
  for (const one of reading.pending) {
    if (one.outstanding) one.mayHaveArrived = true;
    one.outstanding = false;
  }
}

export function resume(device: Device): void {
  const reading = device.reading;
  if (reading === undefined) return;
  reading.retryAtMs = Infinity;
  for (const one of reading.pending) if (!one.outstanding) transmit(device, one);
  for (const { chat, device: logDevice, n } of reading.unsaid)
    device.connection!.send({ type: "receipt-ok", chat, device: logDevice, n });
  reading.unsaid.length = 0;
}

export function isInFlight(device: Device): boolean {
  return device.reading !== undefined && device.reading.pending.some((one) => one.outstanding);
}

export function nextMs(device: Device): number {
  const reading = device.reading!;
  return Math.min(reading.deadlines.nextMs(), device.isOpen ? reading.retryAtMs : Infinity);
}

export function wake(device: Device, nowMs: number): void {
  const reading = device.reading!;
  if (nowMs >= reading.retryAtMs && device.isOpen) resume(device);
  const { deadlines } = reading;
  for (let late = deadlines.take(nowMs); late !== undefined; late = deadlines.take(nowMs))
    finish(device, late, UNKNOWN);
}

export function abandon(device: Device): void {
  const reading = device.reading;
  if (reading === undefined) return;
  for (const one of reading.pending)
    finish(device, one, one.mayHaveArrived || one.outstanding ? UNKNOWN : REFUSED);
  addWork(device, -reading.pending.length);
  reading.pending.length = 0;
}
