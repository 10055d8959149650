// Planted bugs that any run with messages breaks at once, whatever faults its seed draws. An exploration runs one now
// and then: where its rule does not break, the checkers are blind, and thousands of clean seeds mean nothing.
import type { PlantedBug } from "../../bugs/bug.ts";
import { BUGS } from "../../bugs/zoo.ts";
import type { SeedOrder } from "../seeds/seed-orders.ts";
import type { CanaryRun } from "./explore-result.ts";

const NAMES = ["unread-audit-only-if-offline", "receipt-on-delivery", "time-of-the-node"];
/** The first comes before everything else. */
const SEEDS_BETWEEN = 500;
/** A scenario of few messages may miss one by chance: it is planted again in the seed that comes next. */
const TRIES = 3;

/** In turn, each on a seed of the exploration. */
export class Canaries {
  readonly #bugs = BUGS.filter(({ name }) => NAMES.includes(name));
  readonly #enabled: boolean;
  readonly #runs: CanaryRun[] = [];
  readonly #again: PlantedBug[] = [];
  #given = 0;
  #seeds = 0;

  /** Not where a bug is planted already: that one is to be found. */
  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  get runs(): readonly CanaryRun[] {
    return this.#runs;
  }

  /** The canary that is due before the next seed, if one is. */
  due(seed: number): SeedOrder | undefined {
    if (!this.#enabled) return undefined;
    const bug = this.#again.shift() ?? this.#inTurn();
    if (bug === undefined) return undefined;
    return { seed, keep: false, canary: { bug: bug.name, rule: bug.rule } };
  }

  #inTurn(): PlantedBug | undefined {
    if (this.#given * SEEDS_BETWEEN > this.#seeds) {
      this.#seeds += 1;
      return undefined;
    }
    return this.#bugs[this.#given++ % this.#bugs.length];
  }

  ended(run: CanaryRun): void {
    this.#runs.push(run);
    if (run.caught) return;
    const tries = this.#runs.filter(({ bug }) => bug === run.bug).slice(-TRIES);
    if (tries.length < TRIES || tries.some(({ caught }) => caught))
      this.#again.push(this.#bugs.find(({ name }) => name === run.bug)!);
  }

  /** In words, where the last try of a canary was not caught, or none came to its end in an exploration that did. */
  blindness(interrupted: boolean): string | undefined {
    if (this.#enabled && !interrupted && this.#runs.length === 0)
      return "no canary came to its end: a clean seed proves nothing";
    for (const { name, rule } of this.#bugs) {
      const last = this.#runs.findLast(({ bug }) => bug === name);
      if (last?.caught === false)
        return `the checkers are blind: the planted bug ${name} did not break ${rule} in seed ${last.seed}, so a clean seed proves nothing`;
    }
    return undefined;
  }
}
