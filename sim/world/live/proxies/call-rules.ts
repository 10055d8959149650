// Which single calls to a store a fault hits, and how. One look a call; the first rule that hits decides.
import type { CallRule } from "./messages.ts";

/** Later than the deadline of a call (2 s), sooner than anybody gives the store up. */
const LATE_MIN_MS = 2_200;
const LATE_MAX_MS = 4_500;

export interface CallVerdict {
  readonly kind: CallRule["kind"] | "pass";
  readonly delayMs: number;
}

const PASS: CallVerdict = { kind: "pass", delayMs: 0 };

export class CallRules {
  readonly #rules = new Map<number, CallRule>();
  hits = 0;

  add(id: number, rule: CallRule): void {
    this.#rules.set(id, rule);
  }

  lift(id: number): void {
    this.#rules.delete(id);
  }

  judge(): CallVerdict {
    for (const { kind, share, delayMs } of this.#rules.values()) {
      if (Math.random() >= share) continue;
      this.hits += 1;
      if (kind !== "apply_late") return { kind, delayMs };
      return { kind, delayMs: LATE_MIN_MS + Math.random() * (LATE_MAX_MS - LATE_MIN_MS) };
    }
    return PASS;
  }
}
