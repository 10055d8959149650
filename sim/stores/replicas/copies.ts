// The contents of one copy written into another, cell by cell.
import type { MemoryMessageStore } from "../../../server/memory/message-store.ts";
import type { StampedRoster } from "./stamped-roster.ts";

/** Everything that the one holds is written into the other; what stands there keeps its place by the usual rules. */
export function copyMessages(from: MemoryMessageStore, to: MemoryMessageStore): void {
  from.scan({
    row: (row) => void to.appendNow([row]),
    registeredLog: (log) => to.registerLogNow(log),
    unread(user, chat, device, sender, sentN, readN) {
      if (sentN > 0) to.raiseSentNow(user, chat, device, sender, sentN);
      if (readN > 0) to.raiseReadNow(user, chat, device, readN);
    },
    receipt(user, chat, device, reader, readN, readAt, seenN) {
      if (readN > 0) to.raiseReceiptNow(user, chat, device, reader, readN, readAt);
      if (seenN > 0) to.raiseSeenNow(user, chat, device, seenN);
    },
    blob: (row) => to.recordBlobNow(row),
  });
}

export function copyRoster(from: StampedRoster, to: StampedRoster): void {
  from.scanFriendships((friendship) => {
    to.establishNow(friendship);
    const stampUs = from.friendshipStampUs(friendship.userLow, friendship.userHigh);
    if (stampUs < 0) return;
    to.stampUs = stampUs;
    to.replaceFriendshipNow(friendship);
  });
  from.scan((row) => {
    to.stampUs = from.copyStampUs(row.user, row.friend);
    to.putFriendNow(row);
  });
  from.scanRequests((request) => {
    to.stampUs = from.requestStampUs(request.to, request.from);
    to.requestNow(request);
  });
}
