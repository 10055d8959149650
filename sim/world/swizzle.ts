// Swizzled cuts in the simulated network, by the plan of sim/faults/swizzle-plan.ts.
import { planSwizzle, type SwizzleOf } from "../faults/swizzle-plan.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";

type Pair = readonly [string, string];
type Undo = () => void;

export interface SwizzleParts extends SwizzleOf<Pair> {
  readonly kernel: Kernel;
  readonly cut: (pair: Pair) => Undo;
}

/** Begins it; the returned function ends it, whatever it has come to. */
export function swizzle(parts: SwizzleParts): Undo {
  const cuts = new Cuts(parts.cut);
  for (const { afterUs, link, step } of planSwizzle({ ...parts, links: eachOnce(parts.links) }))
    parts.kernel.after(afterUs, LABELS.fault, step === "cut" ? cutNow : healNow, { cuts, link });
  return () => cuts.end();
}

class Cuts {
  readonly #cut: (pair: Pair) => Undo;
  readonly #inForce = new Map<Pair, Undo>();
  #isOver = false;

  constructor(cut: (pair: Pair) => Undo) {
    this.#cut = cut;
  }

  cut(pair: Pair): void {
    if (!this.#isOver) this.#inForce.set(pair, this.#cut(pair));
  }

  heal(pair: Pair): void {
    this.#inForce.get(pair)?.();
    this.#inForce.delete(pair);
  }

  end(): void {
    this.#isOver = true;
    for (const pair of [...this.#inForce.keys()]) this.heal(pair);
  }
}

/** Of "a to b" and "b to a" the first. */
function eachOnce(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.filter(([a, b], index) => {
    const first = pairs.findIndex(([c, d]) => (a === c && b === d) || (a === d && b === c));
    return first === index;
  });
}

interface Step {
  readonly cuts: Cuts;
  readonly link: Pair;
}

function cutNow({ cuts, link }: Step): void {
  cuts.cut(link);
}

function healNow({ cuts, link }: Step): void {
  cuts.heal(link);
}
