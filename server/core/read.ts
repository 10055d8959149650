// A message was read. The receipt becomes due before the unread entry closes: a crash can repeat a
// receipt, never lose one.
import type { LinkReply } from "../ports/node-link.ts";
import { ok, type Outcome } from "../ports/outcome.ts";
import type { Epoch } from "../ports/presence-store.ts";
import type { ChatId, DeviceId, NodeId } from "../protocol/ids.ts";
import { learn } from "./admission.ts";
import { type NodeContext, type ReadBound, spawn } from "./context.ts";
import { addIncoming, findIncoming, reviveIncoming } from "./logs.ts";
import { begin, end, refuse, reply, unsure } from "./reply.ts";
import { friendOf, type IncomingLog, type Session } from "./session.ts";

export async function read(
  node: NodeContext,
  session: Session,
  chat: ChatId,
  device: DeviceId,
  n: number,
  readAt: number,
): Promise<void> {
  const re = { type: "read" as const, chat, device, n };
  const from = friendOf(session, chat);
  if (from === 0) {
    refuse(node, session, re, "not-friends");
    return;
  }
  if (!begin(node, session, re)) return;
  let log = findIncoming(session, chat, device);
  // The common case needs no store: the message was sent to this client.
  if (log === undefined || n > log.coveredN) {
    const bound = await node.parts.readBound(node, session, log, chat, device, n);
    if (bound !== "within") {
      end(node, session);
      refuse(node, session, re, bound);
      return;
    }
    log = reviveIncoming(session, chat, device, from);
    if (log === undefined) {
      log = addIncoming(session, chat, device, from, undefined);
      // A login's reading of the audits starts it; behind that nothing else would.
      if (session.phase === "live") spawn(node, node.parts.startLog(node, session, log));
    }
  }
  const outcome = await node.parts.storeRead(node, session, log, n, readAt);
  learn(node, outcome);
  end(node, session);
  if (outcome.kind === "refused") refuse(node, session, re, "unavailable");
  if (outcome.kind === "unknown") unsure(node, session, re);
  if (outcome.kind !== "ok") return;
  node.ports.trace.event("read-stored", session.user, chat, device, n);
  node.ports.trace.point("read:raiseRead/read-ok");
  reply(node, session, { type: "read-ok", chat, device, n });
  node.ports.trace.point("read:read-ok/lookup");
  if (n > log.tellN) {
    log.tellN = n;
    log.tellReadAt = readAt;
  }
  if (!log.telling) spawn(node, node.parts.tellSender(node, session, log));
}

/** What is set too high can never be set back: n must be covered by the audit entry. */
export async function readBound(
  node: NodeContext,
  session: Session,
  log: IncomingLog | undefined,
  chat: ChatId,
  device: DeviceId,
  n: number,
): Promise<ReadBound> {
  const entry = await node.ports.messages.unreadEntry(session.user, chat, device);
  learn(node, entry);
  if (entry.kind !== "ok") return "unavailable";
  if (entry.value === undefined) return "unknown-log";
  if (log !== undefined) node.parts.remember(node, session, log, entry.value.sentN);
  return n <= entry.value.sentN ? "within" : "beyond-log";
}

export async function storeRead(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  n: number,
  readAt: number,
): Promise<Outcome<undefined>> {
  node.ports.trace.point("read:unreadEntry/raiseReceipt");
  const due = await node.parts.raiseReceipt(node, session, log, n, readAt);
  if (due.kind !== "ok") return due;
  node.ports.trace.point("read:raiseReceipt/raiseRead");
  const closed = await node.parts.raiseRead(node, session, log, n);
  // The receipt is due already: no longer surely undone.
  return closed.kind === "refused" ? { kind: "unknown" } : closed;
}

export function raiseReceipt(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  n: number,
  readAt: number,
): Promise<Outcome<undefined>> {
  const { chat, device, from } = log;
  return node.ports.messages.raiseReceipt(from, chat, device, session.user, n, readAt);
}

export function raiseRead(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  n: number,
): Promise<Outcome<undefined>> {
  return node.ports.messages.raiseRead(session.user, log.chat, log.device, n);
}

/** Looks the sender up and hands the receipt over; of several only the newest, watermarks are cumulative. */
export async function tellSender(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
): Promise<void> {
  log.telling = true;
  node.telling += 1;
  let toldN = 0;
  let refusals = 0;
  while (toldN < log.tellN) {
    const n = log.tellN;
    const readAt = log.tellReadAt;
    const answer = await node.parts.lookupOwner(node, log.from);
    let notOwner = false;
    if (answer.owner !== undefined) {
      node.ports.trace.point("read:lookup/receipt");
      const outcome = await node.parts.forwardReceipt(node, session, log, answer.owner, n, readAt);
      notOwner = outcome.kind === "ok" && outcome.value.type === "not-owner";
    }
    if (notOwner) {
      refusals += 1;
      if (node.parts.lookAgain(node, refusals)) continue;
    }
    refusals = 0;
    if (answer.final) toldN = n;
    else await node.ports.clock.sleep(node.config.retryMs);
  }
  log.telling = false;
  node.telling -= 1;
}

export async function forwardReceipt(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  owner: { readonly node: NodeId; readonly epoch: Epoch },
  n: number,
  readAt: number,
): Promise<Outcome<LinkReply>> {
  const { chat, device, from } = log;
  if (owner.node === node.config.id)
    return ok(node.parts.receipt(node, from, owner.epoch, chat, device, n, readAt));
  node.ports.trace.event("receipt-forwarded", from, chat, device, n);
  return node.ports.link.request(owner.node, {
    type: "receipt",
    user: from,
    epoch: owner.epoch,
    chat,
    device,
    reader: session.user,
    n,
    readAt,
  });
}
