// From a socket to a served session. The order of the steps is the point: claim, then look, so that a
// message sent meanwhile is seen by its sender's look-up or by this session's read of the audits.
import type { HaveFrame } from "../protocol/frames.ts";
import { formatEpoch } from "../protocol/epoch.ts";
import type { PresenceRecord } from "../ports/presence-store.ts";
import type { NodeContext } from "./context.ts";
import { reply } from "./reply.ts";
import { isOpen, type Session } from "./session.ts";

export async function connect(
  node: NodeContext,
  session: Session,
  token: string,
  counter: number,
): Promise<void> {
  session.phase = "checking";
  const claims = await node.ports.tokens.check(token, node.ports.clock.wallMs());
  if (!isOpen(session)) return;
  if (claims === undefined) {
    node.parts.close(node, session, 4401, "unauthorised");
    return;
  }
  node.ports.trace.point("connect:check/hold");
  session.user = claims.user;
  session.device = claims.device;
  session.epoch = formatEpoch(claims.signedInMs, counter, claims.device);
  if (!takeOver(node, session)) return;
  await node.parts.login(node, session);
}

/** The newest sign-in of a user wins, here as in the presence store. */
function takeOver(node: NodeContext, session: Session): boolean {
  const older = node.owners.get(session.user);
  if (older !== undefined) {
    if (older.epoch >= session.epoch) {
      node.parts.close(node, session, 4409, replacedBy(older.device));
      return false;
    }
    node.parts.close(node, older, 4409, replacedBy(session.device));
  }
  // From here on a delivery only raises the remembered n of its log.
  session.phase = "catching-up";
  node.owners.set(session.user, session);
  const bucket = node.buckets[node.ports.presence.bucket(session.user)]!;
  session.slot = bucket.sessions.length;
  bucket.sessions.push(session);
  node.ports.trace.event("session-opened", session.user, 0, session.device, 0);
  return true;
}

export function replacedBy(device: number): string {
  return `replaced by device ${device}`;
}

export async function login(node: NodeContext, session: Session): Promise<void> {
  if (!(await node.parts.claim(node, session))) return;
  node.parts.welcome(node, session);
  if (!(await node.parts.roster(node, session))) return;
  await haveComplete(session);
  if (!isOpen(session)) return;
  await node.parts.backlog(node, session);
}

/** False where the session is closed now. Without an answer the login goes on, and the claim is repeated. */
export async function claim(node: NodeContext, session: Session): Promise<boolean> {
  session.claim = "unsure";
  const outcome = await node.ports.presence.hold([claimOf(node, session)]);
  if (!isOpen(session)) return false;
  const answer = outcome.kind === "ok" ? outcome.value[0] : undefined;
  if (answer === undefined) {
    bucketOf(node, session).renewAgain = true;
    return true;
  }
  if (answer.kind === "replaced") {
    node.ports.trace.event("claim-replaced", session.user, 0, session.device, 0);
    node.parts.close(node, session, 4409, replacedBy(answer.by.device));
    return false;
  }
  session.claim = "held";
  node.ports.trace.event("claimed", session.user, 0, session.device, 0);
  if (answer.kind === "reinstalled" && answer.displaced !== undefined)
    node.parts.fenceDisplaced(node, session, answer.displaced);
  node.ports.trace.point("login:hold/friends");
  return true;
}

export function bucketOf(node: NodeContext, session: Session) {
  return node.buckets[node.ports.presence.bucket(session.user)]!;
}

export function claimOf(node: NodeContext, session: Session) {
  return {
    user: session.user,
    epoch: session.epoch,
    node: node.config.id,
    incarnation: node.config.incarnation,
    connection: session.connection.id,
    device: session.device,
  };
}

/** Tells the node of the connection that this one displaced. */
export function fenceDisplaced(
  node: NodeContext,
  session: Session,
  displaced: PresenceRecord,
): void {
  if (displaced.node === node.config.id) return;
  const by: PresenceRecord = { ...claimOf(node, session), released: false, heartbeatMs: 0 };
  node.ports.link.note(displaced.node, { type: "fence", user: session.user, by });
}

export function welcome(node: NodeContext, session: Session): void {
  const { config } = node;
  reply(node, session, {
    type: "connected",
    session: session.connection.id,
    epoch: session.epoch,
    serverTime: node.ports.clock.wallMs(),
    heartbeatMs: config.heartbeatMs,
    window: config.window,
    reconnect: { baseMs: config.reconnectBaseMs, capMs: config.reconnectCapMs },
  });
}

/** What the device holds, in pages; read by the backlog, forgotten behind it. */
export function have(node: NodeContext, session: Session, frame: HaveFrame): void {
  if (session.haveComplete) return;
  session.haveLogs += frame.logs.length;
  if (session.haveLogs > node.config.haveLogsMax) {
    node.parts.close(node, session, 4429, "too many logs");
    return;
  }
  if (frame.logs.length > 0) session.have ??= new Map();
  for (const [chat, device, n] of frame.logs) {
    let devices = session.have!.get(chat);
    if (devices === undefined) {
      devices = new Map();
      session.have!.set(chat, devices);
    }
    devices.set(device, n);
  }
  if (frame.more) return;
  session.haveComplete = true;
  const waiter = session.haveWaiter;
  session.haveWaiter = undefined;
  waiter?.();
}

function haveComplete(session: Session): Promise<void> | undefined {
  if (session.haveComplete) return undefined;
  return new Promise((resolve) => {
    session.haveWaiter = resolve;
  });
}

/** Frames that came before the roster was read are handled now, in order. */
export function handleEarly(node: NodeContext, session: Session): void {
  const early = session.early;
  session.early = undefined;
  if (early === undefined) return;
  // From here on they count as requests.
  session.heldBytes = 0;
  for (const frame of early) {
    if (!isOpen(session)) return;
    node.parts.frame(node, session, frame);
  }
}
