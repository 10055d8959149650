// A store's own clock: virtual time as wall time, off by what the skew faults in force add up to.
import type { Kernel } from "../kernel/kernel.ts";

interface Skew {
  readonly byMs: number;
  readonly driftPpm: number;
  readonly sinceUs: number;
}

export class StoreClock {
  #kernel: Kernel;
  #epochMs: number;
  #skews: Skew[] = [];

  constructor(kernel: Kernel, epochMs: number) {
    this.#kernel = kernel;
    this.#epochMs = epochMs;
  }

  nowMs(): number {
    const { now } = this.#kernel;
    let nowMs = this.#epochMs + Math.floor(now / 1000);
    for (const { byMs, driftPpm, sinceUs } of this.#skews)
      nowMs += byMs + Math.floor(((now - sinceUs) * driftPpm) / 1e9);
    return nowMs;
  }

  /** Jumps by `byMs` and drifts from now on; the returned function puts it right again. */
  skew(byMs: number, driftPpm: number): () => void {
    const skew = { byMs, driftPpm, sinceUs: this.#kernel.now };
    this.#skews.push(skew);
    return () => {
      this.#skews = this.#skews.filter((other) => other !== skew);
    };
  }
}
