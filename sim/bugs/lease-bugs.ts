// Nodes that fence themselves too readily, and epochs that begin anew when the presence store forgets.
import { close } from "../../server/core/edge.ts";
import { claimOf } from "../../server/core/login.ts";
import type { Bucket, NodeContext } from "../../server/core/context.ts";
import { renew } from "../../server/core/presence.ts";
import { isOpen } from "../../server/core/session.ts";
import { spawn } from "../../server/core/context.ts";
import { LEASE_MS, MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import type { Claim, Epoch, HoldAnswer } from "../../server/ports/presence-store.ts";
import type { Tokens } from "../../server/ports/tokens.ts";
import { formatEpoch } from "../../server/protocol/epoch.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";

/** A release deletes whatever stands, and a renewal extends only what is there. */
class DeletedPresence extends MemoryPresenceStore {
  override releaseNow(user: UserId): void {
    const standing = this.recordNow(user);
    if (standing !== undefined) super.releaseNow(user, standing.epoch);
  }

  override hold(claim: Claim, nowMs: number): HoldAnswer {
    const standing = this.recordNow(claim.user);
    if (standing?.released && standing.epoch === claim.epoch) return { kind: "extended" };
    return super.hold(claim, nowMs);
  }
}

const closeDeletesNewRecord: PlantedBug = {
  id: 18,
  name: "close-deletes-the-new-record",
  rule: "PRE2",
  symptom: "closing the old socket deletes the new presence record: an online user shown offline",
  plant: () => ({
    presence: (nowMs) => new DeletedPresence(nowMs),
    nodeParts: () => ({
      close: (node, session, code, reason) => {
        const wasHeld = isOpen(session) && session.claim !== "none";
        close(node, session, code, reason);
        if (wasHeld && code === 4409)
          spawn(node, node.parts.release(node, session.user, session.epoch));
      },
    }),
  }),
};

const fencedByOwnLease: PlantedBug = {
  id: 34,
  name: "fenced-by-its-own-lease",
  rule: "LIV4",
  symptom: "every node fences itself when Redis is down: an outage although Cassandra is up",
  plant: () => ({
    nodeParts: () => ({
      fencing: (node) => {
        const { renewedMs } = node.lease;
        const nowMs = node.ports.clock.monotonicMs();
        if (renewedMs !== undefined && nowMs - renewedMs >= LEASE_MS) node.parts.fenceNode(node);
        return Promise.resolve();
      },
    }),
  }),
};

const fencedByOlderLease: PlantedBug = {
  id: 48,
  name: "fenced-by-an-older-lease",
  rule: "LIV4",
  symptom: "a node fences itself although no peer holds a newer lease: an outage",
  plant: () => ({
    nodeParts: () => ({
      fencing: async (node) => {
        const { link } = node.ports;
        const asked = link.peers().filter((peer) => link.live(peer));
        const replies = await Promise.all(
          asked.map((peer) => link.request(peer, { type: "lease-age" })),
        );
        const hasLease = replies.some(
          ({ kind, ...reply }) =>
            kind === "ok" &&
            "value" in reply &&
            reply.value.type === "lease-age" &&
            reply.value.ageMs !== undefined,
        );
        if (hasLease && node.lease.failedMs !== undefined) node.parts.fenceNode(node);
      },
    }),
  }),
};

/** Counts a user's connections where the presence records are: what wipes them wipes the counts. */
class CountingPresence extends MemoryPresenceStore {
  readonly #counts: Map<UserId, number>;

  constructor(nowMs: () => number, counts: Map<UserId, number>) {
    super(nowMs);
    this.#counts = counts;
  }

  override wipe(): void {
    super.wipe();
    this.#counts.clear();
  }
}

function countedTokens(tokens: Tokens, counts: Map<UserId, number>): Tokens {
  return {
    check: async (token, wallMs) => {
      const claims = await tokens.check(token, wallMs);
      if (claims === undefined) return undefined;
      const count = (counts.get(claims.user) ?? 0) + 1;
      counts.set(claims.user, count);
      return { ...claims, signedInMs: count };
    },
  };
}

const epochCountedInRedis: PlantedBug = {
  id: 38,
  name: "epoch-counted-in-redis",
  rule: "PRE4",
  symptom: "epochs are counted in Redis and restart at 1 after a wipe: the old owner wins",
  plant: () => {
    const counts = new Map<UserId, number>();
    return {
      presence: (nowMs) => new CountingPresence(nowMs, counts),
      ports: (ports) => ({ ...ports, tokens: countedTokens(ports.tokens, counts) }),
    };
  },
};

/** Sessions that the store has forgotten come back under an epoch of now. */
async function renewUnderNewEpoch(node: NodeContext, bucket: Bucket): Promise<void> {
  const held = bucket.sessions.filter((session) => session.claim === "held");
  if (held.length > 0) {
    const outcome = await node.ports.presence.hold(held.map((session) => claimOf(node, session)));
    for (let index = 0; index < held.length; index += 1) {
      const session = held[index]!;
      const answer = outcome.kind === "ok" ? outcome.value[index] : undefined;
      if (answer?.kind !== "reinstalled" || !isOpen(session)) continue;
      const epoch: Epoch = formatEpoch(node.ports.clock.wallMs(), 0, session.device);
      if (epoch > session.epoch) session.epoch = epoch;
    }
  }
  await renew(node, bucket);
}

const renewalUnderNewEpoch: PlantedBug = {
  id: 39,
  name: "renewal-under-a-new-epoch",
  rule: "LIV2",
  symptom: "a renewal after a wipe claims under a new epoch: a newer sign-in elsewhere is closed",
  plant: () => ({ nodeParts: () => ({ renew: renewUnderNewEpoch }) }),
};

export const LEASE_BUGS: readonly PlantedBug[] = [
  closeDeletesNewRecord,
  fencedByOwnLease,
  fencedByOlderLease,
  epochCountedInRedis,
  renewalUnderNewEpoch,
];
