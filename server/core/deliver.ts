// The owner's side of a delivery: is the session still the one that the look-up saw, and may the message
// go straight out. Whatever may not is only remembered, as the highest n of its log, and pumped.
import type { LinkReply } from "../ports/node-link.ts";
import type { MessageRow } from "../ports/message-store.ts";
import type { Epoch } from "../ports/presence-store.ts";
import type { MessageFrame } from "../protocol/frames.ts";
import type { ChatId, DeviceId, UserId } from "../protocol/ids.ts";
import { type NodeContext, spawn } from "./context.ts";
import { addIncoming, findIncoming, reviveIncoming } from "./logs.ts";
import { queueIsShort, reply } from "./reply.ts";
import { type IncomingLog, isOpen, type Session } from "./session.ts";

export const DELIVERED: LinkReply = Object.freeze({ type: "delivered" });
export const NOT_OWNER: LinkReply = Object.freeze({ type: "not-owner" });

export function ownerSession(node: NodeContext, user: UserId, epoch: Epoch): Session | undefined {
  const session = node.owners.get(user);
  return session !== undefined && session.epoch === epoch ? session : undefined;
}

export function deliver(
  node: NodeContext,
  user: UserId,
  epoch: Epoch,
  message: MessageRow,
): LinkReply {
  const session = node.parts.ownerSession(node, user, epoch);
  if (session === undefined) {
    node.ports.trace.event("not-owner", user, message.chat, message.device, message.n);
    return NOT_OWNER;
  }
  node.ports.trace.event("delivered", user, message.chat, message.device, message.n);
  node.parts.offer(node, session, message);
  return DELIVERED;
}

export function offer(node: NodeContext, session: Session, message: MessageRow): void {
  const { chat, device, from, n } = message;
  const live = session.phase === "live";
  let log = live
    ? reviveIncoming(session, chat, device, from)
    : findIncoming(session, chat, device);
  if (log === undefined) {
    log = addIncoming(session, chat, device, from, live && n === 1 ? 0 : undefined);
    if (live && n > 1) spawn(node, node.parts.startLog(node, session, log));
  }
  if (log.started && n <= log.sentN) return;
  // While signing in nothing goes straight out: the backlog comes first.
  if (!live || !log.started || log.queued || n > log.sentN + 1) {
    const gap = live && log.started && !log.queued;
    node.parts.remember(node, session, log, n);
    // Something was missed here, perhaps not only in this log.
    if (gap) spawn(node, node.parts.rereadTail(node, session));
    return;
  }
  if (!node.parts.hasRoom(node, session)) {
    node.parts.remember(node, session, log, n);
    return;
  }
  if (!log.announced) node.parts.announce(node, session, log);
  node.parts.push(node, session, log, message);
}

/** A log with a beginning that this session never saw: the audit entry says where to start. */
export async function startLog(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
): Promise<void> {
  for (;;) {
    const outcome = await node.ports.messages.unreadEntry(session.user, log.chat, log.device);
    if (!isOpen(session) || log.started) return;
    if (outcome.kind === "ok") {
      const start = outcome.value?.readN ?? 0;
      log.sentN = start;
      log.ackedN = start;
      log.started = true;
      node.parts.remember(node, session, log, outcome.value?.sentN ?? 0);
      return;
    }
    await node.ports.clock.sleep(node.config.retryMs);
    if (!isOpen(session)) return;
  }
}

/** Notes that the log is covered up to n, and has the pump bring the client there. */
export function remember(node: NodeContext, session: Session, log: IncomingLog, n: number): void {
  if (n > log.coveredN) log.coveredN = n;
  if (!log.started || log.queued || log.coveredN <= log.sentN) return;
  log.queued = true;
  session.behind ??= [];
  session.behind.push(log);
  if (!session.pumping && session.phase === "live") spawn(node, node.parts.pump(node, session));
}

export function announce(node: NodeContext, session: Session, log: IncomingLog): void {
  log.announced = true;
  reply(node, session, {
    type: "log",
    chat: log.chat,
    from: log.from,
    device: log.device,
    start: log.sentN,
  });
}

export function push(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  message: MessageRow,
): void {
  log.sentN = message.n;
  if (log.coveredN < message.n) log.coveredN = message.n;
  session.unacked += 1;
  node.ports.trace.event("pushed", session.user, message.chat, message.device, message.n);
  reply(node, session, messageFrame(message));
}

/** Window open and queue short: the reader keeps up. */
export function hasRoom(node: NodeContext, session: Session): boolean {
  if (session.unacked < node.config.window && queueIsShort(node, session)) return true;
  node.ports.trace.event("window-full", session.user, 0, session.device, 0);
  return false;
}

/** The client's acknowledgement: cumulative, opens the window. */
export function received(
  node: NodeContext,
  session: Session,
  chat: ChatId,
  device: DeviceId,
  n: number,
): void {
  const log = findIncoming(session, chat, device);
  if (log === undefined) return;
  const upTo = n < log.sentN ? n : log.sentN;
  if (upTo <= log.ackedN) return;
  session.unacked -= upTo - log.ackedN;
  log.ackedN = upTo;
  const waiter = session.roomWaiter;
  if (waiter !== undefined && node.parts.hasRoom(node, session)) {
    session.roomWaiter = undefined;
    waiter();
  }
}

function messageFrame(row: MessageRow): MessageFrame {
  const { chat, from, device, n, sentAt, kind, keyVersion, body, url, thumbnail } = row;
  const type = "message" as const;
  if (body !== undefined && url === undefined)
    return { type, chat, from, device, n, sentAt, kind, keyVersion, body };
  const frame = { type, chat, from, device, n, sentAt, kind, keyVersion };
  if (url === undefined) return frame;
  const linked = body === undefined ? { ...frame, url } : { ...frame, body, url };
  return thumbnail === undefined ? linked : { ...linked, thumbnail };
}
