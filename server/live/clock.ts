// The machine's clock behind the Clock port: the only place of a live node that arms a timer for the core.
import { performance } from "node:perf_hooks";
import type { Clock, TimerHandle } from "../ports/clock.ts";

/** How far a node's wall clock is off on purpose (a fault); may change at any time. */
export interface Skew {
  offsetMs: number;
  driftPpm: number;
  /** Monotonic time from which the drift counts. */
  sinceMs: number;
}

export function noSkew(): Skew {
  return { offsetMs: 0, driftPpm: 0, sinceMs: 0 };
}

export function liveClock(skew: Skew = noSkew()): Clock {
  return {
    wallMs: () => {
      const driftMs = ((performance.now() - skew.sinceMs) * skew.driftPpm) / 1e6;
      return Date.now() + skew.offsetMs + Math.floor(driftMs);
    },
    monotonicMs: () => Math.floor(performance.now()),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    after: <A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle => {
      const timer = setTimeout(fire, ms, arg);
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
