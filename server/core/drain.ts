// Going away on purpose: no new clients, a warning, then the sockets one after the other, and everything
// that was begun is ended before the node says that it is done.
import type { NodeContext } from "./context.ts";
import { reply } from "./reply.ts";
import { isOpen } from "./session.ts";

const STEP_MS = 100;

export async function drain(node: NodeContext): Promise<void> {
  if (node.draining) return;
  node.draining = true;
  const { clock, link, trace, presence } = node.ports;
  const { goingAwayMs, drainMsMax, id, incarnation, address } = node.config;
  trace.event("draining", 0, 0, 0, 0);
  for (const peer of link.peers()) if (link.live(peer)) link.note(peer, { type: "draining" });
  await presence.renewLease({ node: id, incarnation, address, state: "draining" });
  const sessions = Array.from(node.sessions.values());
  for (const session of sessions)
    reply(node, session, { type: "going-away", withinMs: goingAwayMs });
  const endMs = clock.monotonicMs() + drainMsMax;
  const perStep = Math.max(1, Math.ceil((sessions.length * STEP_MS) / goingAwayMs));
  let waiting = sessions;
  while (waiting.length > 0) {
    await clock.sleep(STEP_MS);
    const overdue = clock.monotonicMs() >= endMs;
    let closed = 0;
    const kept = [];
    for (const session of waiting) {
      if (!isOpen(session)) continue;
      // What a client still waits for is answered first.
      if (overdue || (closed < perStep && session.inFlight === 0)) {
        closed += 1;
        node.parts.close(node, session, 4503, "draining");
      } else kept.push(session);
    }
    waiting = kept;
  }
  while (node.writing + node.telling + node.releasing > 0 && clock.monotonicMs() < endMs)
    await clock.sleep(STEP_MS);
}
