// The one table of bounds that rules judge by: how long the messenger may take to notice, to tell and to
// recover, and what an overlapping fault adds, counted from its end.

export const SECOND_US = 1_000_000;

export const BOUNDS = {
  /** Lease 9, friends read every 30, offline held back 5, delivery 3. */
  ghostNodeDiedUs: 47 * SECOND_US,
  /** Client dead after 60, sweep 15, friends read 30, held back 5, delivery 2. */
  ghostSilentUs: 112 * SECOND_US,
  /** Friends read 30, held back 5, delivery 2. */
  ghostClosedUs: 37 * SECOND_US,
  falseOfflineUs: 37 * SECOND_US,
  /** Renewal every 30, a ping every 25 and its flush; what a release may lag behind. */
  lastSeenBehindUs: 60 * SECOND_US,
  /** A silent client is renewed until it counts as dead: 60 + 15 + a store call. */
  lastSeenAheadUs: 80 * SECOND_US,
  /** A deadline is a timer: the device may be late by one step of its sweep. */
  deadlineSlackUs: SECOND_US,
  /** A node knows the epoch it holds after a store call. */
  ownEpochUs: 3 * SECOND_US,
  recoverUs: 60 * SECOND_US,
  promptUs: 5 * SECOND_US,
  /** A reader that was slow gets its backlog, or a close, within this. */
  slowReaderUs: 15 * SECOND_US,
  degradedFromUs: 9 * SECOND_US,
  degradedApartUs: 15 * SECOND_US,
  /** Redis gone for everybody: from here a roster may not claim to know who is offline. */
  guessFromUs: 15 * SECOND_US,
  /** A send frame older than this when a draining node closes was taken, and must have been answered. */
  drainAnswerUs: SECOND_US,
  /** A connection that broke within this of a planned stop was ended by it. */
  drainCloseUs: 5 * SECOND_US,
  /** An acknowledgement younger than this may still be on its way at the scan. */
  acknowledgementUs: 5 * SECOND_US,
} as const;

/** A node that came or went: its links are not up yet. */
export const NODE_CHANGE_US = 15 * SECOND_US;
/** Presence is repaired by the friends read whatever a fault adds. */
const PRESENCE_REPAIR_US = 37 * SECOND_US;
/** Record fresh for 90, friends read 30, held back 5, delivery 2. */
const FORGOTTEN_RELEASE_US = 127 * SECOND_US;

const REDIS_US = 45 * SECOND_US;
const SILENT_US = 35 * SECOND_US;
const ORDINARY_US = 15 * SECOND_US;

/** What an overlapping fault adds to LIV3 and the presence rules, from its end. */
export function additionUs(kind: string, sites: readonly string[]): number {
  if (kind === "lose_writes" || sites.includes("redis")) return REDIS_US;
  if (kind === "pause" || kind === "half_open" || kind === "stall") return SILENT_US;
  return ORDINARY_US;
}

/**
 * What it adds to the presence rules alone. A release that Redis forgot is repeated by nobody: its user stays until
 * the record is 90 s old, the friends are read and the notice was held back.
 */
export function presenceAdditionUs(kind: string, sites: readonly string[]): number {
  if (kind === "lose_writes" && sites.includes("redis")) return FORGOTTEN_RELEASE_US;
  return Math.max(additionUs(kind, sites), PRESENCE_REPAIR_US);
}

/** Faults that are over once they happened, unless the history says when they end. */
export function isInstant(kind: string, sites: readonly string[]): boolean {
  if (kind === "kill" || kind === "crash" || kind === "drain") {
    return sites.every((site) => site.startsWith("node"));
  }
  return ["wipe", "reconnect_all", "rotate", "vanish", "reset"].includes(kind);
}
