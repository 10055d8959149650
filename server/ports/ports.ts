// Everything a node is built on. A node owns none of it: who builds a node also closes its adapters.
import type { BlobStore } from "./blob-store.ts";
import type { Clock } from "./clock.ts";
import type { KeyVault } from "./key-vault.ts";
import type { MessageStore } from "./message-store.ts";
import type { NodeLink } from "./node-link.ts";
import type { PresenceStore } from "./presence-store.ts";
import type { Random } from "./random.ts";
import type { RosterStore } from "./roster-store.ts";
import type { Tokens } from "./tokens.ts";
import type { TraceSink } from "./trace-sink.ts";

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly link: NodeLink;
  readonly presence: PresenceStore;
  readonly messages: MessageStore;
  readonly roster: RosterStore;
  readonly blobs: BlobStore;
  readonly vault: KeyVault;
  readonly tokens: Tokens;
  readonly trace: TraceSink;
}
