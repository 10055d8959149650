// A message store from which rows are gone, though their audit entries are not: for planted bugs that delete what
// they should keep. A row that is gone is found by no reading and by no scan.
import { MemoryMessageStore, type MessageStoreScan } from "../../server/memory/message-store.ts";
import type { LogId, MessageRow } from "../../server/ports/message-store.ts";

export abstract class HiddenRows extends MemoryMessageStore {
  protected abstract isGone(row: MessageRow): boolean;

  override rowsNow(log: LogId, firstN: number, lastN: number, limit: number): MessageRow[] {
    return super.rowsNow(log, firstN, lastN, limit).filter((row) => !this.isGone(row));
  }

  override scan(visit: MessageStoreScan): void {
    super.scan({
      row: (row) => {
        if (!this.isGone(row)) visit.row(row);
      },
      registeredLog: (log) => visit.registeredLog(log),
      unread: (user, chat, device, from, sentN, readN) =>
        visit.unread(user, chat, device, from, sentN, readN),
      receipt: (user, chat, device, reader, readN, readAt, seenN) =>
        visit.receipt(user, chat, device, reader, readN, readAt, seenN),
      blob: (row) => visit.blob(row),
    });
  }
}
