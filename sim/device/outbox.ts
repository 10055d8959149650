// The outbox: what a person sent and no node has confirmed. It decides when a message takes its n, what goes
// out in which order, and what a lost connection and a deadline mean. What the node answers: send-answers.ts.
import type { ChatId } from "../../server/protocol/ids.ts";
import { DeadlineQueue } from "./deadlines.ts";
import type { Device } from "./device.ts";
import { finishedFrame } from "./finished-frame.ts";
import { doubtsTime, issueSentAt } from "./hybrid-clock.ts";
import { KIND_CODES, REFUSED, UNKNOWN } from "./codes.ts";
import { NO_OUTCOME, OutboundLog, Outgoing } from "./outbound.ts";
import { addWork } from "./tally.ts";
import { endUpload } from "./upload-end.ts";
import { wakeBy } from "./wake.ts";

export const SEND_MS_MAX = 30_000;
/** Messages of one log that may be on their way at a time. */
const PIPELINE_MAX = 8;
/** What a person sends beyond that is refused on the device. */
export const OUTBOX_MAX = 256;
const TIME_AHEAD_WAIT_MS = 1_000;

export class Outbox {
  readonly logs = new Map<ChatId, OutboundLog>();
  readonly texts = new DeadlineQueue<Outgoing>();
  readonly attachments = new DeadlineQueue<Outgoing>();
  /** Messages whose upload is not stored yet. */
  readonly uploading: Outgoing[] = [];
  /** Messages in it, those included that only wait for their `void`. */
  pending = 0;
  /** Some log wants to be looked at again then; Infinity for none. */
  retryAtMs = Infinity;

  log(chat: ChatId): OutboundLog {
    let log = this.logs.get(chat);
    if (log === undefined) this.logs.set(chat, (log = new OutboundLog(chat)));
    return log;
  }
}

export function outboxOf(device: Device): Outbox {
  return (device.outbox ??= new Outbox());
}

export function sendText(device: Device, chat: ChatId, bytes: number, intendedUs: number): void {
  const content = ++device.contents;
  if (isFull(device, chat, content)) return;
  const outbox = outboxOf(device);
  const log = outbox.log(chat);
  const deadlineMs = device.parts.deadlineMs(device.ports.clock.monotonicMs(), SEND_MS_MAX);
  const message = new Outgoing(log, content, "text", bytes, intendedUs, deadlineMs, undefined);
  addPending(device, 1);
  outbox.texts.push(message);
  log.ready.push(message);
  wakeBy(device, deadlineMs);
  pump(device, log);
}

/** Then the send has ended, refused. */
export function isFull(device: Device, chat: ChatId, content: number): boolean {
  if (outboxOf(device).pending < OUTBOX_MAX) return false;
  dropped(device, chat, content);
  return true;
}

export function addPending(device: Device, change: number): void {
  device.outbox!.pending += change;
  addWork(device, change);
}

/** Sends what may be sent now. */
export function pump(device: Device, log: OutboundLog): void {
  if (!device.isOpen) return;
  if (log.chat === undefined && (log.chat = device.chat(log.id)) === undefined) return;
  if (log.retryAtMs > 0) {
    if (log.retryAtMs > device.ports.clock.monotonicMs()) return;
    log.retryAtMs = 0;
  }
  const queue = log.queue;
  if (!log.probing && device.leaveFromMs === 0)
    while (queue.length < PIPELINE_MAX && log.ready.length > 0) {
      if (!takeNumber(device, log, log.ready[0]!)) break;
      log.ready = log.ready.slice(1);
    }
  // Numbering may have given the connection up.
  if (!device.isOpen) return;
  const count = log.probing ? Math.min(1, queue.length) : queue.length;
  for (let i = 0; i < count; i++) {
    const message = queue[i]!;
    if (waitsForUpload(device, message)) return;
    if (!message.onWire) transmit(device, message);
  }
}

/** Never with the right order: there a message has its upload behind it when it takes its n. */
function waitsForUpload(device: Device, message: Outgoing): boolean {
  return device.parts.uploadOrder === "number-first" && message.attachment?.stored === false;
}

/** From here on n is bound to these bytes. */
export function takeNumber(device: Device, log: OutboundLog, message: Outgoing): boolean {
  const sentAt = issueSentAt(device);
  if (sentAt === 0) {
    retryAt(device, log, device.ports.clock.monotonicMs() + TIME_AHEAD_WAIT_MS);
    if (doubtsTime(device)) device.reconnect();
    return false;
  }
  message.n = log.nextN++;
  message.frame = finishedFrame(device, log.chat!, message, sentAt);
  log.queue.push(message);
  const t = device.ports.nowUs();
  device.history.sendInvoked(
    t,
    device.user,
    device.device,
    log.id,
    message.n,
    message.content,
    KIND_CODES[message.kind],
    sentAt,
    message.intendedUs,
  );
  if (message.attachment !== undefined) {
    const blob = device.ports.cipher.blobNumber(message.attachment.blob);
    device.history.blobNamed(t, log.id, device.device, message.n, blob);
  }
  return true;
}

function transmit(device: Device, message: Outgoing): void {
  message.onWire = true;
  message.outstanding += 1;
  device.history.sendFrame(
    device.ports.nowUs(),
    device.user,
    device.device,
    device.session,
    message.log.id,
    message.n,
  );
  device.connection!.send(message.frame!);
}

