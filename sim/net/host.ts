// A machine with C cores shared by the CPUs of the processes on it. It decides who gets a core that becomes
// free: whoever has waited longest.

import { Fifo } from "../kernel/fifo.ts";
import type { EventId, Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";

/** Who waits for a core. */
interface Waiter {
  onCore(): void;
}

export class Host {
  readonly kernel: Kernel;
  readonly #freeAtUs: number[] = [];
  readonly #waiting = new Fifo<Waiter>();
  #wake: EventId = 0;

  constructor(kernel: Kernel, cores: number) {
    if (!(cores >= 1)) throw new RangeError("a host wants at least one core");
    this.kernel = kernel;
    for (let i = 0; i < cores; i++) this.#freeAtUs.push(0);
  }

  /** A core that nobody who waits has a claim to. */
  hasFreeCore(): boolean {
    return this.#waiting.length === 0 && this.#freeAtUs[this.#earliest()]! <= this.kernel.now;
  }

  /** Takes the core that was free first until that time; returns which. */
  take(untilUs: number): number {
    const core = this.#earliest();
    this.#freeAtUs[core] = untilUs;
    return core;
  }

  /** The task on that core takes longer than it first said. */
  occupy(core: number, untilUs: number): void {
    if (untilUs > this.#freeAtUs[core]!) this.#freeAtUs[core] = untilUs;
  }

  /** Calls `waiter.onCore()` when a core is free for it. */
  await(waiter: Waiter): void {
    this.#waiting.push(waiter);
    this.#planWake();
  }

  /** Called by the event at which a core becomes free. */
  onWake(): void {
    this.#wake = 0;
    // A task may have taken longer than it first said: then the core is not free yet.
    if (this.#freeAtUs[this.#earliest()]! <= this.kernel.now) this.#waiting.shift()?.onCore();
    this.#planWake();
  }

  #planWake(): void {
    if (this.#wake !== 0 || this.#waiting.length === 0) return;
    const freeUs = Math.max(this.kernel.now, Math.ceil(this.#freeAtUs[this.#earliest()]!));
    this.#wake = this.kernel.at(freeUs, LABELS.cpuTurn, wake, this as Host);
  }

  #earliest(): number {
    let earliest = 0;
    for (let i = 1; i < this.#freeAtUs.length; i++)
      if (this.#freeAtUs[i]! < this.#freeAtUs[earliest]!) earliest = i;
    return earliest;
  }
}

function wake(host: Host): void {
  host.onWake();
}
