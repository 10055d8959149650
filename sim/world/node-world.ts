// What a node's host and its lives need of the simulated world around them.
import type { MessengerNode } from "../../server/core/node.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { Tokens } from "../../server/ports/tokens.ts";
import type { History } from "../history/history.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Streams } from "../kernel/random.ts";
import type { Network } from "../net/network.ts";
import type { Profile } from "../scenario/profile-types.ts";
import type { SimulatedStores } from "../stores/simulated-stores.ts";
import type { FrameEncoding } from "./encoded-frames.ts";
import type { Incarnation } from "./incarnation.ts";
import type { Quirks } from "./quirks.ts";
import type { SimulatedIds } from "./simulated-ids.ts";
import type { CrashPoints, TraceListener } from "./node-trace.ts";

export interface NodeIdentity {
  readonly id: string;
  readonly index: number;
  readonly life: number;
  readonly incarnation: number;
  readonly address: string;
}

/** Builds a node on its ports; planted bugs come in here. */
export type NodeFactory = (ports: Ports, identity: NodeIdentity) => MessengerNode;

export interface WorldCounters {
  frames: number;
}

export interface NodeWorld {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly stores: SimulatedStores;
  readonly profile: Profile;
  readonly streams: Streams;
  readonly seed32: number;
  readonly history: History;
  readonly tokens: Tokens;
  readonly nodes: readonly string[];
  readonly factory: NodeFactory;
  readonly crashPoints: CrashPoints;
  readonly traceListener: TraceListener | undefined;
  readonly counters: WorldCounters;
  readonly ids: SimulatedIds;
  /** Where the scenario asks for them. */
  readonly quirks: Quirks | undefined;
  /** Frames go through the codec where the scenario asks for it. */
  readonly encoding: FrameEncoding | undefined;
  readonly incarnationOf: (index: number, life: number, random: () => number) => Incarnation;
}
