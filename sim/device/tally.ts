// Sums over all devices of a run, kept up as things happen: whether a hundred thousand devices have come to rest
// must not take a look at each.
import type { Device } from "./device.ts";

export class Tally {
  /** Sends, reads and requests under way. */
  work = 0;
  /** Devices that are connected and have their backlog. */
  synced = 0;
  /** Logs of which something was shown and not read. */
  unread = 0;
}

export function addWork(device: Device, change: number): void {
  device.work += change;
  device.host.tally.work += change;
}

export function addUnread(device: Device, change: number): void {
  device.unreadLogs += change;
  device.host.tally.unread += change;
}

export function setSynced(device: Device, synced: boolean): void {
  if (device.synced === synced) return;
  device.synced = synced;
  device.host.tally.synced += synced ? 1 : -1;
}
