// Builds everything that one simulated run consists of, on one kernel: streams, history with its listeners,
// stores, nodes, people, faults. Driving it through its phases is run-sim.ts's.
import type { Checks } from "../checks/registry.ts";
import { DEVICE_PARTS } from "../device/parts.ts";
import type { RuleId, RuleResult } from "../history/checker.ts";
import type { History, HistoryListener } from "../history/history.ts";
import { createHub } from "../history/hub.ts";
import { hostKernelOptions } from "./kernel-host.ts";
import { lineWriter } from "../history/ndjson.ts";
import { Kernel } from "../kernel/kernel.ts";
import { Streams } from "../kernel/random.ts";
import { createMetrics, type Measured, type Metrics } from "../measure/metrics.ts";
import { createUnmeasured } from "../measure/unmeasured.ts";
import { describeFault } from "../faults/describe.ts";
import type { Plant } from "../bugs/bug.ts";
import type { Population } from "../users/population.ts";
import { createPopulation } from "../users/population.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { FaultExecutor } from "../world/fault-executor.ts";
import type { SimulatedWorld } from "../world/simulated.ts";
import { buildCheckers } from "./build-checkers.ts";
import { buildWorld } from "./build-world.ts";
import { collectLives, type LifeCollector } from "./trace/lives.ts";
import { plantedBug } from "./plant.ts";
import type { Progress, RunRequest } from "./requests.ts";
import type { Life } from "./result.ts";
import { Sampler, watchDeliveries } from "./sampling.ts";
import { seedFriendship } from "./seed-stores.ts";
import { scanStores } from "./store-scan.ts";
import { Timeline } from "./timeline.ts";
import { traceLines } from "./trace/trace-lines.ts";

export function buildSimulation(request: RunRequest): Simulation {
  return new Simulation(request);
}

export class Simulation {
  readonly kernel: Kernel;
  readonly world: SimulatedWorld;
  readonly population: Population;
  readonly faults: FaultExecutor;
  readonly timeline: Timeline;
  /** When the last phase ends. */
  readonly endUs: number;
  readonly scenario: ResolvedScenario;
  readonly #request: RunRequest;
  readonly #history: History;
  readonly #checkers: Checks;
  readonly #metrics: Metrics;
  readonly #lives: LifeCollector | undefined;
  readonly #sampler: Sampler;

  constructor(request: RunRequest) {
    const { scenario } = request;
    this.#request = request;
    this.scenario = scenario;
    this.kernel = new Kernel({
      ...hostKernelOptions(),
      ...(request.queue === undefined ? {} : { queue: request.queue }),
      ...(request.drain === undefined ? {} : { drain: request.drain }),
      ...(request.onDigest === undefined ? {} : { onDigest: request.onDigest }),
      ...(request.recorder === undefined ? {} : { recorder: request.recorder }),
    });
    const streams = new Streams(scenario.seed, this.kernel.drawObserver, scenario.choices ?? {});
    this.timeline = new Timeline(scenario);
    this.#checkers = buildCheckers(scenario);
    this.#metrics =
      request.unmeasured === true ? createUnmeasured(scenario) : createMetrics(scenario);
    this.#lives =
      request.explain === undefined
        ? undefined
        : collectLives(request.explain, () => this.kernel.now, scenario.faults);
    this.#history = createHub(this.#listeners());
    const bug: Plant | undefined = plantedBug(scenario.bug);
    this.world = buildWorld({
      kernel: this.kernel,
      streams,
      request,
      history: this.#history,
      bug,
      witness: this.#lives?.witness,
      trace: watchDeliveries(
        this.kernel,
        () => this.#history,
        traceLines(request, this.kernel, this.#lives?.trace),
      ),
    });
    this.population = createPopulation(scenario, streams, this.world, this.#history, {
      ...(bug?.deviceParts === undefined ? {} : { parts: { ...DEVICE_PARTS, ...bug.deviceParts } }),
      ...(request.onAction === undefined ? {} : { onAction: request.onAction }),
    });
    this.faults = new FaultExecutor(this.world, this.population, describeFault);
    this.#sampler = new Sampler(this.world, this.#metrics, this.#history, () =>
      this.population.largestOutbox(),
    );
    this.endUs = scenario.phases.reduce(
      (end, phase) => Math.max(end, phase.startUs + phase.durationUs),
      0,
    );
  }

  start(): void {
    for (const edge of this.population.edges())
      seedFriendship(this.world.stores.memory, this.#history, edge);
    this.world.start();
    this.population.start();
    this.faults.schedule();
    this.#sampler.start();
  }

  /** The text of the first threshold with abortOnFail that does not hold. */
  crossed(): string | undefined {
    const threshold = this.#metrics.crossed(this.kernel.now);
    return threshold === undefined ? undefined : `${threshold.metric}: ${threshold.expression}`;
  }

  /** The load ends here; the report says why. */
  abort(threshold: string): void {
    this.timeline.aborted(this.kernel.now, threshold);
  }

  beginQuiet(step: 1 | 2): void {
    if (step === 1) this.faults.stopAll();
    this.timeline.quiet(this.kernel.now, step);
    this.#history.quietBegan(this.kernel.now, step);
    this.population.quiet(step);
  }

  finish(complete: boolean): void {
    const { kernel } = this;
    this.#history.ended(kernel.now);
    if (!complete) return;
    scanStores(this.world.stores.memory, this.world.cipher, this.#history, kernel.now);
  }

  rules(complete: boolean): readonly RuleResult[] {
    return this.#checkers.results(complete);
  }

  isBroken(rule: RuleId): boolean {
    return this.#checkers
      .results(false)
      .some(({ id, verdict }) => id === rule && verdict === "invalid");
  }

  measured(rules: readonly RuleResult[]): Measured {
    return this.#metrics.finish(this.kernel.now, rules, this.#request.baseline);
  }

  lives(): readonly Life[] {
    return this.#lives?.lives() ?? [];
  }

  progress(): Omit<Progress, "wallMs"> {
    return {
      phase: this.timeline.phase,
      virtualUs: this.kernel.now,
      totalUs: this.endUs,
      online: this.population.onlineCount(),
      ratePerS: this.timeline.ratePerS(this.kernel.now),
      p99Ms: this.#metrics.deliveryP99Ms(),
      faultsActive: this.faults.active(),
    };
  }

  /** Checkers first, so that what they know is there before anybody else asks. */
  #listeners(): HistoryListener[] {
    const listeners: HistoryListener[] = [...this.#checkers.listeners, this.#metrics.listener];
    listeners.push(this.timeline.listener);
    if (this.#lives !== undefined) listeners.push(this.#lives.listener);
    const { listener, onHistoryLine } = this.#request;
    if (listener !== undefined) listeners.push(listener);
    if (onHistoryLine !== undefined) listeners.push(lineWriter(onHistoryLine));
    return listeners;
  }
}
