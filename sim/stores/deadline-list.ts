// The calls of one node that wait for an answer, all with the same time to live: a list in order of deadline
// with one kernel event for its head, instead of a timer for each call.
import type { EventId, Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import type { StoreCall } from "./store-call.ts";

export class DeadlineList {
  readonly kernel: Kernel;
  #expired: (call: StoreCall) => void;
  #head: StoreCall | undefined;
  #tail: StoreCall | undefined;
  #event: EventId = 0;
  #length = 0;

  /** `expired` is called for each call whose deadline passed while it was in the list; it is out then. */
  constructor(kernel: Kernel, expired: (call: StoreCall) => void) {
    this.kernel = kernel;
    this.#expired = expired;
  }

  get length(): number {
    return this.#length;
  }

  /** Deadlines must be added in their order. */
  add(call: StoreCall): void {
    call.before = this.#tail;
    if (this.#tail === undefined) this.#head = call;
    else this.#tail.after = call;
    this.#tail = call;
    this.#length += 1;
    if (this.#event === 0) this.#schedule(call.deadlineAtUs);
  }

  remove(call: StoreCall): void {
    if (call.before === undefined && this.#head !== call) return;
    if (call.before === undefined) this.#head = call.after;
    else call.before.after = call.after;
    if (call.after === undefined) this.#tail = call.before;
    else call.after.before = call.before;
    call.before = undefined;
    call.after = undefined;
    this.#length -= 1;
  }

  /** All of them end now, as if their deadlines had passed. */
  expireAll(): void {
    for (let call = this.#head; call !== undefined; call = this.#head) {
      this.remove(call);
      this.#expired(call);
    }
  }

  /** Called by the event. Calls that ended meanwhile have left: it may come long before the head's time. */
  sweep(): void {
    this.#event = 0;
    for (let call = this.#head; call !== undefined; call = this.#head) {
      if (call.deadlineAtUs > this.kernel.now) {
        this.#schedule(call.deadlineAtUs);
        return;
      }
      this.remove(call);
      this.#expired(call);
    }
  }

  #schedule(timeUs: number): void {
    this.#event = this.kernel.at(timeUs, LABELS.timer, sweep, this as DeadlineList);
  }
}

function sweep(list: DeadlineList): void {
  list.sweep();
}
