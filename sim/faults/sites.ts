// Names of places in faults, as a scenario writes them, and the single sites they stand for.
import type { Site } from "../scenario/types.ts";

/** "nodes" is every node; other names stand for themselves. */
export function expandSite(site: Site, nodeCount: number): readonly string[] {
  if (site !== "nodes") return [site];
  return Array.from({ length: nodeCount }, (_, index) => `node-${index + 1}`);
}

/** Every ordered pair (from a side, to the other), without a site paired with itself. */
export function expandPair(
  between: readonly [Site, Site],
  nodeCount: number,
): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const from of expandSite(between[0], nodeCount))
    for (const to of expandSite(between[1], nodeCount)) if (from !== to) pairs.push([from, to]);
  return pairs;
}

/** 0-based index of "node-3"; -1 for another site. */
export function nodeIndex(site: Site): number {
  return site.startsWith("node-") ? Number(site.slice(5)) - 1 : -1;
}
