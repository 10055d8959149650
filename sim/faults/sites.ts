// Names of places in faults, as a scenario writes them, and the single sites they stand for.
import type { Site } from "../scenario/types.ts";

/** "nodes" is every node, "cassandra" every replica where there are some; other names stand for themselves. */
export function expandSite(site: Site, nodeCount: number, replicas = 1): readonly string[] {
  if (site === "cassandra" && replicas > 1)
    return Array.from({ length: replicas }, (_, index) => `cassandra-${index + 1}`);
  if (site !== "nodes") return [site];
  return Array.from({ length: nodeCount }, (_, index) => `node-${index + 1}`);
}

/** Every ordered pair (from a side, to the other), without a site paired with itself. */
export function expandPair(
  between: readonly [Site, Site],
  nodeCount: number,
  replicas = 1,
): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const from of expandSite(between[0], nodeCount, replicas))
    for (const to of expandSite(between[1], nodeCount, replicas))
      if (from !== to) pairs.push([from, to]);
  return pairs;
}

/** 0-based index of "node-3"; -1 for another site. */
export function nodeIndex(site: Site): number {
  return site.startsWith("node-") ? Number(site.slice(5)) - 1 : -1;
}
