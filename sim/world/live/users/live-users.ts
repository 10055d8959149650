// The virtual users of a live run: starts the workers, merges what they tell, passes on what is asked of them.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { History } from "../../../history/history.ts";
import type { GeneratorHealth, LiveUsers, LiveUsersOptions } from "./contract.ts";
import { EventLane, laneWriter } from "./event-lane.ts";
import { HealthWatch } from "./health-watch.ts";
import { HistoryMerge } from "./history-merge.ts";
import type { Order, Report, WorkerSetup, WorkerStatus } from "./messages.ts";
import { SharedNodes } from "./shared-nodes.ts";
import { WorkerClock } from "./worker-clock.ts";

/** What concerns everybody's plan is ordered so long ahead, that all workers do it at the same point of it. */
const AHEAD_US = 200_000;
/** The harness's own lane of the merge; then two for each worker. */
const HARNESS_LANE = 0;

/** Settles when every worker stands ready; rejects where one cannot start. */
export async function startLiveUsers(options: LiveUsersOptions): Promise<LiveUsers> {
  const crew = new Crew(options);
  await crew.ready;
  return crew;
}

class Crew implements LiveUsers {
  readonly harness: History;
  readonly ready: Promise<void>;
  readonly #clock: WorkerClock;
  readonly #nodes: SharedNodes;
  readonly #merge: HistoryMerge;
  readonly #harnessLane: EventLane;
  readonly #watch: HealthWatch;
  readonly #workers: readonly Hand[];
  #quietStep = 0;
  #isStopped = false;

  constructor(options: LiveUsersOptions) {
    const { scenario, nodes, workers, history, startedNs, epochMs, tokenKey } = options;
    this.#clock = new WorkerClock(startedNs, epochMs);
    this.#nodes = new SharedNodes(nodes.length);
    this.#merge = new HistoryMerge(1 + 2 * workers, history);
    this.#harnessLane = new EventLane((chunk) => this.#merge.add(HARNESS_LANE, chunk));
    this.harness = laneWriter(this.#harnessLane);
    const heard = (worker: number, report: Report): void => this.#hear(worker, report);
    const sharedNodes = this.#nodes.memory;
    this.#workers = Array.from(
      { length: workers },
      (_, worker) =>
        new Hand(
          { worker, workers, scenario, nodes, sharedNodes, tokenKey, startedNs, epochMs },
          heard,
        ),
    );
    this.#watch = new HealthWatch();
    this.ready = Promise.all(this.#workers.map((hand) => hand.ready)).then(() => undefined);
  }

  begin(): void {
    this.#watch.begin();
    this.#order({ type: "begin" });
  }

  quiet(step: 1 | 2): void {
    this.#quietStep = step;
    this.#order({ type: "quiet", atUs: this.#soonUs(), step });
  }

  settled(): boolean {
    return this.#workers.every(
      ({ status }) =>
        status !== undefined && status.quietStep === this.#quietStep && status.settled,
    );
  }

  onlineCount(): number {
    return this.#workers[0]!.status?.online ?? 0;
  }

  syncedCount(): number {
    return this.#workers.reduce((sum, { status }) => sum + (status?.synced ?? 0), 0);
  }

  setListening(node: number, listening: boolean): void {
    this.#nodes.setListening(node, listening);
  }

  health(): GeneratorHealth {
    return this.#watch.health(this.#workers.map(({ status }) => status?.figures));
  }

  reconnectAll(): void {
    this.#order({ type: "reconnect-all", atUs: this.#soonUs() });
  }

  vanish(share: number): void {
    this.#order({ type: "vanish", atUs: this.#soonUs(), share });
  }

  slowReader(share: number, on: boolean): void {
    this.#order({ type: "slow-reader", atUs: this.#soonUs(), share, on });
  }

  halfOpen(share: number, on: boolean): void {
    this.#order({ type: "half-open", atUs: this.#soonUs(), share, on });
  }

  skew(byMs: number, driftPpm: number): void {
    this.#order({ type: "skew", atUs: this.#soonUs(), byMs, driftPpm });
  }

  failure(): Error | undefined {
    return this.#workers.find((hand) => hand.failure !== undefined)?.failure;
  }

  lagMs(): number {
    return Math.max(0, (this.#clock.nowUs() - this.#merge.heardUntilUs(HARNESS_LANE + 1)) / 1000);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#order({ type: "stop" });
    await Promise.all(this.#workers.map((hand) => hand.stopped));
    this.#harnessLane.flush();
    this.#merge.advance(HARNESS_LANE, Infinity);
    await this.#merge.drained();
    this.#watch.close();
  }

  #hear(worker: number, report: Report): void {
    const intended = HARNESS_LANE + 1 + 2 * worker;
    if (report.type === "chunk") this.#merge.add(intended + report.lane, report.chunk);
    if (report.type !== "status") return;
    this.#merge.advance(intended, report.intendedUntilUs);
    this.#merge.advance(intended + 1, report.seenUntilUs);
    this.#advanceHarness();
    if (!this.#isStopped) this.#watch.lagIs(this.lagMs());
  }

  /** Whatever the harness tells from here on is later than this. */
  #advanceHarness(): void {
    const nowUs = this.#clock.nowUs();
    this.#harnessLane.flush();
    this.#harnessLane.raise(nowUs);
    this.#merge.advance(HARNESS_LANE, nowUs);
  }

  #order(order: Order): void {
    for (const hand of this.#workers) hand.order(order);
  }

  #soonUs(): number {
    return Math.max(0, this.#clock.nowUs()) + AHEAD_US;
  }
}

/** One worker as the main thread sees it. */
class Hand {
  readonly ready: Promise<void>;
  readonly stopped: Promise<void>;
  /** The last one told. */
  status: WorkerStatus | undefined = undefined;
  /** What ended the thread before its time. */
  failure: Error | undefined = undefined;
  readonly #thread: Worker;

  constructor(setup: WorkerSetup, heard: (worker: number, report: Report) => void) {
    this.#thread = new Worker(workerFile(), { workerData: setup });
    this.ready = this.#until("ready");
    this.stopped = this.#until("stopped");
    this.stopped.catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
    });
    this.#thread.on("message", (report: Report) => {
      if (report.type === "status") this.status = report;
      heard(setup.worker, report);
    });
  }

  order(order: Order): void {
    this.#thread.postMessage(order);
  }

  #until(type: "ready" | "stopped"): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#thread.on("message", (report: Report) => {
        if (report.type === type) resolve();
      });
      this.#thread.on("error", reject);
      this.#thread.on("exit", (code) =>
        reject(new Error(`a worker of virtual users ended with ${code}`)),
      );
    });
  }
}

function workerFile(): URL {
  const isSource = import.meta.url.endsWith(".ts");
  const file = isSource ? "../../../../dist/sim/world/live/users/worker.js" : "./worker.js";
  const url = new URL(file, import.meta.url);
  if (!existsSync(fileURLToPath(url)))
    throw new Error("virtual users run from built code only: npm run build");
  return url;
}
