// Things that are looked at again when a fixed time has passed: in order of their due times, with one kernel event
// for the head. What has ended meanwhile is passed by.
import { Fifo } from "../../kernel/fifo.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { LABELS } from "../../kernel/labels.ts";

export interface Pending {
  /** Nothing is to be done about it any more. */
  readonly ended: boolean;
}

interface Entry<T> {
  readonly what: T;
  readonly dueUs: number;
}

export class LateList<T extends Pending> {
  readonly #kernel: Kernel;
  readonly #afterUs: number;
  readonly #late: (what: T) => void;
  readonly #entries = new Fifo<Entry<T>>();
  #armed = false;

  constructor(kernel: Kernel, afterUs: number, late: (what: T) => void) {
    this.#kernel = kernel;
    this.#afterUs = afterUs;
    this.#late = late;
  }

  add(what: T): void {
    this.#entries.push({ what, dueUs: this.#kernel.now + this.#afterUs });
    this.#arm();
  }

  /** Called by the event. */
  sweep(): void {
    this.#armed = false;
    for (let first = this.#entries.peek(); first !== undefined; first = this.#entries.peek()) {
      if (!first.what.ended && first.dueUs > this.#kernel.now) break;
      this.#entries.shift();
      if (!first.what.ended) this.#late(first.what);
    }
    this.#arm();
  }

  #arm(): void {
    const first = this.#entries.peek();
    if (this.#armed || first === undefined) return;
    this.#armed = true;
    this.#kernel.at(first.dueUs, LABELS.timer, sweep, this as unknown as LateList<Pending>);
  }
}

function sweep(list: LateList<Pending>): void {
  list.sweep();
}
