// Which faults take Redis or S3 away from everybody, and nothing else.
import type { FaultFact } from "./context.ts";

const AWAY_ALONE = ["kill", "pause", "isolate"];
const AWAY_BETWEEN = ["cut", "stall"];

function isAwayForAll(fault: FaultFact, store: string, nodes: number): boolean {
  const { kind, sites } = fault;
  if (AWAY_ALONE.includes(kind)) return sites.length === 1 && sites[0] === store;
  if (!AWAY_BETWEEN.includes(kind) || !sites.includes(store)) return false;
  return (
    sites.includes("nodes") || sites.filter((site) => site.startsWith("node-")).length === nodes
  );
}

export function isRedisAwayForAll(fault: FaultFact, nodes: number): boolean {
  return isAwayForAll(fault, "redis", nodes);
}

export function isS3AwayForAll(fault: FaultFact, nodes: number): boolean {
  return isAwayForAll(fault, "s3", nodes);
}
