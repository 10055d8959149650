// Watches one run's wall time and events, and says when it has had too much of either: it goes round in circles, or
// something in it became slow. The run asks between slices of virtual time; what never comes back to ask is killed
// by whoever started the process.
import { performance } from "node:perf_hooks";
import type { SeedBounds } from "./seed-orders.ts";

const nowMs = performance.now.bind(performance);

export class SeedBound {
  readonly #bounds: SeedBounds;
  readonly #startedMs = nowMs();
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
    const { wallMs, events } = this.#bounds;
    const took = nowMs() - this.#startedMs;
    if (this.#events > events)
      this.exceeded ??= `more than ${events} events, the bound for this scenario`;
    else if (took > wallMs)
      this.exceeded ??= `${(took / 1000).toFixed(1)} s of wall time, the bound is ${wallMs / 1000} s`;
    return this.exceeded !== undefined;
  };
}
