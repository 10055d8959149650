// Who owns a user right now: the presence store says; where it does not answer, the peers are asked.
import type { Epoch } from "../ports/presence-store.ts";
import type { NodeId, UserId } from "../protocol/ids.ts";
import type { NodeContext, OwnerAnswer } from "./context.ts";

const NOBODY: OwnerAnswer = Object.freeze({ owner: undefined, final: true });

/** "Offline" is never remembered: every message asks anew, after its audit entry was raised. */
export async function lookupOwner(node: NodeContext, user: UserId): Promise<OwnerAnswer> {
  const outcome = await node.ports.presence.lookup(user);
  node.ports.trace.event("looked-up", user, 0, 0, 0);
  if (outcome.kind !== "ok") return node.parts.askPeers(node, user);
  const { online, record } = outcome.value;
  if (!online || record === undefined) return NOBODY;
  return { owner: { node: record.node, epoch: record.epoch }, final: true };
}

/** The highest epoch wins. Final only if every peer with a live link answered. */
export async function askPeers(node: NodeContext, user: UserId): Promise<OwnerAnswer> {
  const { link } = node.ports;
  const own = node.owners.get(user);
  let owner: { node: NodeId; epoch: Epoch } | undefined =
    own === undefined ? undefined : { node: node.config.id, epoch: own.epoch };
  const asked = link.peers();
  const replies = await Promise.all(
    asked.map((peer) => link.request(peer, { type: "who-has", user })),
  );
  let final = true;
  for (let index = 0; index < asked.length; index += 1) {
    const outcome = replies[index]!;
    // No live link: it was not asked.
    if (outcome.kind === "refused") continue;
    if (outcome.kind !== "ok" || outcome.value.type !== "has") {
      final = false;
      continue;
    }
    const epoch = outcome.value.epoch;
    if (epoch !== undefined && (owner === undefined || epoch > owner.epoch))
      owner = { node: asked[index]!, epoch };
  }
  return { owner, final };
}