/** The log is looked at again at that time. */
export function retryAt(device: Device, log: OutboundLog, atMs: number): void {
  log.retryAtMs = atMs;
  const outbox = device.outbox!;
  if (atMs < outbox.retryAtMs) outbox.retryAtMs = atMs;
  wakeBy(device, atMs);
}

/** Reports an outcome: the first one, or `ok` after `unknown`. */
export function ended(device: Device, message: Outgoing, outcome: 0 | 1 | 2): void {
  if (message.content === 0) return;
  const first = message.outcome === NO_OUTCOME;
  if (!first && !(message.outcome === UNKNOWN && outcome === 0)) return;
  message.outcome = outcome;
  const t = device.ports.nowUs();
  device.history.sendEnded(t, device.user, device.device, message.log.id, message.n, outcome);
  if (first) device.host.sendEnded(device, message.log.id, message.content, outcome);
}

/** Takes a message that never got its n out of the outbox: it will never be visible. */
export function drop(device: Device, message: Outgoing): void {
  message.done = true;
  addPending(device, -1);
  remove(message.log.ready, message);
  endUpload(device, message, UNKNOWN);
  dropped(device, message.log.id, message.content);
}

function dropped(device: Device, chat: ChatId, content: number): void {
  device.history.sendDropped(device.ports.nowUs(), device.user, chat, content, REFUSED);
  device.host.sendEnded(device, chat, content, REFUSED);
}

function remove(list: Outgoing[], message: Outgoing): void {
  const at = list.indexOf(message);
  if (at >= 0) list.splice(at, 1);
}

export function connectionLost(device: Device): void {
  const outbox = device.outbox;
  if (outbox === undefined || outbox.pending === 0) return;
  for (const log of outbox.logs.values())
    for (const message of log.queue) {
      if (message.outstanding > 0) message.mayHaveArrived = true;
      message.outstanding = 0;
      message.onWire = false;
    }
}

/** On a new connection every log goes on from its lowest unconfirmed n. */
export function resume(device: Device): void {
  const outbox = device.outbox;
  if (outbox === undefined || outbox.pending === 0) return;
  for (const log of outbox.logs.values()) {
    log.probing = false;
    log.retryAtMs = 0;
    log.attempt = 0;
    renumber(device, log);
    pump(device, log);
  }
}

/** The roster has changed: a message may have waited for its chat. */
export function pumpAll(device: Device): void {
  const outbox = device.outbox;
  if (outbox === undefined || outbox.pending === 0) return;
  for (const log of outbox.logs.values()) pump(device, log);
}

/** The right device keeps every n; what a replaced part numbers anew goes to the end. */
function renumber(device: Device, log: OutboundLog): void {
  for (const message of log.queue.slice()) {
    if (!message.mayHaveArrived || message.voided || message.content === 0) continue;
    if (device.parts.numberOnRetry(message.n, log.nextN) === message.n) continue;
    if (takeNumber(device, log, message)) remove(log.queue, message);
  }
}

export function isInFlight(device: Device): boolean {
  const outbox = device.outbox;
  if (outbox === undefined || outbox.pending === 0) return false;
  for (const log of outbox.logs.values())
    for (const message of log.queue) if (message.outstanding > 0) return true;
  return false;
}

export function nextMs(device: Device): number {
  const outbox = device.outbox!;
  return Math.min(outbox.texts.nextMs(), outbox.attachments.nextMs(), outbox.retryAtMs);
}

export function wake(device: Device, nowMs: number): void {
  const outbox = device.outbox!;
  if (nowMs >= outbox.retryAtMs) {
    outbox.retryAtMs = Infinity;
    for (const log of outbox.logs.values()) {
      pump(device, log);
      if (log.retryAtMs > 0 && log.retryAtMs < outbox.retryAtMs && device.isOpen)
        outbox.retryAtMs = log.retryAtMs;
    }
  }
  for (let late = outbox.texts.take(nowMs); late !== undefined; late = outbox.texts.take(nowMs))
    expire(device, late);
  const images = outbox.attachments;
  for (let late = images.take(nowMs); late !== undefined; late = images.take(nowMs))
    expire(device, late);
}

/** The deadline: not known, and the outbox goes on; what has no n yet is given up. */
function expire(device: Device, message: Outgoing): void {
  if (message.n === 0) {
    drop(device, message);
    return;
  }
  endUpload(device, message, UNKNOWN);
  ended(device, message, UNKNOWN);
  // A node that owes an answer for so long will not give it: repeat the frame.
  if (message.outstanding > 0) message.mayHaveArrived = true;
  message.onWire = false;
  message.log.probing = true;
  pump(device, message.log);
}

/** The device is wiped: nothing of this will be sent any more. */
export function abandon(device: Device): void {
  const outbox = device.outbox;
  if (outbox === undefined) return;
  for (const message of outbox.uploading.slice()) drop(device, message);
  for (const log of outbox.logs.values()) {
    for (const message of log.ready.slice()) drop(device, message);
    for (const message of log.queue) {
      message.done = true;
      ended(device, message, device.parts.outcomeOfRefusal(message.mayHaveArrived));
    }
    log.queue.length = 0;
  }
  addPending(device, -outbox.pending);
}
