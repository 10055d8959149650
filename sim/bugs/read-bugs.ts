// Wrong orders between the two watermarks of a read, its receipt and the receipt's acknowledgement.
import { spawn } from "../../server/core/context.ts";
import { push } from "../../server/core/deliver.ts";
import { storeRead } from "../../server/core/read.ts";
import { pushReceipt } from "../../server/core/receipts.ts";
import { OK } from "../../server/ports/outcome.ts";
import type { PlantedBug } from "./bug.ts";

const receiptOnlyIfOffline: PlantedBug = {
  id: 13,
  name: "receipt-only-if-offline",
  rule: "RCP2",
  symptom: "read_audit is written only if the sender looks offline: the receipt is lost",
  plant: () => ({
    nodeParts: () => ({
      storeRead: async (node, session, log, n, readAt) => {
        const answer = await node.parts.lookupOwner(node, log.from);
        if (answer.owner === undefined) return storeRead(node, session, log, n, readAt);
        return node.parts.raiseRead(node, session, log, n);
      },
    }),
  }),
};

const closedBeforeDue: PlantedBug = {
  id: 14,
  name: "read-closed-before-receipt-due",
  rule: "RCP2",
  symptom:
    "unread_audit is closed before read_audit is raised, the node dies between: receipt lost",
  plant: () => ({
    nodeParts: () => ({
      storeRead: async (node, session, log, n, readAt) => {
        const { messages, trace } = node.ports;
        // What is closed was read before: nothing to do. Right, if the receipt were due by then.
        const entry = await messages.unreadEntry(session.user, log.chat, log.device);
        if (entry.kind === "ok" && entry.value !== undefined && entry.value.readN >= n) return OK;
        const closed = await node.parts.raiseRead(node, session, log, n);
        if (closed.kind !== "ok") return closed;
        trace.point("read:raiseReceipt/raiseRead");
        return node.parts.raiseReceipt(node, session, log, n, readAt);
      },
    }),
  }),
};

const receiptOnDelivery: PlantedBug = {
  id: 15,
  name: "receipt-on-delivery",
  rule: "RCP2",
  symptom: "the receipt is sent on delivery, not on read: a false receipt",
  plant: () => ({
    nodeParts: () => ({
      push: (node, session, log, message) => {
        push(node, session, log, message);
        if (message.n <= log.tellN) return;
        log.tellN = message.n;
        log.tellReadAt = node.ports.clock.wallMs();
        if (!log.telling) spawn(node, node.parts.tellSender(node, session, log));
      },
    }),
  }),
};

const seenWhenSent: PlantedBug = {
  id: 17,
  name: "receipt-seen-when-sent",
  rule: "RCP2",
  symptom: "seen_n is raised when the receipt is sent, not when it is acknowledged: lost on a cut",
  plant: () => ({
    nodeParts: () => ({
      pushReceipt: (node, session, chat, device, n, readAt) => {
        pushReceipt(node, session, chat, device, n, readAt);
        spawn(node, node.ports.messages.raiseSeen(session.user, chat, device, n));
      },
      receiptOk: () => Promise.resolve(),
    }),
  }),
};

const readNotBounded: PlantedBug = {
  id: 37,
  name: "read-not-bounded",
  rule: "UNR2",
  symptom: "a read is not held against sent_n: an entry is closed for what was never sent",
  plant: () => ({ nodeParts: () => ({ readBound: () => Promise.resolve("within") }) }),
};

export const READ_BUGS: readonly PlantedBug[] = [
  receiptOnlyIfOffline,
  closedBeforeDue,
  receiptOnDelivery,
  seenWhenSent,
  readNotBounded,
];
