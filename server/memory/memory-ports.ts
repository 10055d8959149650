// The memory stores as ports: every call is answered at once, always known. For unit tests, and for three
// nodes in one process.
import type { BlobStore } from "../ports/blob-store.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { MessageStore } from "../ports/message-store.ts";
import { OK, ok } from "../ports/outcome.ts";
import type { PresenceStore } from "../ports/presence-store.ts";
import type { RosterStore } from "../ports/roster-store.ts";
import type { MemoryBlobStore } from "./blob-store.ts";
import type { MemoryKeyVault } from "./key-vault.ts";
import type { MemoryMessageStore } from "./message-store.ts";
import type { MemoryPresenceStore } from "./presence-store.ts";
import type { MemoryRosterStore } from "./roster-store.ts";

export function messageStorePort(store: MemoryMessageStore): MessageStore {
  return {
    append: async (rows) => {
      store.appendNow(rows);
      return OK;
    },
    rows: async (log, firstN, lastN, limit) => ok(store.rowsNow(log, firstN, lastN, limit)),
    registerLog: async (log) => {
      store.registerLogNow(log);
      return OK;
    },
    logs: async (chat) => ok(store.logsNow(chat)),
    raiseSent: async (recipient, chat, device, from, sentN) => {
      store.raiseSentNow(recipient, chat, device, from, sentN);
      return OK;
    },
    raiseRead: async (recipient, chat, device, readN) => {
      store.raiseReadNow(recipient, chat, device, readN);
      return OK;
    },
    unreadEntries: async (user) => ok(store.unreadEntriesNow(user)),
    unreadEntry: async (user, chat, device) => ok(store.unreadEntryNow(user, chat, device)),
    raiseReceipt: async (sender, chat, device, reader, readN, readAt) => {
      store.raiseReceiptNow(sender, chat, device, reader, readN, readAt);
      return OK;
    },
    raiseSeen: async (sender, chat, device, seenN) => {
      store.raiseSeenNow(sender, chat, device, seenN);
      return OK;
    },
    receiptEntries: async (sender) => ok(store.receiptEntriesNow(sender)),
    recordBlob: async (row) => {
      store.recordBlobNow(row);
      return OK;
    },
    blob: async (blob) => ok(store.blobNow(blob)),
  };
}

export function rosterStorePort(store: MemoryRosterStore): RosterStore {
  return {
    request: async (request) => {
      store.requestNow(request);
      return OK;
    },
    requests: async (to) => ok(store.requestsNow(to)),
    establish: async (candidate) => ok(store.establishNow(candidate)),
    friendship: async (userLow, userHigh) => ok(store.friendshipNow(userLow, userHigh)),
    putFriend: async (row) => {
      store.putFriendNow(row);
      return OK;
    },
    friends: async (user) => ok(store.friendsNow(user)),
    friend: async (user, friend) => ok(store.friendNow(user, friend)),
    rewrap: async (friendship) => {
      store.rewrapNow(friendship);
      return OK;
    },
  };
}

export function presenceStorePort(store: MemoryPresenceStore): PresenceStore {
  return {
    hold: async (claims) => ok(store.holdNow(claims)),
    release: async (user, epoch) => {
      store.releaseNow(user, epoch);
      return OK;
    },
    lookup: async (user) => ok(store.lookupNow(user)),
    lookupMany: async (users) => ok(store.lookupManyNow(users)),
    renewLease: async (lease) => ok({ standing: store.renewLeaseNow(lease) }),
    bucket: (user) => store.bucket(user),
  };
}

export function blobStorePort(store: MemoryBlobStore): BlobStore {
  return {
    put: async (blob, body, sha256) => store.putNow(blob, body, sha256),
    get: async (blob) => ok(store.getNow(blob)),
  };
}

export function keyVaultPort(vault: MemoryKeyVault): KeyVault {
  return {
    create: async (context) => ok(vault.createNow(context)),
    unwrap: async (keys) => ok(vault.unwrapAllNow(keys)),
    rewrap: async (key, context) => vault.rewrapNow(key, context),
    currentKekId: () => vault.currentKekId(),
  };
}
