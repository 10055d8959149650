// What each party took to be so at one moment: the last word of each lane on each thing.
import type { Belief, Life } from "../../run/result.ts";

export interface LaneBeliefs {
  readonly lane: string;
  readonly beliefs: readonly Belief[];
}

/** Lanes in the order given; those that knew nothing yet are left out. */
export function beliefsAt(life: Life, us: number, lanes: readonly string[]): LaneBeliefs[] {
  const last = new Map<string, Map<string, Belief>>();
  for (const belief of life.beliefs ?? []) {
    if (belief.t > us) break;
    const ofLane = last.get(belief.lane) ?? new Map<string, Belief>();
    last.set(belief.lane, ofLane);
    ofLane.set(belief.about, belief);
  }
  return lanes.flatMap((lane) => {
    const ofLane = last.get(lane);
    return ofLane === undefined ? [] : [{ lane, beliefs: [...ofLane.values()] }];
  });
}
