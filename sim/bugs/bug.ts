// What a planted bug is: a node, a device or a store built with one part replaced. Never an `if` in the
// server: the right code does not know that it can be wrong.
import type { NodeParts } from "../../server/core/context.ts";
import type { Limits } from "../../server/core/limits.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { OpaquePacking } from "../../server/memory/opaque-packing.ts";
import type { DeviceParts } from "../device/parts.ts";
import type { Cipher } from "../device/ports.ts";
import type { RuleId } from "../history/checker.ts";

export interface NodePlace {
  /** 0-based. */
  readonly index: number;
  /** How many lives the node had before this one. */
  readonly life: number;
}

export interface PlantedBug {
  /** The number in the zoo. */
  readonly id: number;
  readonly name: string;
  /** The rule that must catch it. */
  readonly rule: RuleId;
  readonly symptom: string;
  /** Where it is hunted, if not in the swarm, and why. */
  readonly scenario?: { readonly name: string; readonly why: string };

  /** Called once a life of a node, so that what a bug remembers dies with it. */
  readonly nodeParts?: (place: NodePlace) => Partial<NodeParts>;
  readonly limits?: Partial<Limits>;
  readonly ports?: (ports: Ports, place: NodePlace) => Ports;
  readonly deviceParts?: () => Partial<DeviceParts>;
  readonly messages?: (packing: OpaquePacking) => MemoryMessageStore;
  readonly cipher?: (cipher: Cipher) => Cipher;
  /** The incarnation of a node's later life, given the drawn one and the last. */
  readonly incarnation?: (drawn: number, before: number | undefined) => number;
}
