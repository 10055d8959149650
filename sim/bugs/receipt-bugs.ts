// Receipts that are told for too much, move back, or are acknowledged for too little or too much.
import { forwardReceipt, raiseReceipt } from "../../server/core/read.ts";
import { receiptOk } from "../../server/core/receipts.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";

// apache/pulsar#5218: noted before it is persisted, so the repeat of one that failed counts as a duplicate.
const notedBeforeStored: PlantedBug = {
  id: 63,
  name: "acknowledgement-noted-before-stored",
  rule: "RCP1",
  symptom:
    "an acknowledged receipt is noted before it is stored: the repeat of a failed one is ignored",
  plant: () => {
    const noted = new Map<string, number>();
    return {
      nodeParts: () => ({
        receiptOk: async (node, session, chat, device, n) => {
          const key = `${session.user}/${chat}/${device}`;
          if (n <= (noted.get(key) ?? 0)) return;
          noted.set(key, n);
          await receiptOk(node, session, chat, device, n);
        },
      }),
    };
  },
};

// chattocorp/chatto#1296: a marker must clear what it covers, and not what else is pending.
const acknowledgedForAll: PlantedBug = {
  id: 64,
  name: "acknowledged-for-all",
  rule: "RCP1",
  symptom: "one acknowledgement counts for all receipts of its user: seen, and shown to nobody",
  plant: () => ({
    nodeParts: () => ({
      receiptOk: async (node, session, chat, device, n) => {
        await receiptOk(node, session, chat, device, n);
        const { messages } = node.ports;
        const due = await messages.receiptEntries(session.user);
        if (due.kind !== "ok") return;
        for (const entry of due.value)
          if (entry.readN > entry.seenN)
            await messages.raiseSeen(session.user, entry.chat, entry.device, entry.readN);
      },
    }),
  }),
};

class LastReceiptStands extends MemoryMessageStore {
  #isReceipt = false;

  override raiseReceiptNow(
    sender: UserId,
    chat: ChatId,
    device: DeviceId,
    reader: UserId,
    readN: number,
    readAt: number,
  ): number {
    this.#isReceipt = true;
    const standing = super.raiseReceiptNow(sender, chat, device, reader, readN, readAt);
    this.#isReceipt = false;
    return standing;
  }

  override raised(standing: number, offered: number): number {
    return this.#isReceipt ? offered : super.raised(standing, offered);
  }
}

// matrix-org/matrix-js-sdk#75: of two receipts the one that came last stands, not the later one.
const lastReceiptStands: PlantedBug = {
  id: 65,
  name: "last-receipt-stands",
  rule: "RCP3",
  symptom: "of two receipts the one written last stands: read_n of read_audit moves back",
  plant: () => ({ messages: (packing) => new LastReceiptStands(packing) }),
};

// openimsdk/open-im-server#2374: a conversation is set to read up to its end, seen or not.
const readToTheEnd: PlantedBug = {
  id: 66,
  name: "read-to-the-end",
  rule: "RCP3",
  symptom: "a read counts up to the end of the log: a receipt for what its reader has not seen",
  plant: () => ({
    nodeParts: () => ({
      raiseReceipt: (node, session, log, n, readAt) =>
        raiseReceipt(node, session, log, Math.max(n, log.coveredN), readAt),
      forwardReceipt: (node, session, log, owner, n, readAt) =>
        forwardReceipt(node, session, log, owner, Math.max(n, log.coveredN), readAt),
    }),
  }),
};

export const RECEIPT_BUGS: readonly PlantedBug[] = [
  notedBeforeStored,
  acknowledgedForAll,
  lastReceiptStands,
  readToTheEnd,
];
