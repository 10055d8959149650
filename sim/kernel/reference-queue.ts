// The pending set in its plainest form: one array, sorted by (time, sequence). Slow on purpose and easy to
// check by eye; the kernel's tests demand the same order and hash from it and from the wheel.

import { nothing, type EventId, type EventQueue, type Handler } from "./event-queue.ts";

interface Entry {
  readonly id: EventId;
  readonly timeUs: number;
  readonly label: number;
  readonly handler: Handler<never>;
  readonly arg: unknown;
}

export class ReferenceQueue implements EventQueue {
  takenId: EventId = 0;
  takenTimeUs = 0;
  takenLabel = 0;
  takenHandler: Handler<never> = nothing;
  takenArg: unknown = undefined;

  readonly #entries: Entry[] = [];
  #sequence = 0;

  get size(): number {
    return this.#entries.length;
  }

  push(timeUs: number, label: number, handler: Handler<never>, arg: unknown): EventId {
    this.#sequence += 1;
    const id = this.#sequence;
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.timeUs <= timeUs) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { id, timeUs, label, handler, arg });
    return id;
  }

  cancel(id: EventId): boolean {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    if (index < 0) return false;
    this.#entries.splice(index, 1);
    return true;
  }

  take(untilUs: number): boolean {
    const first = this.#entries[0];
    if (first === undefined || first.timeUs > untilUs) return false;
    this.#entries.shift();
    this.takenId = first.id;
    this.takenTimeUs = first.timeUs;
    this.takenLabel = first.label;
    this.takenHandler = first.handler;
    this.takenArg = first.arg;
    return true;
  }
}
