// Once a virtual second: what every node, store and link has to show, for the series of a report and for the
// rule that bounds everything.
import type { History } from "../history/history.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import type { Metrics } from "../measure/metrics.ts";
import type { NodeSample } from "../measure/levels.ts";
import { DEFAULT_LIMITS } from "../../server/core/limits.ts";
import { OUTBOX_MAX } from "../device/outbox.ts";
import type { StoreName } from "../stores/store-profile.ts";
import type { TraceListener } from "../world/node-trace.ts";
import type { NodeLife } from "../world/node-life.ts";
import type { NodeHost } from "../world/node-host.ts";
import type { SimulatedWorld } from "../world/simulated.ts";

const EVERY_US = 1_000_000;
/** Looking at every device and session is dear in a large population. */
const CROWD_USERS = 20_000;
const CROWD_LOOK_US = 10_000_000;

/** `what` of History.limitSampled. */
const CLIENT_QUEUE = 0;
const NODE_REQUESTS = 1;
const NODE_STORE_CALLS = 2;
const DELIVER_ATTEMPTS = 4;
const DEVICE_OUTBOX = 5;

/** A node's calls under way: each session may have its requests, each of them a few calls. */
const STORE_CALLS_MAX = 100_000;
/** Owners that one message may be offered to in vain, repeats of its send included. */
const DELIVER_ATTEMPTS_MAX = 24;

type MeasuredStore = Exclude<StoreName, "vault">;

export class Sampler {
  readonly world: SimulatedWorld;
  readonly #metrics: Metrics;
  readonly #history: History;
  readonly #largestOutbox: () => { readonly user: number; readonly messages: number };
  readonly #lookEveryUs: number;
  readonly #busyUs: number[];
  readonly #calls: Record<MeasuredStore, number> = { redis: 0, cassandra: 0, s3: 0 };
  #frames = 0;

  constructor(
    world: SimulatedWorld,
    metrics: Metrics,
    history: History,
    largestOutbox: () => { readonly user: number; readonly messages: number },
  ) {
    this.#largestOutbox = largestOutbox;
    const isCrowd = world.scenario.population.users > CROWD_USERS;
    this.#lookEveryUs = isCrowd ? CROWD_LOOK_US : EVERY_US;
    this.world = world;
    this.#metrics = metrics;
    this.#history = history;
    this.#busyUs = world.hosts.map(() => 0);
  }

  start(): void {
    this.world.kernel.after(EVERY_US, LABELS.sample, sampleNow, this as Sampler);
  }

  sample(): void {
    const { world } = this;
    const t = world.kernel.now;
    if (t % this.#lookEveryUs === 0) this.#outboxes(t);
    const nodes = world.hosts.map((host) => this.#node(host, t));
    const stores = {
      redis: this.#store("redis"),
      cassandra: this.#store("cassandra"),
      s3: this.#store("s3"),
    };
    const frames = world.counters.frames - this.#frames;
    this.#frames = world.counters.frames;
    this.#metrics.sample(t, { nodes, stores, frames });
    this.start();
  }

  #limits(index: number, life: NodeLife, t: number): void {
    const stats = life.node.stats();
    const { clientQueueBytesMax, pageBytesMax, requestsInFlightMax } = DEFAULT_LIMITS;
    const queueMax = clientQueueBytesMax + pageBytesMax;
    this.#history.limitSampled(t, CLIENT_QUEUE, index, stats.queuedBytesMax, queueMax);
    const requestsMax = requestsInFlightMax * Math.max(1, stats.sockets);
    this.#history.limitSampled(t, NODE_REQUESTS, index, stats.inFlight, requestsMax);
    const calls = life.storeCalls();
    this.#history.limitSampled(t, NODE_STORE_CALLS, index, calls, STORE_CALLS_MAX);
  }

  #outboxes(t: number): void {
    const { user, messages } = this.#largestOutbox();
    this.#history.limitSampled(t, DEVICE_OUTBOX, user, messages, OUTBOX_MAX);
  }

  #store(name: MeasuredStore): { readonly calls: number; readonly queued: number } {
    const model = this.world.stores.models[name];
    const calls = model.calls - this.#calls[name];
    this.#calls[name] = model.calls;
    return { calls, queued: this.world.stores.queued(name) };
  }

  #node(host: NodeHost, t: number): NodeSample {
    const { life } = host;
    const busyUs = host.busyUsBefore + (life?.cpu.busyUs ?? 0);
    const cpuShare = (busyUs - this.#busyUs[host.index]!) / EVERY_US;
    this.#busyUs[host.index] = busyUs;
    if (life === undefined) return { up: false, sessions: 0, cpuShare, cpuWaitUs: 0 };
    if (t % this.#lookEveryUs === 0) this.#limits(host.index, life, t);
    const cpuWaitUs = Math.max(0, life.cpu.departureUs() - t);
    return { up: true, sessions: life.clients.size, cpuShare, cpuWaitUs };
  }
}

function sampleNow(sampler: Sampler): void {
  sampler.sample();
}

/** Counts in vain offers of one message: nothing may be handed to and fro for ever. */
export function watchDeliveries(
  kernel: Kernel,
  history: () => History,
  other: TraceListener | undefined,
): TraceListener {
  const attempts = new Map<number, Map<number, { n: number; count: number }>>();
  return (node, event, user, chat, device, n) => {
    other?.(node, event, user, chat, device, n);
    if (event !== "not-owner" || n === 0) return;
    let ofChat = attempts.get(chat);
    if (ofChat === undefined) {
      ofChat = new Map<number, { n: number; count: number }>();
      attempts.set(chat, ofChat);
    }
    const last = ofChat.get(device);
    if (last === undefined || last.n !== n) ofChat.set(device, { n, count: 1 });
    else last.count++;
    const count = ofChat.get(device)!.count;
    history().limitSampled(kernel.now, DELIVER_ATTEMPTS, user, count, DELIVER_ATTEMPTS_MAX);
  };
}
