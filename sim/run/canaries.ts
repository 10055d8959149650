// Planted bugs that any run with messages breaks at once. An exploration runs one now and then: where its rule does
// not break, the checkers are blind, and thousands of clean seeds mean nothing.
import { BUGS } from "../bugs/zoo.ts";
import type { SeedOrder } from "./seed-orders.ts";
import type { CanaryRun } from "./explore-result.ts";

const NAMES = ["sent-before-durable", "unread-audit-only-if-offline", "receipt-on-delivery"];
/** The first comes before everything else. */
const SEEDS_BETWEEN = 500;

/** In turn, each on a seed of the exploration. */
export class Canaries {
  readonly #bugs = BUGS.filter(({ name }) => NAMES.includes(name));
  readonly #enabled: boolean;
  #given = 0;
  #seeds = 0;

  /** Not where a bug is planted already: that one is to be found. */
  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** The canary that is due before the next seed, if one is. */
  due(seed: number): SeedOrder | undefined {
    if (!this.#enabled || this.#given * SEEDS_BETWEEN > this.#seeds++) return undefined;
    const bug = this.#bugs[this.#given % this.#bugs.length]!;
    this.#given += 1;
    this.#seeds -= 1;
    return { seed, keep: false, canary: { bug: bug.name, rule: bug.rule } };
  }
}

/** In words, where a canary was not caught, or none came to its end. */
export function blindness(runs: readonly CanaryRun[], expected: boolean): string | undefined {
  const missed = runs.find(({ caught }) => !caught);
  if (missed !== undefined)
    return `the checkers are blind: the planted bug ${missed.bug} did not break ${missed.rule} in seed ${missed.seed}, so a clean seed proves nothing`;
  if (expected && runs.length === 0)
    return "no canary came to its end: a clean seed proves nothing";
  return undefined;
}
