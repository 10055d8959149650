// How long a device waits before it dials again: full jitter, so that a thousand devices of a dead node do
// not come back at once.
import type { ReconnectAdvice } from "../../server/protocol/frames.ts";

/** Until a node has said otherwise. */
export const ADVICE: ReconnectAdvice = { baseMs: 500, capMs: 15_000 };

export function fullJitterMs(attempt: number, advice: ReconnectAdvice, u: number): number {
  let ceilingMs = advice.baseMs;
  for (let i = 0; i < attempt && ceilingMs < advice.capMs; i++) ceilingMs *= 2;
  return Math.floor(u * Math.min(ceilingMs, advice.capMs));
}
