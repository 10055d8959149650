// Swizzled cuts in the live world, by the plan of sim/faults/swizzle-plan.ts.
import { planSwizzle, type SwizzleOf } from "../../faults/swizzle-plan.ts";
import type { Undo } from "./live-fault-options.ts";
import type { Link } from "./links.ts";

export interface LiveSwizzle extends SwizzleOf<Link> {
  readonly cut: (link: Link) => Promise<Undo>;
  readonly after: (ms: number, act: () => void) => void;
  readonly failed: (error: unknown) => void;
}

/** Begins it; the returned function ends it, whatever it has come to. */
export async function swizzleLive(parts: LiveSwizzle): Promise<Undo> {
  const cuts = new Map<Link, Promise<Undo>>();
  let isOver = false;
  const heal = async (link: Link): Promise<void> => {
    const cut = cuts.get(link);
    cuts.delete(link);
    const undo = await cut;
    await undo?.();
  };
  for (const { afterUs, link, step } of planSwizzle(parts))
    parts.after(afterUs / 1000, () => {
      if (isOver) return;
      if (step === "cut") cuts.set(link, parts.cut(link));
      else heal(link).catch(parts.failed);
    });
  return async () => {
    isOver = true;
    await Promise.all([...cuts.keys()].map(heal));
  };
}
