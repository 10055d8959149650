// What is sampled once a second: sessions and processors of nodes, calls to the stores, frames, queues.
import type { Scope } from "./scope.ts";
import type { Column, Seconds } from "./seconds.ts";
import { Counter, Gauge } from "./tally.ts";
import { STORES, type Watch } from "./watch.ts";

export interface NodeSample {
  readonly up: boolean;
  /** Open connections. */
  readonly sessions: number;
  /** Share of one core in use since the last sample, 0 to 1. */
  readonly cpuShare: number;
  /** The longest that a task which began since the last sample waited for the processor. */
  readonly cpuWaitUs: number;
  /** Resident memory; live runs only. */
  readonly rssBytes?: number;
}

export interface StoreSample {
  /** Calls since the last sample. */
  readonly calls: number;
  /** Calls that wait for a worker of the store now. */
  readonly queued: number;
}

export interface SecondSample {
  /** By node index. */
  readonly nodes: readonly NodeSample[];
  readonly stores: { readonly [store in (typeof STORES)[number]]: StoreSample };
  /** Frames between devices and nodes since the last sample, both ways. */
  readonly frames: number;
  /** Messages that wait on links between nodes now. */
  readonly linkQueue?: number;
}

interface NodeColumns {
  readonly sessions: Column;
  readonly cpu: Column;
  readonly wait: Column;
}

export class Levels {
  readonly sessions: Gauge;
  readonly cpu: Gauge;
  readonly delay: Gauge;
  readonly rss: Gauge;
  readonly storeOps: Counter;
  readonly frames: Counter;
  readonly #scope: Scope;
  readonly #nodes: readonly NodeColumns[];
  readonly #calls: readonly Column[];
  readonly #queues: readonly Column[];
  readonly #framesPerS: Column;
  readonly #linkQueue: Column;

  constructor(scope: Scope, watches: readonly Watch[], seconds: Seconds) {
    this.#scope = scope;
    this.sessions = new Gauge("sessions", scope, watches);
    this.cpu = new Gauge("node_cpu", scope, watches);
    this.delay = new Gauge("loop_delay", scope, watches);
    this.rss = new Gauge("node_rss", scope, watches);
    this.storeOps = new Counter("store_ops", scope, watches);
    this.frames = new Counter("frames", scope, watches);
    this.#nodes = Array.from({ length: scope.scenario.cluster.nodes }, (_, index) => ({
      sessions: seconds.sampled(`sessions{node:node-${index + 1}}`),
      cpu: seconds.sampled(`node_cpu{node:node-${index + 1}}`),
      wait: seconds.sampled(`loop_delay{node:node-${index + 1}}`),
    }));
    this.#calls = STORES.map((store) => seconds.sampled(`store_ops{store:${store}}`));
    this.#queues = STORES.map((store) => seconds.sampled(`store_queue{store:${store}}`));
    this.#framesPerS = seconds.sampled("frames");
    this.#linkQueue = seconds.sampled("link_queue");
  }

  sample(t: number, second: number, sample: SecondSample): void {
    const { phase } = this.#scope;
    this.#sampleNodes(t, second, sample.nodes);
    STORES.forEach((store, index) => {
      const { calls, queued } = sample.stores[store];
      this.storeOps.add(t, calls, phase, index);
      this.#calls[index]!.set(second, calls);
      this.#queues[index]!.set(second, queued);
    });
    this.frames.add(t, sample.frames, phase, 0);
    this.#framesPerS.set(second, sample.frames);
    if (sample.linkQueue !== undefined) this.#linkQueue.set(second, sample.linkQueue);
  }

  /** Untagged: all sessions together; of the others the worst node. */
  #sampleNodes(t: number, second: number, nodes: readonly NodeSample[]): void {
    let sessions = 0;
    let cpu = 0;
    let delayMs = 0;
    let rssBytes = 0;
    for (let node = 0; node < nodes.length; node += 1) {
      const sample = nodes[node]!;
      const waitMs = sample.cpuWaitUs / 1000;
      sessions += sample.sessions;
      cpu = Math.max(cpu, sample.cpuShare);
      delayMs = Math.max(delayMs, waitMs);
      this.sessions.node(t, node, sample.sessions);
      this.cpu.node(t, node, sample.cpuShare);
      this.delay.node(t, node, waitMs);
      if (sample.rssBytes !== undefined) {
        rssBytes = Math.max(rssBytes, sample.rssBytes);
        this.rss.node(t, node, sample.rssBytes);
      }
      const columns = this.#nodes[node];
      if (columns === undefined || !sample.up) continue;
      columns.sessions.set(second, sample.sessions);
      columns.cpu.set(second, sample.cpuShare);
      columns.wait.set(second, waitMs);
    }
    this.sessions.all(t, sessions);
    this.cpu.all(t, cpu);
    this.delay.all(t, delayMs);
    if (rssBytes > 0) this.rss.all(t, rssBytes);
  }
}
