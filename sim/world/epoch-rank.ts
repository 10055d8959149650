// An epoch as a number that grows with it, per user: what the history says of ownership.
import { parseEpoch } from "../../server/protocol/epoch.ts";

/** Sign-in times differ by a millisecond at least, and connection counters stay below 10,000 in a run. */
export function epochRank(text: string): number {
  const epoch = parseEpoch(text);
  return epoch === undefined ? 0 : (epoch.signedInMs % 1e11) * 1e4 + (epoch.counter % 1e4);
}
