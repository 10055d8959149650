// The hybrid logical clock of a device: times that grow with cause and effect and stay near the node's clock.
import type { Device } from "./device.ts";

/** A node refuses a time more than 60 s ahead of it; what would come near that waits. */
const AHEAD_MS_MAX = 55_000;
/** Longer than what friends may be ahead: from here on it is our idea of the node's clock that is doubted. */
const DOUBT_AFTER_MS = 10_000;
const DOUBT_AGAIN_MS = 60_000;

export function nextSentAt(clockMs: number, highestMs: number): number {
  return (clockMs > highestMs ? clockMs : highestMs) + 1;
}

/** From `connected`: how far the device's wall clock is from the node's. */
export function setServerTime(device: Device, serverTimeMs: number): void {
  const clock = device.ports.clock;
  device.serverOffsetMs = serverTimeMs - device.wallMs();
  device.serverMonotonicMs = serverTimeMs - clock.monotonicMs();
}

/** Now, by the node's clock as `connected` gave it and the monotonic clock: no step of the wall reaches it. */
export function serverNowMs(device: Device): number {
  return device.serverMonotonicMs + device.ports.clock.monotonicMs();
}

/** The wall clock has moved since `connected`: a time came out, or was refused as, far ahead of the node. */
export function correctClock(device: Device): void {
  device.serverOffsetMs = serverNowMs(device) - device.wallMs();
}

export function sawTime(device: Device, sentAt: number): void {
  if (sentAt > device.highestMs) device.highestMs = sentAt;
}

/** The next message's time; 0 where cause and effect would put it too far ahead of the node: wait. */
export function issueSentAt(device: Device): number {
  const limitMs = serverNowMs(device) + AHEAD_MS_MAX;
  if (device.wallMs() + device.serverOffsetMs > limitMs) correctClock(device);
  const clockMs = device.wallMs() + device.serverOffsetMs;
  const sentAt = device.parts.nextSentAt(clockMs, device.highestMs);
  if (sentAt > limitMs) {
    if (device.aheadSinceMs === 0) device.aheadSinceMs = device.ports.clock.monotonicMs();
    return 0;
  }
  device.aheadSinceMs = 0;
  if (sentAt > device.highestMs) device.highestMs = sentAt;
  return sentAt;
}

/** True once, where a new connection is to bring the node's time anew: it was given at the last one, perhaps wrong. */
export function doubtsTime(device: Device): boolean {
  const nowMs = device.ports.clock.monotonicMs();
  if (nowMs - device.aheadSinceMs < DOUBT_AFTER_MS || nowMs < device.timeKeptUntilMs) return false;
  device.aheadSinceMs = 0;
  device.timeKeptUntilMs = nowMs + DOUBT_AGAIN_MS;
  return true;
}
