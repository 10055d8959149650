// Builds everything that one simulated run consists of, on one kernel: streams, history with its listeners,
// stores, nodes, people, faults. Driving it through its phases is run-sim.ts's.
import { createNode } from "../../server/core/node.ts";
import { createCheckers } from "../checks/registry.ts";
import type { Checker } from "../history/checker.ts";
import type { History, HistoryListener } from "../history/history.ts";
import { createHub } from "../history/hub.ts";
import { historyLines } from "../history/ndjson.ts";
import { SimulatedBlob } from "../device/simulated-cipher.ts";
import { Kernel } from "../kernel/kernel.ts";
import { Streams } from "../kernel/random.ts";
import { createMetrics, type Metrics } from "../measure/metrics.ts";
import type { Fault } from "../scenario/types.ts";
import { createSimulatedStores } from "../stores/simulated-stores.ts";
import { createPopulation, type Population } from "../users/population.ts";
import { FaultExecutor } from "../world/fault-executor.ts";
import { EPOCH_MS } from "../world/node-clock.ts";
import { SimulatedWorld } from "../world/simulated.ts";
import { plantedBug } from "./plant.ts";
import type { RunRequest } from "./requests.ts";
import { seedFriendship } from "./seed-stores.ts";
import { storeHistory } from "./store-history.ts";
import { describeFault } from "../faults/describe.ts";
