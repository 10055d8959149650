// Store ports that count what goes through them: calls by outcome, how long they take, bytes of ciphertext, keys that
// do not unwrap. They change nothing about a call.
import type { BlobStore } from "../ports/blob-store.ts";
import type { KeyVault, SealedKey } from "../ports/key-vault.ts";
import type { MessageRow, MessageStore } from "../ports/message-store.ts";
import type { Outcome } from "../ports/outcome.ts";
import type { PresenceStore } from "../ports/presence-store.ts";
import type { RosterStore } from "../ports/roster-store.ts";
import { type Log, Seldom } from "./logging.ts";
import type { NodeMetrics } from "./metrics.ts";

export interface StorePorts {
  readonly presence: PresenceStore;
  readonly messages: MessageStore;
  readonly roster: RosterStore;
  readonly blobs: BlobStore;
  readonly vault: KeyVault;
}

export function meteredPorts(stores: StorePorts, metrics: NodeMetrics, log: Log): StorePorts {
  const call = meter(metrics);
  const { presence, messages, roster, blobs, vault } = stores;
  const blobPut = call("blobs", "put", blobs.put.bind(blobs));
  const blobGet = call("blobs", "get", blobs.get.bind(blobs));
  return {
    presence: {
      hold: call("presence", "hold", presence.hold.bind(presence)),
      release: call("presence", "release", presence.release.bind(presence)),
      lookup: call("presence", "lookup", presence.lookup.bind(presence)),
      lookupMany: call("presence", "lookupMany", presence.lookupMany.bind(presence)),
      renewLease: call("presence", "renewLease", presence.renewLease.bind(presence)),
      bucket: presence.bucket.bind(presence),
    },
    messages: meteredMessages(messages, call, metrics),
    roster: {
      request: call("roster", "request", roster.request.bind(roster)),
      requests: call("roster", "requests", roster.requests.bind(roster)),
      establish: call("roster", "establish", roster.establish.bind(roster)),
      friendship: call("roster", "friendship", roster.friendship.bind(roster)),
      putFriend: call("roster", "putFriend", roster.putFriend.bind(roster)),
      friends: call("roster", "friends", roster.friends.bind(roster)),
      friend: call("roster", "friend", roster.friend.bind(roster)),
      rewrap: call("roster", "rewrap", roster.rewrap.bind(roster)),
    },
    blobs: { put: blobPut, get: blobGet },
    vault: meteredVault(vault, call, metrics, log),
  };
}

function meteredMessages(
  messages: MessageStore,
  call: ReturnType<typeof meter>,
  metrics: NodeMetrics,
): MessageStore {
  const bytes = (name: string) => metrics.storeBytes.cell({ port: "messages", call: name });
  const appended = bytes("append");
  const read = bytes("rows");
  const append = call("messages", "append", messages.append.bind(messages));
  const rows = call("messages", "rows", messages.rows.bind(messages));
  return {
    append: (batch) => {
      appended.value += sealedBytes(batch);
      return append(batch);
    },
    rows: async (log, firstN, lastN, limit) => {
      const outcome = await rows(log, firstN, lastN, limit);
      if (outcome.kind === "ok") read.value += sealedBytes(outcome.value);
      return outcome;
    },
    registerLog: call("messages", "registerLog", messages.registerLog.bind(messages)),
    logs: call("messages", "logs", messages.logs.bind(messages)),
    raiseSent: call("messages", "raiseSent", messages.raiseSent.bind(messages)),
    raiseRead: call("messages", "raiseRead", messages.raiseRead.bind(messages)),
    unreadEntries: call("messages", "unreadEntries", messages.unreadEntries.bind(messages)),
    unreadEntry: call("messages", "unreadEntry", messages.unreadEntry.bind(messages)),
    raiseReceipt: call("messages", "raiseReceipt", messages.raiseReceipt.bind(messages)),
    raiseSeen: call("messages", "raiseSeen", messages.raiseSeen.bind(messages)),
    receiptEntries: call("messages", "receiptEntries", messages.receiptEntries.bind(messages)),
    recordBlob: call("messages", "recordBlob", messages.recordBlob.bind(messages)),
    blob: call("messages", "blob", messages.blob.bind(messages)),
  };
}

/** A key that does not unwrap is no failed call: without a figure of its own nobody would see that a friend is missing. */
function meteredVault(
  vault: KeyVault,
  call: ReturnType<typeof meter>,
  metrics: NodeMetrics,
  log: Log,
): KeyVault {
  const missing = new Seldom<SealedKey>((times, { key, context }) =>
    log.warn({ times, kekId: key.kekId, chat: context.chat }, "keys of friendships do not unwrap"),
  );
  const unwrap = call("vault", "unwrap", vault.unwrap.bind(vault));
  return {
    create: call("vault", "create", vault.create.bind(vault)),
    unwrap: async (keys) => {
      const outcome = await unwrap(keys);
      if (outcome.kind !== "ok") return outcome;
      const failed = keys.filter((_, index) => outcome.value[index] === undefined);
      metrics.keysNotUnwrapped.value += failed.length;
      if (failed.length > 0) missing.happened(failed[0]!, failed.length);
      return outcome;
    },
    rewrap: call("vault", "rewrap", vault.rewrap.bind(vault)),
    currentKekId: vault.currentKekId.bind(vault),
  };
}

function sealedBytes(rows: readonly MessageRow[]): number {
  let bytes = 0;
  for (const row of rows) bytes += (row.body?.length ?? 0) + (row.thumbnail?.length ?? 0);
  return bytes;
}

/** Wraps one call of a port. A call that throws is a defect of its adapter and goes on to whoever called. */
function meter(metrics: NodeMetrics) {
  return <A extends readonly unknown[], T>(
    port: string,
    name: string,
    made: (...given: A) => Promise<Outcome<T>>,
  ): ((...given: A) => Promise<Outcome<T>>) => {
    const counted = (outcome: string) => metrics.storeCalls.cell({ port, call: name, outcome });
    const cells = { ok: counted("ok"), refused: counted("refused"), unknown: counted("unknown") };
    const seconds = metrics.storeSeconds.newCell({ port, call: name });
    return (...given) => {
      const startMs = performance.now();
      return made(...given).then((outcome) => {
        cells[outcome.kind].value += 1;
        seconds.observe((performance.now() - startMs) / 1000);
        return outcome;
      });
    };
  };
}
