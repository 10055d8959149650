// One harmless example of every store port call, by the name under which its ends are counted.
import type { Outcome } from "../../server/ports/outcome.ts";
import type { NodeStorePorts } from "../../sim/stores/simulated-stores.ts";
import type { StoreName } from "../../sim/stores/store-profile.ts";
import { row } from "./message-store-contract.ts";
import { claimOf, epochOf } from "./presence-store-contract.ts";
import { copy, friendship } from "./roster-store-contract.ts";
import { body } from "./simulated-arm.ts";

export interface PortCallExample {
  readonly portCall: string;
  readonly store: StoreName;
  call(ports: NodeStorePorts): Promise<Outcome<unknown>>;
}

const LOG = { chat: 1, user: 2, device: 3 };
const FRIENDS = friendship(2, 5, 1, "0123456789ab01234567");
const EPOCH = epochOf(1000, 1);
const CONTEXT = { chat: 1, userLow: 2, userHigh: 5, keyVersion: 1 };
const BLOB = "00".repeat(16);
const SHA = "ab".repeat(32);
const BLOB_ROW = { blob: BLOB, chat: 1, owner: 2, bytes: 9, sha256: SHA, createdAt: 1 };

function on(
  store: StoreName,
  calls: Record<string, (ports: NodeStorePorts) => Promise<Outcome<unknown>>>,
): PortCallExample[] {
  return Object.entries(calls).map(([portCall, call]) => ({ portCall, store, call }));
}

export const PORT_CALLS: readonly PortCallExample[] = [
  ...on("cassandra", {
    "messages.append": ({ messages }) => messages.append([row(LOG, 1, "text")]),
    "messages.rows": ({ messages }) => messages.rows(LOG, 1, 9, 9),
    "messages.registerLog": ({ messages }) => messages.registerLog(LOG),
    "messages.logs": ({ messages }) => messages.logs(1),
    "messages.raiseSent": ({ messages }) => messages.raiseSent(5, 1, 3, 2, 1),
    "messages.raiseRead": ({ messages }) => messages.raiseRead(5, 1, 3, 1),
    "messages.unreadEntries": ({ messages }) => messages.unreadEntries(5),
    "messages.unreadEntry": ({ messages }) => messages.unreadEntry(5, 1, 3),
    "messages.raiseReceipt": ({ messages }) => messages.raiseReceipt(2, 1, 3, 5, 1, 1000),
    "messages.raiseSeen": ({ messages }) => messages.raiseSeen(2, 1, 3, 1),
    "messages.receiptEntries": ({ messages }) => messages.receiptEntries(2),
    "messages.recordBlob": ({ messages }) => messages.recordBlob(BLOB_ROW),
    "messages.blob": ({ messages }) => messages.blob(BLOB),
    "roster.request": ({ roster }) => roster.request({ to: 5, from: 2, requestedAt: 1 }),
    "roster.requests": ({ roster }) => roster.requests(5),
    "roster.establish": ({ roster }) => roster.establish(FRIENDS),
    "roster.friendship": ({ roster }) => roster.friendship(2, 5),
    "roster.putFriend": ({ roster }) => roster.putFriend(copy(FRIENDS, 2)),
    "roster.friends": ({ roster }) => roster.friends(2),
    "roster.friend": ({ roster }) => roster.friend(2, 5),
    "roster.rewrap": ({ roster }) => roster.rewrap(FRIENDS),
  }),
  ...on("redis", {
    "presence.hold": ({ presence }) => presence.hold([claimOf(2, EPOCH)]),
    "presence.release": ({ presence }) => presence.release(2, EPOCH),
    "presence.lookup": ({ presence }) => presence.lookup(2),
    "presence.lookupMany": ({ presence }) => presence.lookupMany([2]),
    "presence.renewLease": ({ presence }) =>
      presence.renewLease({ node: "node-1", incarnation: 1, address: "node-1:7420", state: "up" }),
  }),
  ...on("s3", {
    "blobs.put": ({ blobs }) => blobs.put(BLOB, body(9, SHA), SHA),
    "blobs.get": ({ blobs }) => blobs.get(BLOB),
  }),
  ...on("vault", {
    "vault.create": ({ vault }) => vault.create(CONTEXT),
    "vault.unwrap": ({ vault }) => vault.unwrap([{ key: FRIENDS, context: CONTEXT }]),
    "vault.rewrap": ({ vault }) => vault.rewrap(FRIENDS, CONTEXT),
  }),
];
