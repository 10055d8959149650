// What a node's answer to a send means for the outbox: confirmed, not known (repeat it), not in turn (go back),
// or refused for good (its n is filled with a `void`, so neither n nor nonce is used twice).
import { ERRORS } from "../../server/protocol/errors.ts";
import type { ServerFrame } from "../../server/protocol/frames.ts";
import type { ChatId } from "../../server/protocol/ids.ts";
import { OK } from "./codes.ts";
import type { Device } from "./device.ts";
import { voidFrame } from "./finished-frame.ts";
import { correctClock, serverNowMs } from "./hybrid-clock.ts";
import { type OutboundLog, Outgoing } from "./outbound.ts";
import { addPending, ended, pump, retryAt } from "./outbox.ts";

const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 5_000;
/** A node that expects an n so far below ours knows another log than we do. */
const FILL_MAX = 4_096;

type Refused = Extract<ServerFrame, { type: "refused" }>;

export function sent(device: Device, chat: ChatId, n: number): void {
  const log = device.outbox?.logs.get(chat);
  const at = log === undefined ? -1 : indexOf(log, n);
  if (log === undefined || at < 0) return;
  const message = log.queue[at]!;
  if (!message.voided) ended(device, message, OK);
  leave(device, log, message);
  if (at === 0) {
    log.probing = false;
    log.retryAtMs = 0;
    log.attempt = 0;
  }
  pump(device, log);
}

export function unsure(device: Device, chat: ChatId, n: number): void {
  const log = device.outbox?.logs.get(chat);
  const at = log === undefined ? -1 : indexOf(log, n);
  if (log === undefined || at < 0) return;
  answered(device, log.queue[at]!);
  log.queue[at]!.mayHaveArrived = true;
  goBack(device, log, 0);
}

export function refused(device: Device, frame: Refused): void {
  const { chat, n } = frame.re;
  if (chat === undefined || n === undefined) return;
  const log = device.outbox?.logs.get(chat);
  const at = log === undefined ? -1 : indexOf(log, n);
  if (log === undefined || at < 0) return;
  const message = log.queue[at]!;
  answered(device, message);
  if (frame.code === "gap") {
    notInTurn(device, log, at, frame.expected ?? message.n);
    return;
  }
  const row = ERRORS.find((error) => error.code === frame.code);
  if (row === undefined || !row.definite) message.mayHaveArrived = true;
  if (row === undefined || row.retry === "later") {
    goBack(device, log, frame.retryAfterMs ?? 0);
    return;
  }
  if (frame.code === "forked") {
    // The row is another one's: no `void` of this device may take its place.
    const mayHaveArrived = message.mayHaveArrived || message.outstanding > 0;
    ended(device, message, device.parts.outcomeOfRefusal(mayHaveArrived));
    device.host.forked(device);
    return;
  }
  if (frame.code === "clock-ahead") correctClock(device);
  refusedForGood(device, log, message, frame.code);
}

function refusedForGood(
  device: Device,
  log: OutboundLog,
  message: Outgoing,
  code: Refused["code"],
): void {
  if (message.voided && code !== "clock-ahead") {
    // Not even the `void` may stand there: nothing can be done for this n.
    leave(device, log, message);
    pump(device, log);
    return;
  }
  const mayHaveArrived = message.mayHaveArrived || message.outstanding > 0;
  if (!message.voided) ended(device, message, device.parts.outcomeOfRefusal(mayHaveArrived));
  const again = message.voided;
  message.voided = true;
  // Times rise with n within a log, so the `void` keeps the time of what it stands for, where it may.
  const sentAt = code === "clock-ahead" ? serverNowMs(device) : message.frame!.sentAt;
  message.frame = voidFrame(log.id, message.n, sentAt, log.chat!.keyVersion);
  log.probing = true;
  if (again) goBack(device, log, 0);
  else pump(device, log);
}

function leave(device: Device, log: OutboundLog, message: Outgoing): void {
  message.done = true;
  log.queue.splice(log.queue.indexOf(message), 1);
  if (log.queue.length === 0) log.queue = [];
  if (message.content !== 0) addPending(device, -1);
}

/** Another n is expected. Only the lowest unconfirmed one can say which; those above wait for it. */
function notInTurn(device: Device, log: OutboundLog, at: number, expected: number): void {
  log.probing = true;
  const head = log.queue[0]!;
  if (at > 0 || head.outstanding > 0) {
    if (!head.onWire) pump(device, log);
    return;
  }
  if (expected >= head.n) {
    goBack(device, log, 0);
    return;
  }
  if (head.n - expected > FILL_MAX) {
    device.host.forked(device);
    return;
  }
  fill(device, log, expected, head.n);
  pump(device, log);
}

/** Rows that were confirmed and are missing now: the device does not hold them any more. */
function fill(device: Device, log: OutboundLog, firstN: number, endN: number): void {
  // Not above the time of the message behind them: times rise with n within a log.
  const { sentAt } = log.queue[0]!.frame!;
  const voids: Outgoing[] = [];
  for (let n = firstN; n < endN; n++) {
    const filler = new Outgoing(log, 0, "void", 0, 0, Infinity, undefined);
    filler.n = n;
    filler.voided = true;
    filler.frame = voidFrame(log.id, n, sentAt, log.chat!.keyVersion);
    voids.push(filler);
  }
  log.queue.unshift(...voids);
}

/** Back to the lowest unconfirmed n, after a while that grows. */
function goBack(device: Device, log: OutboundLog, atLeastMs: number): void {
  log.probing = true;
  const ceilingMs = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * (1 << Math.min(log.attempt, 5)));
  log.attempt += 1;
  const delayMs = Math.max(atLeastMs, Math.ceil(ceilingMs * (0.5 + 0.5 * device.random.next())));
  retryAt(device, log, device.ports.clock.monotonicMs() + delayMs);
}

/** An answer that settles nothing yet: what follows it may. */
function answered(device: Device, message: Outgoing): void {
  device.history.sendUnsure(
    device.ports.nowUs(),
    device.user,
    device.device,
    device.session,
    message.log.id,
    message.n,
  );
  if (message.outstanding > 0) message.outstanding -= 1;
  if (message.outstanding === 0) message.onWire = false;
}

function indexOf(log: OutboundLog, n: number): number {
  const queue = log.queue;
  for (let i = 0; i < queue.length; i++) if (queue[i]!.n === n) return i;
  return -1;
}
