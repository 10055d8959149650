// The sender's side of a read: push the receipt, and count it seen only when the device says so.
import type { LinkReply } from "../ports/node-link.ts";
import type { Epoch } from "../ports/presence-store.ts";
import type { ChatId, DeviceId, UserId } from "../protocol/ids.ts";
import { learn } from "./admission.ts";
import type { NodeContext } from "./context.ts";
import { DELIVERED, NOT_OWNER } from "./deliver.ts";
import { findOwn, ownLog } from "./logs.ts";
import { begin, end, refuse, reply } from "./reply.ts";
import { friendOf, isOpen, type Session } from "./session.ts";

export function receipt(
  node: NodeContext,
  user: UserId,
  epoch: Epoch,
  chat: ChatId,
  device: DeviceId,
  n: number,
  readAt: number,
): LinkReply {
  const session = node.parts.ownerSession(node, user, epoch);
  if (session === undefined) {
    node.ports.trace.event("not-owner", user, chat, device, n);
    return NOT_OWNER;
  }
  node.parts.pushReceipt(node, session, chat, device, n, readAt);
  return DELIVERED;
}

export function pushReceipt(
  node: NodeContext,
  session: Session,
  chat: ChatId,
  device: DeviceId,
  n: number,
  readAt: number,
): void {
  const log = ownLog(session, chat, device);
  if (n > log.receiptN) log.receiptN = n;
  node.ports.trace.event("receipt-pushed", session.user, chat, device, n);
  reply(node, session, { type: "receipt", chat, device, n, readAt });
}

/** The device has the receipt. Not answered: where this fails, the receipt stays due and is told again. */
export async function receiptOk(
  node: NodeContext,
  session: Session,
  chat: ChatId,
  device: DeviceId,
  n: number,
): Promise<void> {
  const re = { type: "receipt-ok" as const, chat, device, n };
  if (friendOf(session, chat) === 0) {
    refuse(node, session, re, "not-friends");
    return;
  }
  if (!begin(node, session, re)) return;
  if (n > (findOwn(session, chat, device)?.receiptN ?? 0)) {
    // Not pushed in this session: what was read says how far it may go.
    const entries = await node.ports.messages.receiptEntries(session.user);
    const entry =
      entries.kind === "ok"
        ? entries.value.find((each) => each.chat === chat && each.device === device)
        : undefined;
    if (entry === undefined || n > entry.readN) {
      end(node, session);
      if (isOpen(session))
        refuse(node, session, re, entries.kind === "ok" ? "beyond-log" : "unavailable");
      return;
    }
  }
  node.ports.trace.point("receipt-ok:receiptEntries/raiseSeen");
  const outcome = await node.ports.messages.raiseSeen(session.user, chat, device, n);
  learn(node, outcome);
  end(node, session);
  if (outcome.kind === "ok")
    node.ports.trace.event("receipt-acknowledged", session.user, chat, device, n);
}
