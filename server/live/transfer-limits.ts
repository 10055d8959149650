// What a body may take of a node on its way through: time by its bytes, and from which size it is a burden. The door
// for it, the store behind that, and the server's own patience with a request keep to the same.

/** Up to here one request to the store, streamed; above it parts, each held in memory once. */
export const WHOLE_BYTES_MAX = 16 * 1024 * 1024;
/** No body takes longer, however large blobs may be. */
export const TRANSFER_MS_MAX = 20 * 60_000;
/** The slowest pace that is borne. */
const BYTES_PER_MS_MIN = 32;

/** What its bytes need at the slowest pace; whoever waits for it adds a grace of its own. */
export function transferMs(bytes: number): number {
  return Math.min(bytes / BYTES_PER_MS_MIN, TRANSFER_MS_MAX);
}
