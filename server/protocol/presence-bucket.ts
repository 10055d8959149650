// Which bucket a user's presence record lies in. The live adapter uses the same function: a bucket is
// a hash tag there, so one call touches one slot.
import type { UserId } from "../protocol/ids.ts";

export const PRESENCE_BUCKETS = 256;

/** From 0 to PRESENCE_BUCKETS - 1. */
export function presenceBucket(user: UserId): number {
  const high = Math.floor(user / 4294967296);
  const mixed = Math.imul((user ^ Math.imul(high, 0x85ebca6b)) | 0, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 24;
}
