// The node's own clockwork: a handful of timers for any number of sessions. A wheel of buckets spreads
// renewals, friend reads and the periodic tail over their interval.
import { PRESENCE_BUCKETS } from "../protocol/presence-bucket.ts";
import { type NodeContext, spawn } from "./context.ts";
import { FRIEND_GROUPS } from "./friend-index.ts";
import { queueTail } from "./tail.ts";

const SLOTS = 32;
const BUCKETS_PER_SLOT = PRESENCE_BUCKETS / SLOTS;
const SLOTS_PER_GROUP = SLOTS / FRIEND_GROUPS;

/** One turn of the wheel is one renewal interval. */
export function startWheel(node: NodeContext): void {
  node.ports.clock.after(node.config.renewalMs / SLOTS, turn, { node, slot: 0 });
  node.ports.clock.after(node.config.retryMs, again, node);
}

interface Turn {
  readonly node: NodeContext;
  slot: number;
}

function turn(state: Turn): void {
  const { node, slot } = state;
  const { tailMs, renewalMs, rosterMs } = node.config;
  const roundsOfTail = Math.max(1, Math.round(tailMs / renewalMs));
  const tailsOfRoster = Math.max(1, Math.round(rosterMs / tailMs));
  for (let index = slot * BUCKETS_PER_SLOT; index < (slot + 1) * BUCKETS_PER_SLOT; index += 1) {
    const bucket = node.buckets[index]!;
    bucket.rounds += 1;
    if (bucket.sessions.length > 0) {
      spawn(node, node.parts.renew(node, bucket));
      if ((bucket.rounds + index) % roundsOfTail === 0) {
        const roster = (bucket.rounds + index) % (roundsOfTail * tailsOfRoster) === 0;
        for (const session of bucket.sessions) {
          if (session.phase !== "live") continue;
          if (roster) session.rosterStale = true;
          queueTail(node, session);
        }
      }
    }
  }
  if (slot % SLOTS_PER_GROUP === 0) {
    const group = node.friendGroups[slot / SLOTS_PER_GROUP]!;
    if (group.friends.length > 0) spawn(node, node.parts.refreshFriends(node, group));
  }
  state.slot = (slot + 1) % SLOTS;
  node.ports.clock.after(node.config.renewalMs / SLOTS, turn, state);
}

/** What ended unknown is repeated sooner than its turn comes. */
function again(node: NodeContext): void {
  for (const bucket of node.buckets) {
    if (bucket.renewAgain && bucket.sessions.length > 0)
      spawn(node, node.parts.renew(node, bucket));
  }
  for (const group of node.friendGroups) {
    if (group.readFailures > 0 && group.friends.length > 0)
      spawn(node, node.parts.refreshFriends(node, group));
  }
  node.ports.clock.after(node.config.retryMs, again, node);
}

export function newBuckets(): NodeContext["buckets"] {
  const buckets = [];
  for (let index = 0; index < PRESENCE_BUCKETS; index += 1)
    buckets.push({
      sessions: [],
      renewing: false,
      renewAgain: false,
      rounds: 0,
    });
  return buckets;
}
