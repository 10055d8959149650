// Once a second, what every process of a live run uses and what its nodes say of themselves: columns for the
// series of the report, and what it all came to.
import type { ProcessUse as ProcessTotal } from "../../run/result.ts";
import type { LiveWorld } from "./live-world.ts";
import { nodeFigures, type NodeFigures } from "./node-figures.ts";
import { processUse, type ProcessUse } from "./processes.ts";
import type { ServiceName } from "./services/endpoints.ts";
import type { WatchedNode } from "./watched-node.ts";

const EVERY_MS = 1_000;
const PATIENCE_MS = 900;

export type StoreKind = "redis" | "cassandra" | "s3";

export interface NodeResources {
  readonly up: boolean;
  readonly sessions: number;
  readonly cpuShare: number;
  readonly rssBytes: number;
  readonly loopDelayMs: number;
  readonly gcShare: number;
  readonly sockets: number;
  readonly queuedBytes: number;
  /** Of one client. */
  readonly queuedBytesMax: number;
  readonly inFlight: number;
}

export interface ResourceSample {
  /** By node index. */
  readonly nodes: readonly NodeResources[];
  /** Since the last sample, all nodes together. */
  readonly calls: Readonly<Record<StoreKind, number>>;
  readonly frames: number;
  readonly linkRequestsWaiting: number;
  /** Of stores and of the generator's processes, by name. */
  readonly processes: ReadonlyMap<string, { readonly cpuShare: number; readonly rssBytes: number }>;
}

export interface ResourceTotals {
  readonly processes: readonly ProcessTotal[];
  readonly calls: Readonly<Record<StoreKind, number>>;
  readonly frames: number;
  readonly frameBytes: number;
  readonly storeBytes: number;
}

interface Followed {
  readonly name: string;
  readonly kind: ProcessTotal["kind"];
  readonly pid: () => number | undefined;
}

const NO_CALLS = { redis: 0, cassandra: 0, s3: 0 };

export class Resources {
  readonly #nodes: readonly NodeWatch[];
  readonly #processes: readonly ProcessWatch[];
  readonly #tell: (sample: ResourceSample) => void;
  readonly #calls = { ...NO_CALLS };
  #frames = 0;
  #frameBytes = 0;
  #storeBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The last look at the nodes' pages, as text: searched for secrets at the end. */
  lastPages: readonly string[] = [];

  /** Without a world: the stores and processes behind the nodes are somebody else's. */
  constructor(
    nodes: readonly WatchedNode[],
    world: LiveWorld | undefined,
    generator: readonly (() => number | undefined)[],
    tell: (sample: ResourceSample) => void,
  ) {
    this.#tell = tell;
    this.#nodes = nodes.map((node) => new NodeWatch(node));
    const followed: Followed[] = world === undefined ? [] : [...storesOf(world)];
    generator.forEach((pid, index) => {
      const name = index === 0 ? "generator" : `generator-${index + 1}`;
      followed.push({ name, kind: "generator", pid });
    });
    if (world?.proxies !== undefined)
      followed.push({ name: "proxies", kind: "proxies", pid: () => world.proxies?.pid });
    this.#processes = followed.map((one) => new ProcessWatch(one));
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sample(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  totals(): ResourceTotals {
    return {
      processes: [
        ...this.#nodes.map((node) => node.total()),
        ...this.#processes.map((watch) => watch.total()).filter(({ cpuSeconds }) => cpuSeconds > 0),
      ],
      calls: { ...this.#calls },
      frames: this.#frames,
      frameBytes: this.#frameBytes,
      storeBytes: this.#storeBytes,
    };
  }

  async #sample(): Promise<void> {
    const pages = await Promise.all(this.#nodes.map((node) => node.page()));
    this.lastPages = pages.filter((page) => page !== undefined);
    const calls = { ...NO_CALLS };
    let frames = 0;
    let linkRequestsWaiting = 0;
    const nodes = this.#nodes.map((node, index) => {
      const page = pages[index];
      const { resources, since } = node.look(page);
      if (since === undefined) return resources;
      for (const store of Object.keys(calls) as StoreKind[]) calls[store] += since.calls[store];
      frames += since.frames;
      linkRequestsWaiting += since.linkRequestsWaiting;
      this.#frameBytes += since.frameBytes;
      this.#storeBytes += since.storeBytes;
      return resources;
    });
    for (const store of Object.keys(calls) as StoreKind[]) this.#calls[store] += calls[store];
    this.#frames += frames;
    const processes = new Map<string, { cpuShare: number; rssBytes: number }>();
    for (const watch of this.#processes) {
      const use = watch.look();
      if (use !== undefined) processes.set(watch.followed.name, use);
    }
    this.#tell({ nodes, calls, frames, linkRequestsWaiting, processes });
  }
}

function storesOf({ sites, services }: LiveWorld): readonly Followed[] {
  const names = ["redis", ...sites.cassandra, "s3"] as readonly ServiceName[];
  return names.map((name) => ({ name, kind: "store", pid: () => services.pid(name) }));
}

class ProcessWatch {
  readonly followed: Followed;
  #pid = 0;
  #last: ProcessUse | undefined;
  #lastMs = 0;
  #cpuSeconds = 0;
  #cpuShareMax = 0;
  #rssBytesMax = 0;

