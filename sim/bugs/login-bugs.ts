// Wrong orders between a login's claim, its look at the audits and what is delivered meanwhile, and tails
// that are not read again when they should be.
import { startOf, takeUnread } from "../../server/core/backlog.ts";
import type { NodeContext } from "../../server/core/context.ts";
import { offer } from "../../server/core/deliver.ts";
import { addIncoming, findIncoming } from "../../server/core/logs.ts";
import { claim } from "../../server/core/login.ts";
import type { Session } from "../../server/core/session.ts";
import { linkChanged } from "../../server/core/tail.ts";
import { isOpen } from "../../server/core/session.ts";
import type { UnreadEntry } from "../../server/ports/message-store.ts";
import type { PlantedBug } from "./bug.ts";

const backlogBeforeClaim: PlantedBug = {
  id: 3,
  name: "backlog-before-claim",
  rule: "LIV3",
  symptom: "the backlog is read before the claim: a message in the gap stays unseen",
  plant: () => ({
    nodeParts: () => {
      const early = new Map<Session, readonly UnreadEntry[]>();
      return {
        claim: async (node, session) => {
          const entries = await node.ports.messages.unreadEntries(session.user);
          await node.ports.messages.receiptEntries(session.user);
          if (entries.kind === "ok") early.set(session, entries.value);
          return claim(node, session);
        },
        takeUnread: (node, session, entries) => {
          const read = early.get(session) ?? entries;
          early.delete(session);
          takeUnread(node, session, read);
        },
      };
    },
  }),
};

const liveBeforeBacklog: PlantedBug = {
  id: 6,
  name: "live-before-backlog",
  rule: "MSG5",
  symptom: "live messages go straight out while the backlog is under way: order broken",
  plant: () => ({
    nodeParts: () => ({
      offer: (node, session, message) => {
        if (session.phase === "live") return offer(node, session, message);
        const { chat, device, from, n } = message;
        const log =
          findIncoming(session, chat, device) ?? addIncoming(session, chat, device, from, n - 1);
        if (!log.announced) node.parts.announce(node, session, log);
        node.parts.push(node, session, log, message);
      },
    }),
  }),
};

const startFromRead: PlantedBug = {
  id: 7,
  name: "start-from-read",
  rule: "MSG4",
  symptom: "the backlog starts behind read_n although the device has more: shown twice",
  plant: () => ({
    nodeParts: () => ({
      startOf: (node, session, entry) => Math.min(entry.readN, startOf(node, session, entry)),
    }),
  }),
};

const tailOnLossOnly: PlantedBug = {
  id: 46,
  name: "tail-on-link-loss-only",
  rule: "LIV3",
  symptom:
    "tails are read again when a link is lost, not when it is back: sent during the cut, late",
  plant: () => ({
    nodeParts: () => ({
      linkChanged: (node, peer, up) => {
        if (up) node.drainingPeers.delete(peer);
        else linkChanged(node, peer, up);
      },
    }),
  }),
};

async function rereadUnread(node: NodeContext, session: Session): Promise<void> {
  session.tailWanted = true;
  if (session.phase !== "live" || session.tailReading) return;
  session.tailReading = true;
  while (session.tailWanted && isOpen(session)) {
    session.tailWanted = false;
    const unread = await node.ports.messages.unreadEntries(session.user);
    if (!isOpen(session)) break;
    if (unread.kind === "ok") {
      node.parts.takeUnread(node, session, unread.value);
      continue;
    }
    session.tailWanted = true;
    await node.ports.clock.sleep(node.config.retryMs);
  }
  session.tailReading = false;
}

const tailWithoutReceipts: PlantedBug = {
  id: 47,
  name: "tail-without-receipts",
  rule: "RCP2",
  symptom: "the tail re-read covers unread_audit only: a receipt comes late or never",
  plant: () => ({ nodeParts: () => ({ rereadTail: rereadUnread }) }),
};

export const LOGIN_BUGS: readonly PlantedBug[] = [
  backlogBeforeClaim,
  liveBeforeBacklog,
  startFromRead,
  tailOnLossOnly,
  tailWithoutReceipts,
];
