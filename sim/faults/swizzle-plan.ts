// Swizzled cuts: the links of a set go one by one in random order, and come back in another. What each pair of sites
// believes of the rest differs at every step, which a single cut never brings about. Both worlds go by this plan.
import { keyed } from "../kernel/random.ts";

/** Of the fault's time: links are cut during the first part, and healed during the last. */
const CUTTING_SHARE = 0.4;
const HEALING_SHARE = 0.4;
const CUT_ORDER = 51;
const HEAL_ORDER = 52;

export interface SwizzleStep<T> {
  /** From the fault's beginning. */
  readonly afterUs: number;
  readonly link: T;
  readonly step: "cut" | "heal";
}

export interface SwizzleOf<T> {
  readonly links: readonly T[];
  readonly forUs: number;
  readonly seed32: number;
  /** Which of the scenario's faults: two have orders of their own. */
  readonly fault: number;
}

/** By time. */
export function planSwizzle<T>(of: SwizzleOf<T>): readonly SwizzleStep<T>[] {
  const { forUs, links } = of;
  const count = links.length;
  const cuts = inOrder(of, CUT_ORDER).map((link, place): SwizzleStep<T> => {
    return { afterUs: Math.floor((forUs * CUTTING_SHARE * place) / count), link, step: "cut" };
  });
  const heals = inOrder(of, HEAL_ORDER).map((link, place): SwizzleStep<T> => {
    const share = 1 - HEALING_SHARE + (HEALING_SHARE * place) / count;
    return { afterUs: Math.floor(forUs * share), link, step: "heal" };
  });
  return [...cuts, ...heals];
}

function inOrder<T>({ links, seed32, fault }: SwizzleOf<T>, purpose: number): readonly T[] {
  return links
    .map((link, index) => ({ link, draw: keyed(seed32, fault, purpose, index) }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ link }) => link);
}
