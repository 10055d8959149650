// Deadlines of a device's operations: all of one kind last equally long, so they end in the order in which
// they began and one look at the head is enough. No timer of their own.

export interface Expiring<T> {
  readonly deadlineMs: number;
  /** Needs no deadline any more. */
  readonly done: boolean;
  /** The next one in its queue; written by the queue alone. */
  after: T | undefined;
}

/** What is done leaves as soon as another one comes: most devices wait for very few answers. */
export class DeadlineQueue<T extends Expiring<T>> {
  #head: T | undefined = undefined;
  #tail: T | undefined = undefined;

  push(item: T): void {
    const head = this.#first();
    if (head === undefined) this.#head = item;
    else this.#tail!.after = item;
    this.#tail = item;
  }

  /** The earliest deadline; Infinity where there is none. */
  nextMs(): number {
    return this.#first()?.deadlineMs ?? Infinity;
  }

  /** The next one that has expired and is not done; taken out. */
  take(nowMs: number): T | undefined {
    const head = this.#first();
    if (head === undefined || head.deadlineMs > nowMs) return undefined;
    this.#leave(head);
    return head;
  }

  /** The first that is not done. */
  #first(): T | undefined {
    while (this.#head?.done === true) this.#leave(this.#head);
    return this.#head;
  }

  #leave(head: T): void {
    this.#head = head.after;
    head.after = undefined;
    if (this.#head === undefined) this.#tail = undefined;
  }
}
