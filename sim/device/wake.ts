// The one timer of a device: armed for the earliest thing due, and moved only where something is due earlier.
import type { Device } from "./device.ts";

/** The device will be woken at that time or before. */
export function wakeBy(device: Device, atMs: number): void {
  if (device.timer !== undefined) {
    if (device.wakeAtMs <= atMs) return;
    device.timer.cancel();
  }
  const clock = device.ports.clock;
  device.wakeAtMs = atMs;
  device.timer = clock.after(Math.max(0, atMs - clock.monotonicMs()), fired, device);
}

function fired(device: Device): void {
  device.timer = undefined;
  device.wake();
}
