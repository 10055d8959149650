// What a signing-in client is brought up to date with: both audits, then the rows of each open entry. The
// same reading of the audits serves the re-reads after anomalies.
import type { ReceiptEntry, UnreadEntry } from "../ports/message-store.ts";
import { admits, leave, turn } from "./admission.ts";
import type { NodeContext } from "./context.ts";
import { addIncoming, findIncoming, findSettled } from "./logs.ts";
import { queueIsShort, reply } from "./reply.ts";
import { isOpen, type Session } from "./session.ts";

export async function backlog(node: NodeContext, session: Session): Promise<void> {
  for (let unseen = 0; ;) {
    session.tailWanted = false;
    if (!(await readAudits(node, session))) return;
    do {
      await node.parts.pump(node, session);
      if (!isOpen(session)) return;
    } while (session.behind !== undefined && session.behind.length > 0);
    if (session.tailWanted) continue;
    if (!hasUnstarted(session)) break;
    // Remembered meanwhile, but not seen in the audit yet: the mark was set before the delivery, so one more
    // reading sees it. A store that has lost it, or a replica behind, is asked again in peace.
    if (unseen++ === 0) continue;
    await node.ports.clock.sleep(node.config.retryMs);
    if (!isOpen(session)) return;
  }
  settleRest(session);
  session.phase = "live";
  node.ports.trace.event("synced", session.user, 0, session.device, 0);
  reply(node, session, { type: "synced" });
}

/** What the device has and no audit names: it is not to be sent again. One look at each log. */
function settleRest(session: Session): void {
  const { have, settled, incoming } = session;
  session.have = undefined;
  if (have === undefined) return;
  for (let index = 0; index < settled.length; index += 3)
    have.get(settled[index]!)?.delete(settled[index + 1]!);
  if (incoming !== undefined)
    for (const first of incoming.values())
      for (let log: typeof first | undefined = first; log !== undefined; log = log.next)
        have.get(log.chat)?.delete(log.device);
  for (const [chat, devices] of have)
    for (const [device, n] of devices) settled.push(chat, device, n);
}

async function readAudits(node: NodeContext, session: Session): Promise<boolean> {
  const { messages, trace, clock } = node.ports;
  for (;;) {
    if (!admits(node)) await turn(node);
    node.admission.underWay += 1;
    const unread = await messages.unreadEntries(session.user);
    leave(node, unread);
    if (!isOpen(session)) return false;
    if (unread.kind === "ok") {
      trace.point("login:unreadEntries/receiptEntries");
      const receipts = await messages.receiptEntries(session.user);
      if (!isOpen(session)) return false;
      if (receipts.kind === "ok") {
        trace.point("login:receiptEntries/rows");
        node.parts.takeUnread(node, session, unread.value);
        node.parts.takeReceipts(node, session, receipts.value);
        return true;
      }
    }
    await clock.sleep(node.config.retryMs);
    if (!isOpen(session)) return false;
  }
}

function hasUnstarted(session: Session): boolean {
  if (session.incoming === undefined) return false;
  for (const first of session.incoming.values())
    for (let log: typeof first | undefined = first; log !== undefined; log = log.next)
      if (!log.started) return true;
  return false;
}

/** What the device has, even if the entry is closed; else what was read. */
export function startOf(_node: NodeContext, session: Session, entry: UnreadEntry): number {
  return session.have?.get(entry.chat)?.get(entry.device) ?? entry.readN;
}

export function takeUnread(
  node: NodeContext,
  session: Session,
  entries: readonly UnreadEntry[],
): void {
  let hint = 0;
  for (const entry of entries) {
    const { chat, device, from, sentN } = entry;
    let log = findIncoming(session, chat, device);
    if (log === undefined) {
      const index = findSettled(session, chat, device, hint);
      if (index >= 0) hint = index + 3;
      const startN =
        index >= 0 ? session.settled[index + 2]! : node.parts.startOf(node, session, entry);
      if (sentN <= startN) {
        if (index < 0) session.settled.push(chat, device, startN);
        continue;
      }
      log = addIncoming(session, chat, device, from, startN);
    } else if (!log.started) {
      log.sentN = node.parts.startOf(node, session, entry);
      log.ackedN = log.sentN;
      log.started = true;
    }
    // The rest are announced with their first row.
    if (!log.announced && sentN > log.sentN && queueIsShort(node, session))
      node.parts.announce(node, session, log);
    node.parts.remember(node, session, log, sentN);
  }
}

/** A receipt is due until its sender has acknowledged it, and told again at each reading: what does not fit now too. */
export function takeReceipts(
  node: NodeContext,
  session: Session,
  entries: readonly ReceiptEntry[],
): void {
  for (const { chat, device, readN, readAt, seenN } of entries)
    if (readN > seenN && queueIsShort(node, session))
      node.parts.pushReceipt(node, session, chat, device, readN, readAt);
}
