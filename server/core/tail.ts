// Re-reads both audits of sessions after anything that may have lost a hint, spread over time, and of
// everyone now and then; the roster where a link changed, and seldom otherwise. The hints make things fast;
// this makes them certain.
import type { NodeId } from "../protocol/ids.ts";
import { admits, leave, turn } from "./admission.ts";
import { type NodeContext, spawn } from "./context.ts";
import { isOpen, type Session } from "./session.ts";

const TICK_MS = 100;

export async function rereadTail(node: NodeContext, session: Session): Promise<void> {
  // A login reads the audits anyway, and once more where this asks for it.
  session.tailWanted = true;
  if (session.phase !== "live" || session.tailReading) return;
  session.tailReading = true;
  while (session.tailWanted && isOpen(session)) {
    session.tailWanted = false;
    if (!admits(node)) await turn(node);
    const { messages } = node.ports;
    node.ports.trace.event("tail-read", session.user, 0, session.device, 0);
    node.admission.underWay += 1;
    const unread = await messages.unreadEntries(session.user);
    leave(node, unread);
    if (!isOpen(session)) break;
    if (unread.kind === "ok") node.parts.takeUnread(node, session, unread.value);
    const receipts = await messages.receiptEntries(session.user);
    if (!isOpen(session)) break;
    if (receipts.kind === "ok") node.parts.takeReceipts(node, session, receipts.value);
    if (unread.kind !== "ok" || receipts.kind !== "ok") {
      session.tailWanted = true;
      await node.ports.clock.sleep(node.config.retryMs);
    } else if (session.rosterStale) await node.parts.rosterChanged(node, session);
  }
  session.tailReading = false;
}

/** Something happened to the node: every session's tail. */
export function rereadAll(node: NodeContext): void {
  for (const session of node.owners.values()) queueTail(node, session);
}

export function queueTail(node: NodeContext, session: Session): void {
  if (session.tailWanted) return;
  session.tailWanted = true;
  node.tailQueue.push(session);
  const { tailSpreadMs, tailUsersPerSecond } = node.config;
  const wanted = Math.ceil((node.tailQueue.length * TICK_MS) / tailSpreadMs);
  const most = Math.max(1, Math.floor((tailUsersPerSecond * TICK_MS) / 1000));
  node.tailPerTick = Math.min(most, Math.max(node.tailPerTick, wanted));
  if (node.tailTimer) return;
  node.tailTimer = true;
  node.ports.clock.after(TICK_MS, tailTick, node);
}

async function lookBack(node: NodeContext, session: Session): Promise<void> {
  await node.parts.rereadTail(node, session);
  if (!session.cameBack || !isOpen(session)) return;
  session.cameBack = false;
  node.parts.tellFriends(node, session, "online");
}

function tailTick(node: NodeContext): void {
  const due = node.tailQueue.splice(0, node.tailPerTick);
  for (const session of due) if (isOpen(session)) spawn(node, lookBack(node, session));
  if (node.tailQueue.length > 0) node.ports.clock.after(TICK_MS, tailTick, node);
  else {
    node.tailTimer = false;
    node.tailPerTick = 1;
  }
}

/**
 * A link that broke may have lost a delivery, or word of a friend; one that came back may have been away for
 * the look-ups.
 */
export function linkChanged(node: NodeContext, peer: NodeId, up: boolean): void {
  const drained = node.drainingPeers.has(peer);
  if (up) node.drainingPeers.delete(peer);
  else if (drained) return;
  for (const session of node.owners.values()) session.rosterStale = true;
  node.parts.rereadAll(node);
}
