// The machine's clock behind the Clock port: the only place of a live node that arms a timer for the core.
import { performance } from "node:perf_hooks";
import type { Clock, TimerHandle } from "../ports/clock.ts";

/** A wall clock that runs ahead by `skewMs` (a fault), and timers that do not keep the process alive. */
export function liveClock(skewMs = 0): Clock {
  return {
    wallMs: () => Date.now() + skewMs,
    monotonicMs: () => Math.floor(performance.now()),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    after: <A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle => {
      const timer = setTimeout(fire, ms, arg);
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
