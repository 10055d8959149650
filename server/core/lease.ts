// The node's lease, and fencing by evidence: a node that cannot renew gives its clients up only if a peer
// could. All cut off together, all stay up.
import { type NodeContext, spawn } from "./context.ts";

export async function lease(node: NodeContext): Promise<void> {
  const { clock, presence, trace } = node.ports;
  for (;;) {
    const startMs = clock.monotonicMs();
    const outcome = await presence.renewLease({
      node: node.config.id,
      incarnation: node.config.incarnation,
      address: node.config.address,
      state: node.draining ? "draining" : "up",
    });
    if (outcome.kind === "ok") {
      trace.event("lease-renewed", 0, 0, 0, 0);
      renewed(node, startMs, outcome.value.standing);
    } else {
      trace.event("lease-failed", 0, 0, 0, 0);
      node.lease.failedMs ??= clock.monotonicMs();
      spawn(node, node.parts.fencing(node));
    }
    becomeReady(node);
    const leftMs = startMs + node.config.leaseRenewMs - clock.monotonicMs();
    await clock.sleep(leftMs > 0 ? leftMs : 0);
  }
}

/** Own lease found lapsed, or the store back: deliveries may have passed this node by. */
function renewed(node: NodeContext, startMs: number, standing: boolean): void {
  const first = node.lease.renewedMs === undefined;
  const wasAway = node.lease.failedMs !== undefined;
  node.lease.renewedMs = startMs;
  node.lease.failedMs = undefined;
  node.fenced = false;
  // Failed from the start: clients came in all the same, and look-ups took them for offline.
  if (wasAway || (!first && !standing)) node.parts.rereadAll(node);
}

/** Clients come in after the first call has ended, whatever the outcome. */
function becomeReady(node: NodeContext): void {
  if (node.ready) return;
  node.ready = true;
  for (const callback of node.readyCallbacks) callback();
  node.readyCallbacks = [];
}

/**
 * A peer that renewed at least one interval after this node's first failure, and just now, is evidence
 * that this node alone is cut off. No answer is no evidence.
 */
export async function fencing(node: NodeContext): Promise<void> {
  const { clock, link } = node.ports;
  const { leaseRenewMs, leaseEvidenceMs, leaseLostTailMs } = node.config;
  const failedMs = node.lease.failedMs;
  if (failedMs === undefined) return;
  const askedMs = clock.monotonicMs();
  if (askedMs - node.lease.lastTailMs >= leaseLostTailMs) {
    node.lease.lastTailMs = askedMs;
    node.parts.rereadAll(node);
  }
  const replies = await Promise.all(
    link.peers().map((peer) => link.request(peer, { type: "lease-age" })),
  );
  if (node.lease.failedMs !== failedMs) return;
  for (const outcome of replies) {
    if (outcome.kind !== "ok" || outcome.value.type !== "lease-age") continue;
    const { ageMs } = outcome.value;
    if (ageMs === undefined || ageMs > leaseEvidenceMs) continue;
    if (askedMs - ageMs >= failedMs + leaseRenewMs) {
      node.parts.fenceNode(node);
      return;
    }
  }
}

/** Others serve: this node's clients are better off with them. */
export function fenceNode(node: NodeContext): void {
  if (node.fenced) return;
  node.fenced = true;
  node.ports.trace.event("fenced", 0, 0, 0, 0);
  for (const session of Array.from(node.sessions.values()))
    node.parts.close(node, session, 4503, "cut off from the others");
}
