// The simulated world of a run: stores, and nodes made of the messenger core, with a planted bug where the
// scenario names one.
import { createNode } from "../../server/core/node.ts";
import { DEFAULT_LIMITS } from "../../server/core/limits.ts";
import type { OpaquePacking } from "../../server/memory/opaque-packing.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { Plant } from "../bugs/bug.ts";
import type { SimulatedBlob } from "../device/simulated-cipher.ts";
import type { History } from "../history/history.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Streams } from "../kernel/random.ts";
import { createSimulatedStores } from "../stores/simulated-stores.ts";
import type { Incarnation } from "../world/incarnation.ts";
import { EPOCH_MS } from "../world/node-clock.ts";
import { WideStream } from "../world/node-random.ts";
import type { TraceListener } from "../world/node-trace.ts";
import type { NodeFactory, NodeIdentity, NodeWorld } from "../world/node-world.ts";
import { SimulatedWorld } from "../world/simulated.ts";
import type { Witness } from "./trace/lives/witness.ts";
import type { RunRequest } from "./requests.ts";
import { storeHistory } from "./store-history.ts";

export interface WorldParts {
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly request: RunRequest;
  readonly history: History;
  readonly bug: Plant | undefined;
  readonly trace: TraceListener | undefined;
  /** Sees what nodes do, in a second run that is to explain the first. */
  readonly witness?: Witness | undefined;
}

export function buildWorld(parts: WorldParts): SimulatedWorld {
  const { kernel, streams, request, history, bug } = parts;
  const keys = new WideStream(streams.stream("vault-keys"));
  return new SimulatedWorld({
    kernel,
    streams,
    scenario: request.scenario,
    profile: request.profile,
    history,
    factory: nodeFactory(kernel, bug, parts.witness),
    incarnationOf: incarnations(bug),
    ...(bug?.cipher === undefined ? {} : { cipherOf: bug.cipher }),
    ...(parts.trace === undefined ? {} : { traceListener: parts.trace }),
    makeStores: (_kernel, network, cipher) =>
      createSimulatedStores(kernel, network, request.profile.stores, {
        seed32: streams.seed32("stores"),
        epochMs: EPOCH_MS,
        id48: () => keys.int(1, 281_474_976_710_655),
        checksumOf: (body) => (body as SimulatedBlob).sha256,
        damage: (body) => (body as SimulatedBlob).damaged(),
        packing: cipher,
        observer: storeHistory(kernel, history, cipher),
        ...(bug?.messages === undefined ? {} : { memory: { messages: bug.messages(cipher) } }),
        ...(request.scenario.cluster.cassandra === undefined
          ? {}
          : { replicated: replicasOf(bug, cipher) }),
        ...(bug?.presence === undefined ? {} : { presence: bug.presence }),
      }),
  });
}

function replicasOf(bug: Plant | undefined, packing: OpaquePacking) {
  return {
    ...(bug?.messages === undefined ? {} : { messages: () => bug.messages!(packing) }),
    ...(bug?.levels === undefined ? {} : { levels: bug.levels }),
  };
}

function nodeFactory(
  kernel: Kernel,
  bug: Plant | undefined,
  witness: Witness | undefined,
): NodeFactory {
  return (ports: Ports, identity: NodeIdentity) => {
    const place = { index: identity.index, life: identity.life };
    const config = {
      ...DEFAULT_LIMITS,
      ...bug?.limits,
      id: identity.id,
      incarnation: identity.incarnation,
      address: identity.address,
    };
    const node = identity.index + 1;
    const seen = witness?.ports(ports, node) ?? ports;
    const planted = bug?.nodeParts?.(place) ?? {};
    return createNode(
      bug?.ports === undefined ? seen : bug.ports(seen, place),
      config,
      witness?.parts(planted, node) ?? planted,
      // A defect in the core is no behaviour to be simulated: it ends the run.
      (error) => kernel.stop(error),
    );
  };
}

function incarnations(bug: Plant | undefined): NodeWorld["incarnationOf"] {
  const last = new Map<number, number>();
  return (index, life, drawId): Incarnation => {
    const drawn = drawId();
    const id = bug?.incarnation?.(drawn, last.get(index)) ?? drawn;
    last.set(index, id);
    return { alive: true, id, life };
  };
}
