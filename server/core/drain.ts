// Going away on purpose: no new clients, a warning, time to leave, and everything that was begun is ended
// before the node says that it is done.
import type { NodeContext } from "./context.ts";
import { reply } from "./reply.ts";

const STEP_MS = 100;

export async function drain(node: NodeContext): Promise<void> {
  if (node.draining) return;
  node.draining = true;
  const { clock, link, trace, presence } = node.ports;
  const { goingAwayMs, drainMsMax, id, incarnation, address } = node.config;
  trace.event("draining", 0, 0, 0, 0);
  for (const peer of link.peers()) if (link.live(peer)) link.note(peer, { type: "draining" });
  await presence.renewLease({ node: id, incarnation, address, state: "draining" });
  for (const session of Array.from(node.sessions.values()))
    reply(node, session, { type: "going-away", withinMs: goingAwayMs });
  const startMs = clock.monotonicMs();
  const endMs = startMs + drainMsMax;
  // Clients leave by themselves within the time they were told; whoever is left is sent away.
  while (node.sessions.size > 0) {
    await clock.sleep(STEP_MS);
    const nowMs = clock.monotonicMs();
    if (nowMs < startMs + goingAwayMs) continue;
    for (const session of Array.from(node.sessions.values()))
      // What a client still waits for is answered first.
      if (session.inFlight === 0 || nowMs >= endMs)
        node.parts.close(node, session, 4503, "draining");
  }
  while (node.writing + node.telling + node.releasing.size > 0 && clock.monotonicMs() < endMs)
    await clock.sleep(STEP_MS);
}
