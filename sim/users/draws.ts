// Draws that belong to one person or device: what others do, or how often, does not disturb them.
import type { RandomStream } from "../../server/ports/random.ts";
import { keyed } from "../kernel/random.ts";

/** What a keyed draw is for; part of what a seed means. */
export const PURPOSE = {
  device: 101,
  fresh: 102,
  stayOnline: 103,
  stayOffline: 104,
  readAfter: 105,
  opened: 106,
  swap: 107,
  accept: 108,
} as const;

export class DeviceDraws implements RandomStream {
  readonly #seed32: number;
  readonly #device: number;
  #ordinal = 0;

  constructor(seed32: number, device: number) {
    this.#seed32 = seed32;
    this.#device = device;
  }

  next(): number {
    return keyed(this.#seed32, this.#device, PURPOSE.device, this.#ordinal++);
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
}
