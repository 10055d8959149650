// The final scan: everything the stores hold, told to the history row by row, and a search for secrets that
// must not be there.
import { PLAIN_KEY } from "../../server/memory/key-vault.ts";
import type { MessageRow } from "../../server/ports/message-store.ts";
import type { WrappedKey } from "../../server/ports/roster-store.ts";
import type { Opaque } from "../../server/protocol/ids.ts";
import { KIND, type History } from "../history/history.ts";
import { SimulatedSealed, type SimulatedCipher } from "../device/simulated-cipher.ts";
import type { MemoryStores } from "../stores/memory-stores.ts";

const STORE = 0;

export function scanStores(
  memory: MemoryStores,
  cipher: SimulatedCipher,
  history: History,
  t: number,
): void {
  memory.messages.scan({
    row: (row) => {
      history.scanRow(
        t,
        row.chat,
        row.from,
        row.device,
        row.n,
        contentOf(row.body),
        KIND[row.kind],
        row.sentAt,
      );
      searchRow(row, history, t);
    },
    registeredLog: () => {},
    unread: (user, chat, device, from, sentN, readN) =>
      history.scanUnread(t, user, chat, device, from, sentN, readN),
    receipt: (user, chat, device, reader, readN, readAt, seenN) =>
      history.scanReceipt(t, user, chat, device, reader, readN, readAt, seenN),
    blob: (row) => history.scanBlob(t, cipher.blobNumber(row.blob), row.chat, row.owner),
  });
  const current = memory.vault.currentKekId();
  memory.roster.scan((row) => {
    history.scanFriend(t, row.user, row.friend, row.chat, row.kekId === current ? 1 : 0);
    searchKey(row, history, t);
  });
  memory.roster.scanFriendships((row) => searchKey(row, history, t));
  history.scanEnded(t);
}

/** The ordinal that the descriptor carries; 0 for a void. */
function contentOf(body: Opaque | undefined): number {
  return body instanceof SimulatedSealed ? body.content : 0;
}

/** Also of friendships that were made in mid-run: a plain key is known by its form. */
function searchKey(row: WrappedKey, history: History, t: number): void {
  history.canarySearched(t, STORE, PLAIN_KEY.test(row.wrapped) ? 1 : 0);
}

/** Whatever stands in a row must be sealed: a plain text there would be a leak. */
function searchRow(row: MessageRow, history: History, t: number): void {
  for (const part of [row.body, row.thumbnail])
    if (part !== undefined)
      history.canarySearched(t, STORE, part instanceof SimulatedSealed ? 0 : 1);
}
