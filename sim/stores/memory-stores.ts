// What the simulated stores hold: the plain memory stores, shared by all nodes of a run.
import type { MemoryBlobStore } from "../../server/memory/blob-store.ts";
import type { MemoryKeyVault } from "../../server/memory/key-vault.ts";
import type { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import type { MemoryRosterStore } from "../../server/memory/roster-store.ts";

export interface MemoryStores {
  readonly messages: MemoryMessageStore;
  readonly roster: MemoryRosterStore;
  readonly presence: MemoryPresenceStore;
  readonly blobs: MemoryBlobStore;
  readonly vault: MemoryKeyVault;
}
