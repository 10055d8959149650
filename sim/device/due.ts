// What a device does when its timer fires: every part looks whether something of its own is due.
import * as asking from "./asking.ts";
import * as attachments from "./attachments.ts";
import * as connection from "./connection.ts";
import type { Device } from "./device.ts";
import * as inbox from "./inbox.ts";
import * as outbox from "./outbox.ts";
import * as receipts from "./receipts.ts";
import { wakeBy } from "./wake.ts";

export function doWhatIsDue(device: Device): void {
  const nowMs = device.ports.clock.monotonicMs();
  connection.wake(device, nowMs);
  inbox.wake(device, nowMs);
  if (device.outbox !== undefined) {
    outbox.wake(device, nowMs);
    attachments.wake(device, nowMs);
  }
  if (device.reading !== undefined) receipts.wake(device, nowMs);
  if (device.asking !== undefined) asking.wake(device, nowMs);
  const next = nextMs(device);
  if (next !== Infinity) wakeBy(device, next);
}

function nextMs(device: Device): number {
  let next = Math.min(connection.nextMs(device), inbox.nextMs(device));
  if (device.outbox !== undefined)
    next = Math.min(next, outbox.nextMs(device), attachments.nextMs(device));
  if (device.reading !== undefined) next = Math.min(next, receipts.nextMs(device));
  if (device.asking !== undefined) next = Math.min(next, asking.nextMs(device));
  return next;
}
