// Watches one run's time and events, and says when it has had too much of either: it goes round in circles, or
// something in it became slow. The run asks between slices of virtual time; what never comes back to ask is killed
// by whoever started the process. Time is the processor's: a machine that is busy with others makes no run slow.
import type { SeedBounds } from "./seed-orders.ts";

const cpuUsage = process.cpuUsage.bind(process);

function cpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

export class SeedBound {
  readonly #bounds: SeedBounds;
  readonly #startedMs = cpuMs();
  #events = 0;
  /** In words, once a bound is exceeded. */
  exceeded: string | undefined;

  constructor(bounds: SeedBounds) {
    this.#bounds = bounds;
  }

  readonly onDigest = (eventIndex: number): void => {
    this.#events = eventIndex;
  };

  /** True ends the run. */
  readonly asked = (): boolean => {
    const { cpuMs: boundMs, events } = this.#bounds;
    const took = cpuMs() - this.#startedMs;
    if (this.#events > events)
      this.exceeded ??= `more than ${events} events, the bound for this scenario`;
    else if (took > boundMs)
      this.exceeded ??= `${(took / 1000).toFixed(1)} s of processor time, the bound is ${boundMs / 1000} s`;
    return this.exceeded !== undefined;
  };
}