  constructor(followed: Followed) {
    this.followed = followed;
  }

  look(): { readonly cpuShare: number; readonly rssBytes: number } | undefined {
    const pid = this.followed.pid();
    const use = pid === undefined ? undefined : processUse(pid);
    const nowMs = performance.now();
    // Another process under the name: its time begins anew.
    const last = pid === this.#pid ? this.#last : undefined;
    const overS = (nowMs - this.#lastMs) / 1000;
    this.#pid = pid ?? 0;
    this.#last = use;
    this.#lastMs = nowMs;
    if (use === undefined) return undefined;
    this.#rssBytesMax = Math.max(this.#rssBytesMax, use.rssBytes);
    if (last === undefined) return { cpuShare: 0, rssBytes: use.rssBytes };
    const usedSeconds = Math.max(0, use.cpuSeconds - last.cpuSeconds);
    const cpuShare = usedSeconds / overS;
    this.#cpuSeconds += usedSeconds;
    this.#cpuShareMax = Math.max(this.#cpuShareMax, cpuShare);
    return { cpuShare, rssBytes: use.rssBytes };
  }

  total(): ProcessTotal {
    return {
      name: this.followed.name,
      kind: this.followed.kind,
      cpuSeconds: rounded(this.#cpuSeconds),
      cpuShareMax: rounded(this.#cpuShareMax),
      rssBytesMax: this.#rssBytesMax,
    };
  }
}

const DOWN: NodeResources = {
  up: false,
  sessions: 0,
  cpuShare: 0,
  rssBytes: 0,
  loopDelayMs: 0,
  gcShare: 0,
  sockets: 0,
  queuedBytes: 0,
  queuedBytesMax: 0,
  inFlight: 0,
};

class NodeWatch {
  readonly #node: WatchedNode;
  readonly #process: ProcessWatch;
  #last: NodeFigures | undefined;
  #life = 0;
  #lastMs = 0;
  #loopDelayMsMax = 0;
  #gcSeconds = 0;

  constructor(node: WatchedNode) {
    this.#node = node;
    const { id } = node.spec;
    this.#process = new ProcessWatch({ name: id, kind: "node", pid: () => node.pid });
  }

  /** What /metrics says; undefined where the node is down, paused or late. */
  async page(): Promise<string | undefined> {
    if (!this.#node.ready) return undefined;
    const { host, port } = this.#node.spec;
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await fetch(`http://${host}:${port}/metrics`, { signal });
      const text = await answer.text();
      return answer.ok ? text : undefined;
    } catch {
      return undefined;
    }
  }

  look(page: string | undefined): {
    readonly resources: NodeResources;
    readonly since: NodeFigures | undefined;
  } {
    const looked = this.#process.look();
    const isHere = this.#node.pid !== undefined;
    if (!this.#node.running || (isHere && looked === undefined))
      return { resources: DOWN, since: undefined };
    const use = looked ?? { cpuShare: 0, rssBytes: 0 };
    const nowMs = performance.now();
    const overS = Math.max(0.001, (nowMs - this.#lastMs) / 1000);
    if (page === undefined) {
      // It runs, but says nothing: what it uses is known all the same.
      const resources = { ...DOWN, up: this.#node.ready, ...use };
      return { resources, since: undefined };
    }
    const now = nodeFigures(page);
    const sameLife = this.#life === this.#node.lives;
    const since = sameLife && this.#last !== undefined ? difference(now, this.#last) : now;
    this.#last = now;
    this.#life = this.#node.lives;
    this.#lastMs = nowMs;
    this.#gcSeconds += since.gcSeconds;
    this.#loopDelayMsMax = Math.max(this.#loopDelayMsMax, now.loopDelayMs);
    const { sessions, loopDelayMs, sockets, queuedBytes, queuedBytesMax, inFlight } = now;
    const gcShare = since.gcSeconds / overS;
    const levels = { sessions, loopDelayMs, sockets, queuedBytes, queuedBytesMax, inFlight };
    const resources = { up: true, ...use, ...levels, gcShare };
    return { resources, since };
  }

  total(): ProcessTotal {
    return {
      ...this.#process.total(),
      loopDelayMsMax: rounded(this.#loopDelayMsMax),
      gcSeconds: rounded(this.#gcSeconds),
    };
  }
}

/** Levels are as they are now; sums are what was added. */
function difference(now: NodeFigures, before: NodeFigures): NodeFigures {
  return {
    ...now,
    gcSeconds: now.gcSeconds - before.gcSeconds,
    frames: now.frames - before.frames,
    frameBytes: now.frameBytes - before.frameBytes,
    storeBytes: now.storeBytes - before.storeBytes,
    calls: {
      redis: now.calls.redis - before.calls.redis,
      cassandra: now.calls.cassandra - before.calls.cassandra,
      s3: now.calls.s3 - before.calls.s3,
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
