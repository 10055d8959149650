// When the servers of a station that nothing disturbs are free: k servers behind one queue, first come, first
// served, so that a job's start is known as it arrives and needs no event of its own.

import { Fifo } from "../kernel/fifo.ts";

export class Bookings {
  readonly #servers: number;
  /** When each busy server will be free, the earliest first: a binary heap. */
  readonly #freeAtUs: Float64Array;
  #busy = 0;
  /** Starts still to come, in their order, which is that of arrival. */
  readonly #waiting = new Fifo<number>();

  constructor(servers: number) {
    this.#servers = servers;
    this.#freeAtUs = new Float64Array(servers);
  }

  /** When the job starts that arrives now and takes this long. Times never go back. */
  book(nowUs: number, serviceUs: number): number {
    while (this.#busy > 0 && this.#freeAtUs[0]! <= nowUs) this.#replaceFirst(this.#takeLast());
    if (this.#busy < this.#servers) {
      this.#push(nowUs + serviceUs);
      return nowUs;
    }
    const startUs = this.#freeAtUs[0]!;
    this.#replaceFirst(startUs + serviceUs);
    this.#waiting.push(startUs);
    return startUs;
  }

  /** Jobs that have arrived and not started. */
  waiting(nowUs: number): number {
    const waiting = this.#waiting;
    while (waiting.length > 0 && waiting.peek()! <= nowUs) waiting.shift();
    return waiting.length;
  }

  #takeLast(): number {
    this.#busy -= 1;
    return this.#freeAtUs[this.#busy]!;
  }

  #push(timeUs: number): void {
    const heap = this.#freeAtUs;
    let at = this.#busy++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= timeUs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timeUs;
  }

  #replaceFirst(timeUs: number): void {
    const heap = this.#freeAtUs;
    const busy = this.#busy;
    let at = 0;
    for (let child = 1; child < busy; child = 2 * at + 1) {
      if (child + 1 < busy && heap[child + 1]! < heap[child]!) child += 1;
      if (timeUs <= heap[child]!) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = timeUs;
  }
}
