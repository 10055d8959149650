// Frames to one client, and the bound on how many of them may wait for it.
import type { ErrorCode } from "../protocol/errors.ts";
import type { MessageBody, RequestRef, ServerFrame } from "../protocol/frames.ts";
import { admits } from "./admission.ts";
import type { NodeContext } from "./context.ts";
import type { Session } from "./session.ts";

/** Nobody says when a client's queue has become short: it is looked at so often. */
export const QUEUE_LOOK_MS = 200;

export function reply(node: NodeContext, session: Session, frame: ServerFrame): void {
  if (session.phase === "closed") return;
  session.connection.send(frame);
  if (session.connection.bufferedBytes() > node.config.clientQueueBytesMax)
    node.parts.overflow(node, session);
}

/** What may be put off is, until less waits for this client. */
export function queueIsShort(node: NodeContext, session: Session): boolean {
  return session.connection.bufferedBytes() < node.config.clientQueueBytesSlow;
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

/** A request of this session begins, unless too many are under way already, its own or the node's. */
export function begin(node: NodeContext, session: Session, re: RequestRef, bytes = 0): boolean {
  const { requestsInFlightMax, requestBytesInFlightMax } = node.config;
  if (
    session.inFlight >= requestsInFlightMax ||
    session.heldBytes + bytes > requestBytesInFlightMax ||
    !admits(node)
  ) {
    refuse(node, session, re, "busy");
    return false;
  }
  session.inFlight += 1;
  session.heldBytes += bytes;
  node.inFlight += 1;
  node.admission.underWay += 1;
  return true;
}

export function end(node: NodeContext, session: Session, bytes = 0): void {
  session.inFlight -= 1;
  // A repeat ends with the row that stands, whose bytes may be others than the frame's.
  session.heldBytes = session.inFlight === 0 ? 0 : Math.max(0, session.heldBytes - bytes);
  node.inFlight -= 1;
  node.admission.underWay -= 1;
}

/** What a client's send makes the node hold. */
export function sealedBytes(message: Pick<MessageBody, "body" | "thumbnail">): number {
  return (message.body?.length ?? 0) + (message.thumbnail?.length ?? 0);
}
