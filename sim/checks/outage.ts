// Which faults take Redis or S3 away from everybody, and nothing else.
import type { FaultFact } from "./context.ts";

const AWAY_ALONE = ["kill", "pause", "isolate"];
const AWAY_BETWEEN = ["cut", "stall"];

function isAwayForAll(fault: FaultFact, store: string): boolean {
  if (AWAY_ALONE.includes(fault.kind)) return fault.sites.length === 1 && fault.sites[0] === store;
  if (!AWAY_BETWEEN.includes(fault.kind)) return false;
  return fault.sites.includes(store) && fault.sites.includes("nodes");
}

export function isRedisAwayForAll(fault: FaultFact): boolean {
  return isAwayForAll(fault, "redis");
}

export function isS3AwayForAll(fault: FaultFact): boolean {
  return isAwayForAll(fault, "s3");
}
