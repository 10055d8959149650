// What a planted bug is: a node, a device or a store built with one part replaced. Never an `if` in the
// server: the right code does not know that it can be wrong.
import type { NodeParts } from "../../server/core/context.ts";
import type { Limits } from "../../server/core/limits.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import type { OpaquePacking } from "../../server/memory/opaque-packing.ts";
import type { DeviceParts } from "../device/parts.ts";
import type { Cipher } from "../device/ports.ts";
import type { RuleId } from "../history/checker.ts";
import type { Level } from "../stores/replicas/level.ts";

export interface NodePlace {
  /** 0-based. */
  readonly index: number;
  /** How many lives the node had before this one. */
  readonly life: number;
}

/** What is replaced; what is absent stays right. */
export interface Plant {
  /** Called once a life of a node, so that what a bug remembers dies with it. */
  readonly nodeParts?: (place: NodePlace) => Partial<NodeParts>;
  readonly limits?: Partial<Limits>;
  readonly ports?: (ports: Ports, place: NodePlace) => Ports;
  readonly deviceParts?: Partial<DeviceParts>;
  readonly messages?: (packing: OpaquePacking) => MemoryMessageStore;
  /** At how many replicas a read or a write is done, where Cassandra has three. */
  readonly levels?: { readonly read?: Level; readonly write?: Level };
  readonly presence?: (redisNowMs: () => number) => MemoryPresenceStore;
  readonly cipher?: (cipher: Cipher) => Cipher;
  /** The incarnation of a node's later life, given the drawn one and the last. */
  readonly incarnation?: (drawn: number, before: number | undefined) => number;
}

/** Something wrong that can be planted; no rule has to see it. */
export interface Double {
  /** The number in the zoo; 0 for what is not in it. */
  readonly id: number;
  readonly name: string;
  readonly symptom: string;
  /** Called once a run: what a bug remembers beyond a node's life, all nodes of that run share. */
  plant(): Plant;
}

export interface PlantedBug extends Double {
  /** The rule that must catch it. */
  readonly rule: RuleId;
  /** Where it is hunted, if not in the swarm, and why. */
  readonly scenario?: { readonly name: string; readonly why: string };
}
