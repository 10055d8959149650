// Presence records that the wrong connection writes, keeps or deletes.
import { MemoryPresenceStore, RECORD_FRESH_MS } from "../../server/memory/presence-store.ts";
import type { Claim, HoldAnswer, Presence } from "../../server/ports/presence-store.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";

/** A hold always succeeds, whatever stands. */
class UnconditionalPresence extends MemoryPresenceStore {
  override hold(claim: Claim, nowMs: number): HoldAnswer {
    const standing = this.recordNow(claim.user);
    if (standing === undefined || standing.epoch <= claim.epoch) return super.hold(claim, nowMs);
    this.install(claim, nowMs);
    return { kind: "extended" };
  }
}

/** In the swarm a node's death is told to its clients: nearly all are back before it counts. */
const POWER_LOSS = {
  name: "power-loss",
  why: "a ghost needs somebody who leaves while his node is dead, and stays away: there it happens each time",
};

const renewalUnconditional: PlantedBug = {
  id: 19,
  name: "renewal-unconditional",
  rule: "PRE4",
  symptom: "a renewal asks nothing: a paused node steals the user back",
  plant: () => ({ presence: (nowMs) => new UnconditionalPresence(nowMs) }),
};

const incarnationKept: PlantedBug = {
  id: 21,
  name: "incarnation-kept",
  rule: "PRE1",
  symptom: "a restarted node keeps its incarnation: ghosts of its former life",
  scenario: POWER_LOSS,
  plant: () => ({ incarnation: (drawn, before) => before ?? drawn }),
};

/** A record counts until it expires, whether or not its node is alive. */
class PresenceWithoutLease extends MemoryPresenceStore {
  readonly #clockMs: () => number;

  constructor(nowMs: () => number) {
    super(nowMs);
    this.#clockMs = nowMs;
  }

  override lookupNow(user: UserId): Presence {
    const record = this.recordNow(user);
    if (record === undefined) return { record, online: false };
    const isFresh = this.#clockMs() - record.heartbeatMs < RECORD_FRESH_MS;
    return { record, online: !record.released && isFresh };
  }
}

const noNodeLease: PlantedBug = {
  id: 22,
  name: "no-node-lease",
  rule: "PRE1",
  symptom: "presence ends by the record's expiry alone: ghosts for 90 s after a crash",
  scenario: POWER_LOSS,
  plant: () => ({ presence: (nowMs) => new PresenceWithoutLease(nowMs) }),
};

const noticeOnce: PlantedBug = {
  id: 23,
  name: "notice-never-repaired",
  rule: "PRE2",
  symptom: "a friend's notice is sent once and never repaired: lost, X is never told",
  plant: () => ({ nodeParts: () => ({ refreshFriends: () => Promise.resolve() }) }),
};

/** A release deletes what it finds, and keeps nobody from coming back under the same epoch. */
class OpenEpochPresence extends MemoryPresenceStore {
  override hold(claim: Claim, nowMs: number): HoldAnswer {
    const standing = this.recordNow(claim.user);
    if (standing?.epoch !== claim.epoch || !standing.released) return super.hold(claim, nowMs);
    this.install(claim, nowMs);
    return { kind: "reinstalled" };
  }
}

const releaseLeavesEpochOpen: PlantedBug = {
  id: 45,
  name: "release-leaves-epoch-open",
  rule: "PRE1",
  symptom: "a release leaves the epoch open: a renewal in flight lands after it, a ghost",
  plant: () => ({ presence: (nowMs) => new OpenEpochPresence(nowMs) }),
};

export const PRESENCE_BUGS: readonly PlantedBug[] = [
  renewalUnconditional,
  incarnationKept,
  noNodeLease,
  noticeOnce,
  releaseLeavesEpochOpen,
];
