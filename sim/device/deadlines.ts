// Deadlines of a device's operations: all of one kind last equally long, so they end in the order in which
// they began and one look at the head is enough. No timer of their own.

export interface Expiring {
  readonly deadlineMs: number;
  /** Needs no deadline any more. */
  readonly done: boolean;
}

export class DeadlineQueue<T extends Expiring> {
  #items: T[] = [];
  #head = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  /** The earliest deadline; Infinity where there is none. */
  nextMs(): number {
    const items = this.#items;
    while (this.#head < items.length && items[this.#head]!.done) this.#head += 1;
    if (this.#head === items.length) {
      if (this.#head > 0) this.#items = [];
      this.#head = 0;
      return Infinity;
    }
    if (this.#head > 32 && this.#head * 2 > items.length) {
      this.#items = items.slice(this.#head);
      this.#head = 0;
    }
    return this.#items[this.#head]!.deadlineMs;
  }

  /** The next one that has expired and is not done; taken out. */
  take(nowMs: number): T | undefined {
    if (this.nextMs() > nowMs) return undefined;
    return this.#items[this.#head++];
  }
}
