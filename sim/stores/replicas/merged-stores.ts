// What the harness sees of the replicas as one store: what it plants goes to all of them, what it scans is what any
// of them holds. It takes no part in the calls of nodes.
import type { BlobRow } from "../../../server/ports/message-store.ts";
import type { FriendRow, Friendship } from "../../../server/ports/roster-store.ts";
import type { BlobId } from "../../../server/protocol/ids.ts";
import { MemoryMessageStore, type MessageStoreScan } from "../../../server/memory/message-store.ts";
import { MemoryRosterStore } from "../../../server/memory/roster-store.ts";
import type { OpaquePacking } from "../../../server/memory/opaque-packing.ts";
import { copyMessages, copyRoster } from "./copies.ts";
import type { Replica } from "./replica.ts";
import { StampedRoster } from "./stamped-roster.ts";

export class MergedMessages extends MemoryMessageStore {
  readonly #replicas: readonly Replica[];
  readonly #packing: OpaquePacking | undefined;

  constructor(replicas: readonly Replica[], packing: OpaquePacking | undefined) {
    super();
    this.#replicas = replicas;
    this.#packing = packing;
  }

  override recordBlobNow(row: BlobRow): void {
    for (const { stores } of this.#replicas) stores.messages.recordBlobNow(row);
  }

  override blobNow(blob: BlobId): BlobRow | undefined {
    for (const { stores } of this.#replicas) {
      const row = stores.messages.blobNow(blob);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  override scan(visit: MessageStoreScan): void {
    const merged = new MemoryMessageStore(this.#packing);
    for (const { stores } of this.#replicas) copyMessages(stores.messages, merged);
    merged.scan(visit);
  }
}

export class MergedRoster extends MemoryRosterStore {
  readonly #replicas: readonly Replica[];

  constructor(replicas: readonly Replica[]) {
    super();
    this.#replicas = replicas;
  }

  override establishNow(candidate: Friendship): Friendship {
    const [first, ...others] = this.#replicas;
    const stands = first!.stores.roster.establishNow(candidate);
    for (const { stores } of others) stores.roster.establishNow(stands);
    return stands;
  }

  override putFriendNow(row: FriendRow): void {
    for (const { stores } of this.#replicas) stores.roster.putFriendNow(row);
  }

  override scan(visit: (row: FriendRow) => void): void {
    this.#merged().scan(visit);
  }

  override scanFriendships(visit: (friendship: Friendship) => void): void {
    this.#merged().scanFriendships(visit);
  }

  #merged(): StampedRoster {
    const merged = new StampedRoster();
    for (const { stores } of this.#replicas) copyRoster(stores.roster, merged);
    return merged;
  }
}
