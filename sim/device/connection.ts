// A device's connection: dialing, signing in, heartbeat, loss, going away, and when it comes back by itself.
import { CLOSE_CODES } from "../../server/protocol/errors.ts";
import type { ServerFrame } from "../../server/protocol/frames.ts";
import type { DeviceId } from "../../server/protocol/ids.ts";
import * as asking from "./asking.ts";
import type { Device } from "./device.ts";
import { setServerTime } from "./hybrid-clock.ts";
import * as inbox from "./inbox.ts";
import * as outbox from "./outbox.ts";
import { PHASE } from "./phase.ts";
import * as receipts from "./receipts.ts";
import { setSynced } from "./tally.ts";
import { wakeBy } from "./wake.ts";

const CONNECT_MS_MAX = 5_000;
const PONG_MS_MAX = 10_000;

export function signIn(device: Device, token: string): void {
  drop(device, 0, false);
  device.token = token;
  device.attempt = 0;
  dial(device);
}

/** A person signs out, or the device vanishes. */
export function leaveFor(device: Device, vanished: boolean): void {
  drop(device, 0, vanished);
  device.phase = PHASE.off;
}

/** The connection is of no use any more: leaves it and comes back. */
export function giveUp(device: Device): void {
  if (device.phase === PHASE.off) return;
  drop(device, 0, false);
  waitToReconnect(device);
}

export function opened(device: Device): void {
  device.phase = PHASE.opened;
  const via = device.connection!;
  via.send({ type: "connect", token: device.token, counter: device.counter });
  inbox.sendHave(device);
}

export function closed(device: Device, code: number, byDevice: DeviceId): void {
  reportClosed(device, code);
  lost(device);
  if (CLOSE_CODES.every((row) => row.code !== code || row.reconnect)) {
    waitToReconnect(device);
    return;
  }
  device.phase = PHASE.off;
  device.host.closedForGood(device, code, byDevice);
}

export function connected(
  device: Device,
  frame: Extract<ServerFrame, { type: "connected" }>,
): void {
  const nowMs = device.ports.clock.monotonicMs();
  device.phase = PHASE.open;
  device.heartbeatMs = frame.heartbeatMs;
  device.acknowledgeAfter = Math.max(1, frame.window >> 2);
  device.advice = frame.reconnect;
  setServerTime(device, frame.serverTime);
  device.history.connected(
    device.ports.nowUs(),
    device.user,
    device.device,
    device.session,
    device.connection!.node,
  );
  // The first ping anywhere within the period: who connected together need not ping together.
  device.pingAtMs = nowMs + Math.ceil(device.random.next() * frame.heartbeatMs);
  wakeBy(device, device.pingAtMs);
  outbox.resume(device);
  receipts.resume(device);
  asking.resume(device);
}

export function synced(device: Device): void {
  setSynced(device, true);
  device.attempt = 0;
  device.roster.forgetNotices();
  device.history.synced(device.ports.nowUs(), device.user, device.device, device.session);
  device.host.synced(device);
}

export function pong(device: Device): void {
  device.pongDueMs = 0;
  device.history.heartbeat(device.ports.nowUs(), device.user, device.session);
}

/** The node is about to stop. Devices leave spread over the time they are given, with nothing in flight. */
export function goingAway(device: Device, withinMs: number): void {
  const nowMs = device.ports.clock.monotonicMs();
  device.leaveFromMs = nowMs + Math.floor(device.random.next() * withinMs * 0.5);
  device.leaveByMs = nowMs + Math.floor(withinMs * 0.9);
  wakeBy(device, device.leaveFromMs);
}

/** Something was answered: a device that is leaving may be done. */
export function leaveWhenIdle(device: Device): void {
  if (device.leaveFromMs === 0) return;
  const nowMs = device.ports.clock.monotonicMs();
  if (nowMs < device.leaveFromMs) return;
  if (nowMs < device.leaveByMs && isInFlight(device)) return;
  drop(device, 0, false);
  dial(device);
}

/** When this connection wants to be woken; Infinity for never. */
export function nextMs(device: Device): number {
  if (device.phase === PHASE.off) return Infinity;
  if (device.phase !== PHASE.open) return device.phaseEndsMs;
  let next = device.pongDueMs !== 0 ? Math.min(device.pongDueMs, device.pingAtMs) : device.pingAtMs;
  if (device.leaveFromMs !== 0) {
    const nowMs = device.ports.clock.monotonicMs();
    next = Math.min(next, nowMs < device.leaveFromMs ? device.leaveFromMs : device.leaveByMs);
  }
  return next;
}

export function wake(device: Device, nowMs: number): void {
  if (device.phase === PHASE.waiting) {
    if (nowMs >= device.phaseEndsMs) redial(device);
  } else if (device.phase === PHASE.dialing || device.phase === PHASE.opened) {
    if (nowMs >= device.phaseEndsMs) giveUp(device);
  } else if (device.phase === PHASE.open) {
    wakeOpen(device, nowMs);
  }
}

function wakeOpen(device: Device, nowMs: number): void {
  if (device.pongDueMs !== 0 && nowMs >= device.pongDueMs) {
    giveUp(device);
    return;
  }
  if (nowMs >= device.pingAtMs) {
    device.pingAtMs = nowMs + device.heartbeatMs;
    if (device.pongDueMs === 0) device.pongDueMs = nowMs + PONG_MS_MAX;
    device.connection!.send({ type: "ping" });
  }
  leaveWhenIdle(device);
}

function redial(device: Device): void {
  device.token = device.parts.tokenOnReconnect(device.token, () => device.host.freshToken(device));
  dial(device);
}

function dial(device: Device): void {
  device.phase = PHASE.dialing;
  device.counter = device.parts.nextCounter(device.counter);
  device.phaseEndsMs = device.ports.clock.monotonicMs() + CONNECT_MS_MAX;
  const via = device.ports.transport.connect(device.user, device.device, device);
  device.connection = via;
  device.session = via.session;
  device.history.connecting(device.ports.nowUs(), device.user, device.device, via.session);
  wakeBy(device, device.phaseEndsMs);
}

function waitToReconnect(device: Device): void {
  const delayMs = device.parts.reconnectDelayMs(
    device.attempt,
    device.advice,
    device.random.next(),
  );
  device.attempt += 1;
  device.phase = PHASE.waiting;
  device.phaseEndsMs = device.ports.clock.monotonicMs() + delayMs;
  wakeBy(device, device.phaseEndsMs);
}

function drop(device: Device, code: number, vanished: boolean): void {
  const via = device.connection;
  if (via === undefined) return;
  if (vanished) via.vanish();
  else via.close();
  reportClosed(device, code);
  lost(device);
}

function reportClosed(device: Device, code: number): void {
  device.history.closed(device.ports.nowUs(), device.user, device.device, device.session, code);
}

function lost(device: Device): void {
  device.connection = undefined;
  setSynced(device, false);
  device.rosterComplete = false;
  device.pongDueMs = 0;
  device.leaveFromMs = 0;
  outbox.connectionLost(device);
  receipts.connectionLost(device);
  inbox.connectionLost(device);
  asking.connectionLost(device);
  device.roster.forgetNotices();
}

function isInFlight(device: Device): boolean {
  return outbox.isInFlight(device) || receipts.isInFlight(device);
}
