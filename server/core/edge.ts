// One client's frames and the beginning and end of its session: one switch over frame kinds, and the one
// place at which a session ends.
import type { ClientConnection } from "../ports/client-transport.ts";
import type { CloseCode } from "../protocol/errors.ts";
import type { ClientFrame, RequestRef, SendFrame, ServerFrame } from "../protocol/frames.ts";
import { type NodeConfig, type NodeContext, spawn } from "./context.ts";
import { unwatchFriends } from "./friend-index.ts";
import { have } from "./login.ts";
import { refuse, reply, sealedBytes } from "./reply.ts";
import { isOpen, newSession, type Session } from "./session.ts";

const PONG: ServerFrame = Object.freeze({ type: "pong" });

export function opened(node: NodeContext, connection: ClientConnection): void {
  if (!node.ready || node.draining || node.fenced) {
    connection.close(4503, "not serving");
    return;
  }
  node.sessions.set(connection.id, newSession(connection, node.ports.clock.monotonicMs()));
}

export function frame(node: NodeContext, session: Session, received: ClientFrame): void {
  const { parts } = node;
  switch (received.type) {
    case "ping":
      reply(node, session, PONG);
      return;
    case "connect":
      if (session.phase === "opened")
        spawn(node, parts.connect(node, session, received.token, received.counter));
      return;
    case "have":
      // Before `connect` nothing is kept for anybody.
      if (session.phase === "opened") refuse(node, session, { type: "have" }, "not-connected");
      else have(node, session, received);
      return;
    case "received":
      parts.received(node, session, received.chat, received.device, received.n);
      return;
    default:
      break;
  }
  if (session.phase === "opened") {
    refuse(node, session, refOf(received), "not-connected");
    return;
  }
  if (received.type === "send" && isTooLarge(node.config, received)) {
    refuse(node, session, refOf(received), "too-large");
    return;
  }
  if (!session.rosterRead) {
    waitForRoster(node, session, received);
    return;
  }
  switch (received.type) {
    case "send":
      parts.send(node, session, received);
      return;
    case "read": {
      const { chat, device, n, readAt } = received;
      spawn(node, parts.read(node, session, chat, device, n, readAt));
      return;
    }
    case "receipt-ok": {
      const { chat, device, n } = received;
      spawn(node, parts.receiptOk(node, session, chat, device, n));
      return;
    }
    case "befriend":
      spawn(node, parts.befriend(node, session, received.user));
      return;
    case "accept":
      spawn(node, parts.accept(node, session, received.user));
      return;
    case "history":
      spawn(node, parts.history(node, session, received));
      return;
  }
}

/** Before anything holds it. */
function isTooLarge(config: NodeConfig, { body, thumbnail }: SendFrame): boolean {
  return (
    (body !== undefined && body.length > config.bodyBytesMax) ||
    (thumbnail !== undefined && thumbnail.length > config.thumbnailBytesMax)
  );
}

function waitForRoster(node: NodeContext, session: Session, received: ClientFrame): void {
  const { earlyFramesMax, requestBytesInFlightMax } = node.config;
  session.early ??= [];
  const bytes = received.type === "send" ? sealedBytes(received) : 0;
  if (
    session.early.length >= earlyFramesMax ||
    session.heldBytes + bytes > requestBytesInFlightMax
  ) {
    refuse(node, session, refOf(received), "busy");
    return;
  }
  session.early.push(received);
  session.heldBytes += bytes;
}

function refOf(received: ClientFrame): RequestRef {
  switch (received.type) {
    case "send":
      return { type: "send", chat: received.chat, n: received.n };
    case "read":
    case "receipt-ok": {
      const { type, chat, device, n } = received;
      return { type, chat, device, n };
    }
    case "befriend":
    case "accept":
      return { type: received.type, user: received.user };
    case "history":
      return { type: "history", id: received.id, chat: received.chat };
    default:
      return { type: received.type };
  }
}

/** This node ends the session. */
export function close(node: NodeContext, session: Session, code: CloseCode, reason: string): void {
  if (!isOpen(session)) return;
  session.connection.close(code, reason);
  // Replaced: a higher epoch stands in the record already, and its owner tells the friends.
  finish(node, session, code !== 4409);
}

/** The client ended it, or the socket broke. */
export function ended(node: NodeContext, session: Session): void {
  if (isOpen(session)) finish(node, session, true);
}

function finish(node: NodeContext, session: Session, leaves: boolean): void {
  session.phase = "closed";
  node.sessions.delete(session.connection.id);
  node.ports.trace.event("session-closed", session.user, 0, session.device, 0);
  if (session.slot >= 0) {
    if (node.owners.get(session.user) === session) node.owners.delete(session.user);
    const { sessions } = node.buckets[node.ports.presence.bucket(session.user)]!;
    const last = sessions.pop()!;
    if (last !== session) {
      sessions[session.slot] = last;
      last.slot = session.slot;
    }
    unwatchFriends(node, session);
    if (leaves && session.claim !== "none") {
      node.ports.trace.point("close:closed/release");
      spawn(node, node.parts.release(node, session.user, session.epoch));
      node.parts.tellFriends(node, session, "offline");
    }
  }
  // Whoever waits for this client goes on, and finds it closed.
  const { roomWaiter, haveWaiter } = session;
  session.roomWaiter = undefined;
  session.haveWaiter = undefined;
  roomWaiter?.();
  haveWaiter?.();
}

/** One look at all sessions: who fell silent, who never connected, whose queue has drained. */
export function sweep(node: NodeContext): void {
  const nowMs = node.ports.clock.monotonicMs();
  const { sweepMs, silentMs, connectMs } = node.config;
  // After a pause of this node everyone looks silent, though their frames wait to be read.
  const late = nowMs - node.lastSweepMs > 2 * sweepMs;
  node.lastSweepMs = nowMs;
  for (const session of Array.from(node.sessions.values())) {
    session.frames = 0;
    const silence = nowMs - session.heardMs;
    const limit = session.phase === "opened" ? connectMs : silentMs;
    if (!late && silence > limit) {
      node.parts.close(node, session, 4408, "heartbeat missed");
      continue;
    }
    const waiter = session.roomWaiter;
    if (waiter !== undefined && node.parts.hasRoom(node, session)) {
      session.roomWaiter = undefined;
      waiter();
    }
  }
  armSweep(node);
}

export function armSweep(node: NodeContext): void {
  node.ports.clock.after(node.config.sweepMs, sweepNow, node);
}

function sweepNow(node: NodeContext): void {
  node.parts.sweep(node);
}
