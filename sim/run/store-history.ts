// What the store models see, told to the history: for the rules that are judged online in a simulation.
import type { History } from "../history/history.ts";
import type { Cipher } from "../device/ports.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { epochRank } from "../world/epoch-rank.ts";
import type { StoreObserver } from "../stores/store-observer.ts";

export function storeHistory(kernel: Kernel, history: History, cipher: Cipher): StoreObserver {
  return {
    rowApplied: (chat, device, n, kind) => history.rowApplied(kernel.now, chat, device, n, kind),
    sentRaised: (user, chat, device, n) => history.sentRaised(kernel.now, user, chat, device, n),
    readRaised: (user, chat, device, n) => history.readRaised(kernel.now, user, chat, device, n),
    receiptRaised: (user, chat, device, n, readAt) =>
      history.receiptRaised(kernel.now, user, chat, device, n, readAt),
    seenRaised: (user, chat, device, n) => history.seenRaised(kernel.now, user, chat, device, n),
    blobApplied: (blob) => history.blobApplied(kernel.now, cipher.blobNumber(blob)),
    presenceApplied: (record) => {
      history.presenceApplied(
        kernel.now,
        record.user,
        epochRank(record.epoch),
        record.released ? 1 : 0,
        Number(record.node.slice(5)) - 1,
        record.incarnation,
      );
    },
    presenceWiped: () => history.presenceWiped(kernel.now),
  };
}
