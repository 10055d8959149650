// The clock of a run as a worker thread reads it: microseconds since t = 0 on the machine's monotonic clock,
// which all threads and processes of a host share.
import { performance } from "node:perf_hooks";

const SAMPLES = 20;

export interface UserClock {
  /** Whole microseconds since t = 0. */
  nowUs(): number;
  wallMs(): number;
}

export class WorkerClock implements UserClock {
  readonly epochMs: number;
  /** From this thread's own `performance.now` to the run's time. */
  readonly #offsetUs: number;

  constructor(startedNs: bigint, epochMs: number) {
    this.epochMs = epochMs;
    this.#offsetUs = offsetUs(startedNs);
  }

  nowUs(): number {
    return Math.floor(performance.now() * 1000 + this.#offsetUs);
  }

  wallMs(): number {
    return this.epochMs + Math.floor(this.nowUs() / 1000);
  }
}

/** The two clocks are read one after the other: the closest pair of readings counts. */
function offsetUs(startedNs: bigint): number {
  let best = Infinity;
  let offset = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const beforeMs = performance.now();
    const ns = process.hrtime.bigint();
    const afterMs = performance.now();
    if (afterMs - beforeMs >= best) continue;
    best = afterMs - beforeMs;
    offset = Number(ns - startedNs) / 1000 - ((beforeMs + afterMs) / 2) * 1000;
  }
  return offset;
}
