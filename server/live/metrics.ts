// What a node counts about itself, for /metrics. Process figures (CPU, RSS, event loop delay, GC) are
// prom-client's; the rest is counted here.
import { performance, type EventLoopUtilization } from "node:perf_hooks";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { NodeStats } from "../core/node.ts";
import type { LinkRequest } from "../ports/node-link.ts";
import type { TraceEvent } from "../ports/trace-sink.ts";
import { type Cell, CellMetric, TimeMetric } from "./metric-cells.ts";
import type { LinkCounts } from "./node-link.ts";

const LOOP_PRECISION_MS = 10;
/** Read for the gauges of the node's tables. */
const STATS = [
  ["sockets", "Open client sockets"],
  ["sessions", "Signed-in users"],
  ["queuedBytes", "Bytes that wait for clients to take them"],
  ["queuedBytesMax", "The largest queue of one client, in bytes"],
  ["inFlight", "Requests of clients that are not answered yet"],
  ["writing", "Logs that are being written"],
  ["telling", "Logs and reads whose owner is being told"],
  ["releasing", "Presence records that are being released"],
  ["friendsWatched", "Friends of this node's users, each once"],
  ["tailsQueued", "Users whose audits are to be read again"],
] as const satisfies readonly (readonly [keyof NodeStats, string])[];

export class NodeMetrics implements LinkCounts {
  readonly registry = new Registry();
  readonly storeSeconds: TimeMetric;
  readonly storeCalls: CellMetric;
  readonly storeBytes: CellMetric;
  readonly keysNotUnwrapped: Cell;
  readonly #frames: CellMetric;
  readonly #events: CellMetric;
  readonly #closes: CellMetric;
  readonly #refusals: CellMetric;
  readonly #linkRequests: CellMetric;
  readonly #blobRequests: CellMetric;
  readonly #blobBytes: CellMetric;
  readonly frameBytesIn: Cell;
  readonly frameBytesOut: Cell;

  constructor() {
    const { registry } = this;
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
    const counter = (name: string, help: string) =>
      new CellMetric(registry, "counter", `chatquake_${name}`, help);
    this.#frames = counter("frames_total", "Frames of clients, by direction and type");
    const bytes = counter("frame_bytes_total", "Bytes of frames' JSON text, by direction");
    this.frameBytesIn = bytes.cell({ direction: "in" });
    this.frameBytesOut = bytes.cell({ direction: "out" });
    this.#closes = counter("client_closes_total", "Client sockets closed by this node, by code");
    this.#refusals = counter(
      "clients_refused_total",
      "Client sockets that were not let in, by why",
    );
    this.#events = counter("events_total", "Trace events of the messenger");
    this.#linkRequests = counter("link_requests_total", "Requests to peers, by type and outcome");
    this.storeCalls = counter("store_calls_total", "Store calls, by port, call and outcome");
    this.storeBytes = counter("store_bytes_total", "Ciphertext moved by store calls, in bytes");
    this.keysNotUnwrapped = counter(
      "keys_not_unwrapped_total",
      "Friendships' keys that the vault could not unwrap, repeats included",
    ).cell();
    this.storeSeconds = new TimeMetric(
      registry,
      "chatquake_store_call_seconds",
      "How long store calls take",
    );
    this.#blobRequests = counter("blob_requests_total", "Requests for blobs, by method and status");
    this.#blobBytes = counter("blob_bytes_total", "Bytes of blobs, by direction");
    watchLoop(registry);
  }

  frame(direction: "in" | "out", type: string): Cell {
    return this.#frames.cell({ direction, type });
  }

  event(event: TraceEvent): Cell {
    return this.#events.cell({ event });
  }

  closed(code: number): void {
    this.#closes.cell({ code: String(code) }).value += 1;
  }

  /** Full, displaced before it had signed in, not ready yet, or dropped for want of any socket. */
  refused(why: "full" | "displaced" | "not-ready" | "sockets"): void {
    this.#refusals.cell({ why }).value += 1;
  }

  requested(type: LinkRequest["type"], outcome: "ok" | "refused" | "unknown"): void {
    this.#linkRequests.cell({ type, outcome }).value += 1;
  }

  blobRequest(method: "PUT" | "GET", status: number): void {
    this.#blobRequests.cell({ method, status: String(status) }).value += 1;
  }

  blobBytes(direction: "in" | "out", bytes: number): void {
    this.#blobBytes.cell({ direction }).value += bytes;
  }

  /** The node's tables as gauges, looked at when somebody reads the metrics. */
  watchNode(
    stats: () => NodeStats,
    links: () => { readonly up: number; readonly waiting: number },
  ): void {
    const { registry } = this;
    const cells: { readonly field: keyof NodeStats; readonly cell: Cell }[] = [];
    // The registry reads in the order of registration: this one fills the cells behind it.
    new Gauge({
      name: "chatquake_links_up",
      help: "Links to peers that are up",
      registers: [registry],
      collect() {
        const now = stats();
        for (const { field, cell } of cells) cell.value = now[field];
        const { up, waiting: asked } = links();
        waiting.value = asked;
        this.set(up);
      },
    });
    const gauge = (name: string, help: string) =>
      new CellMetric(registry, "gauge", `chatquake_${name}`, help).cell();
    const waiting = gauge("link_requests_waiting", "Requests to peers without an answer yet");
    for (const [field, help] of STATS) cells.push({ field, cell: gauge(snakeCase(field), help) });
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The share of time in which the event loop had work, since the last reading. */
function watchLoop(registry: Registry): void {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  new Gauge({
    name: "chatquake_loop_utilization",
    help: "Share of time in which the event loop had work, since the last reading",
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
}
