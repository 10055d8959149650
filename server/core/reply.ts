// Frames to one client, and the bound on how many of them may wait for it.
import type { ErrorCode } from "../protocol/errors.ts";
import type { RequestRef, ServerFrame } from "../protocol/frames.ts";
import type { NodeContext } from "./context.ts";
import type { Session } from "./session.ts";

export function reply(node: NodeContext, session: Session, frame: ServerFrame): void {
  if (session.phase === "closed") return;
  session.connection.send(frame);
  if (session.connection.bufferedBytes() > node.config.clientQueueBytesMax)
    node.parts.overflow(node, session);
}

/** A client that does not take what is sent to it loses the socket, never a frame. */
export function overflow(node: NodeContext, session: Session): void {
  node.ports.trace.event("slow-client", session.user, 0, session.device, 0);
  node.parts.close(node, session, 4429, "too slow");
}

/** Surely not written. */
export function refuse(
  node: NodeContext,
  session: Session,
  re: RequestRef,
  code: ErrorCode,
  expected?: number,
): void {
  node.ports.trace.event("refused", session.user, re.chat ?? 0, re.device ?? 0, re.n ?? 0);
  if (expected !== undefined) reply(node, session, { type: "refused", re, code, expected });
  else if (code === "unavailable" || code === "busy" || code === "not-connected")
    reply(node, session, {
      type: "refused",
      re,
      code,
      retryAfterMs: node.config.retryAfterMs,
    });
  else reply(node, session, { type: "refused", re, code });
}

/** Perhaps written: the client repeats it. */
export function unsure(node: NodeContext, session: Session, re: RequestRef): void {
  node.ports.trace.event("unsure", session.user, re.chat ?? 0, re.device ?? 0, re.n ?? 0);
  reply(node, session, { type: "unsure", re });
}

/** A request of this session begins, unless too many are under way already. */
export function begin(node: NodeContext, session: Session, re: RequestRef): boolean {
  if (session.inFlight >= node.config.requestsInFlightMax) {
    refuse(node, session, re, "busy");
    return false;
  }
  session.inFlight += 1;
  node.inFlight += 1;
  return true;
}

export function end(node: NodeContext, session: Session): void {
  session.inFlight -= 1;
  node.inFlight -= 1;
}
