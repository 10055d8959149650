// Everything that one live run consists of: the world, the virtual users, faults, history with its listeners,
// resources. Driving it through its phases is run-live.ts's.
import { DEFAULT_LIMITS } from "../../../server/core/limits.ts";
import { WHY } from "../../checks/findings.ts";
import type { Checks } from "../../checks/registry.ts";
import { NOT_JUDGED } from "../../history/checker.ts";
import { describeFault } from "../../faults/describe.ts";
import type { RuleResult } from "../../history/checker.ts";
import type { History, HistoryListener } from "../../history/history.ts";
import { createHub } from "../../history/hub.ts";
import { lineWriter } from "../../history/ndjson.ts";
import { Streams } from "../../kernel/random.ts";
import type { SecondSample } from "../../measure/levels.ts";
import { createMetrics, type Measured, type Metrics } from "../../measure/metrics.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { friendGraphOf, type FriendGraph } from "../../users/friend-graph.ts";
import { LiveFaults } from "../../world/live/live-faults.ts";
import type { NodeEnd, NodeEvents, NodeProcess } from "../../world/live/node-process.ts";
import { Resources, type ResourceSample } from "../../world/live/resources.ts";
import { startClock, type RunClock } from "../../world/live/run-clock.ts";
import { targetRefusals } from "../../world/live/refusals.ts";
import { TestControl } from "../../world/live/test-control.ts";
import { watchHealth } from "../../world/live/watched-node.ts";
import type { FriendEdge } from "../../world/live/provision-friends.ts";
import type { GeneratorHealth, LiveUsers } from "../../world/live/users/contract.ts";
import { startLiveUsers } from "../../world/live/users/live-users.ts";
import { buildCheckers } from "../build-checkers.ts";
import type { LiveRunRequest } from "./live-request.ts";
import {
  answeringServices,
  makeTarget,
  makeWorld,
  refuse,
  refuseWhatCannotBe,
  unmakeWorld,
  type Made,
} from "./live-setup.ts";
import type { Progress } from "../requests.ts";
import { ResourceColumns } from "./resource-columns.ts";
import { sleep } from "./sleep.ts";
import { Timeline } from "../timeline.ts";
import { scanLive } from "./live-scan.ts";

/** `what` of History.limitSampled. */
const CLIENT_QUEUE = 0;
const NODE_REQUESTS = 1;
const LEAD_MS = 3_000;
const LEAD_PER_USER_MS = 1;
const TICK_MS = 200;

export class LiveRun {
  readonly scenario: ResolvedScenario;
  readonly users: LiveUsers;
  readonly faults: LiveFaults;
  readonly resources: Resources;
  readonly clock: RunClock;
  readonly timeline: Timeline;
  readonly columns: ResourceColumns;
  /** When the last phase ends. */
  readonly endUs: number;
  readonly #made: Made;
  readonly #history: History;
  readonly #checkers: Checks;
  readonly #metrics: Metrics;
  readonly #request: LiveRunRequest;
  readonly #samples: { readonly t: number; readonly sample: SecondSample }[] = [];
  readonly #told: { events: number };
  #failure: unknown;
  #tick: NodeJS.Timeout | undefined;
  #stopHealth = (): void => undefined;

  static async open(request: LiveRunRequest): Promise<LiveRun> {
    const { scenario } = request;
    const graph = friendGraphOf(scenario, new Streams(scenario.seed, undefined, scenario.choices));
    // The world is there before the run that hears of its nodes.
    const heard: { run?: LiveRun } = {};
    const events = {
      up: (node: NodeProcess): void => heard.run?.nodeUp(node),
      down: (node: NodeProcess, end: NodeEnd): void => heard.run?.nodeDown(node, end),
    };
    const made = await LiveRun.#make(request, events, () => graph.edges());
    try {
      const run = await LiveRun.#inWorld(request, made, graph);
      heard.run = run;
      return run;
    } catch (error) {
      if (made.own !== undefined) await unmakeWorld(made.own, request);
      throw error;
    }
  }

  static async #make(
    request: LiveRunRequest,
    events: NodeEvents,
    edges: () => Iterable<FriendEdge>,
  ): Promise<Made> {
    if (request.target !== undefined) {
      refuse(request, targetRefusals(request.scenario));
      return makeTarget(request, edges);
    }
    const services = await answeringServices(request);
    refuseWhatCannotBe(request, services);
    return makeWorld(request, services, edges, events);
  }

  static async #inWorld(request: LiveRunRequest, made: Made, graph: FriendGraph): Promise<LiveRun> {
    const { scenario } = request;
    request.say?.(`starting ${scenario.population.users} virtual users`);
    const clock = startClock(LEAD_MS + LEAD_PER_USER_MS * scenario.population.users);
    const checkers = buildCheckers(scenario, "live", clock.epochMs);
    const metrics = createMetrics(scenario);
    const timeline = new Timeline(scenario);
    const told = { events: 0 };
    const listeners: HistoryListener[] = [
      ...checkers.listeners,
      metrics.listener,
      timeline.listener,
    ];
    const { onHistoryLine } = request;
    if (onHistoryLine !== undefined)
      listeners.push(
        lineWriter((line) => {
          told.events++;
          onHistoryLine(line);
        }),
      );
    const history = createHub(listeners);
    const users = await startLiveUsers({
      scenario,
      workers: request.workers,
      nodes: made.addresses,
      tokenKey: made.tokenKey,
      startedNs: clock.startedNs,
      epochMs: clock.epochMs,
      history,
    });
    for (const { low, high, chat } of graph.edges()) history.friendship(0, low, high, chat);
    return new LiveRun(request, {
      made,
      users,
      clock,
      checkers,
      metrics,
      history,
      timeline,
      told,
    });
  }

  private constructor(
    request: LiveRunRequest,
    parts: {
      readonly made: Made;
      readonly users: LiveUsers;
      readonly clock: RunClock;
      readonly checkers: Checks;
      readonly metrics: Metrics;
      readonly history: History;
      readonly timeline: Timeline;
      readonly told: { events: number };
    },
  ) {
    this.#request = request;
    this.scenario = request.scenario;
    this.#made = parts.made;
    this.users = parts.users;
    this.clock = parts.clock;
    this.timeline = parts.timeline;
    this.#checkers = parts.checkers;
    this.#metrics = parts.metrics;
    this.#history = parts.history;
    this.#told = parts.told;
    this.endUs = this.scenario.phases.reduce(
      (end, { startUs, durationUs }) => Math.max(end, startUs + durationUs),
      0,
    );
    const { own, nodes } = parts.made;
    this.columns = new ResourceColumns(this.scenario.cluster.nodes);
    this.faults = new LiveFaults({
      scenario: this.scenario,
      world: own?.world,
      users: this.users,
      clock: this.clock,
      control: own?.control ?? new TestControl(),
      usualCallMs: own?.usualCallMs ?? new Map(),
      describe: describeFault,
      failed: (error) => this.#fail(error),
    });
    this.resources = new Resources(nodes, own?.world, [() => process.pid], (sample) =>
      this.#sampled(sample),
    );
  }

  /** t = 0 is now. */
  async start(): Promise<void> {
    const { users, clock } = this;
    const { nodes } = this.#made;
    this.#stopHealth = watchHealth(nodes, (node, listening) => users.setListening(node, listening));
    await sleep(-clock.nowUs() / 1000);
    users.begin();
    for (const node of nodes) users.harness.nodeUp(0, node.spec.index, node.pid ?? 0);
    this.faults.schedule();
    this.resources.start();
    this.#tick = setInterval(() => this.#flushSamples(), TICK_MS);
  }

  nodeUp(node: NodeProcess): void {
    this.users.harness.nodeUp(this.clock.nowUs(), node.spec.index, node.pid ?? 0);
    this.faults.nodeUp(node);
  }

  nodeDown(node: NodeProcess, end: NodeEnd): void {
    const { index, id } = node.spec;
    const crashed = this.faults.nodeDown(node);
    this.users.harness.nodeDown(this.clock.nowUs(), index, end === "drained" ? 1 : 0);
    if (end === undefined && !crashed) this.#fail(new Error(`${id} ended by itself${node.tail()}`));
  }

  /** Something is wrong with the run itself: no verdict can come of it. */
  failure(): unknown {
    return this.#failure ?? this.users.failure() ?? this.#made.own?.world.proxies?.failure;
  }

  /** The text of the first threshold with abortOnFail that does not hold. */
  crossed(): string | undefined {
    const threshold = this.#metrics.crossed(this.clock.nowUs());
    return threshold === undefined ? undefined : `${threshold.metric}: ${threshold.expression}`;
  }

  abort(threshold: string): void {
    this.timeline.aborted(this.clock.nowUs(), threshold);
  }

  async beginQuiet(step: 1 | 2): Promise<void> {
    if (step === 1) await this.faults.stopAll();
    const t = this.clock.nowUs();
    this.timeline.quiet(t, step);
    this.users.harness.quietBegan(t, step);
    this.users.quiet(step);
  }

  /** The end: what the users saw is told to its last event; then, if the run is complete, the stores are scanned. */
  async finish(complete: boolean): Promise<void> {
    this.resources.stop();
    clearInterval(this.#tick);
    if (!complete) await this.faults.stopAll();
    const t = this.clock.nowUs();
    await this.users.stop();
    this.#flushSamples(Infinity);
    this.#history.ended(t);
    const { own } = this.#made;
    if (complete && own !== undefined)
      await scanLive({
        world: own.world,
        secrets: own.secrets,
        scenario: this.scenario,
        history: this.#history,
        pages: this.resources.lastPages,
        folder: this.#request.folder,
        t,
      });
  }

  async close(): Promise<void> {
    this.faults.cancel();
    this.resources.stop();
    clearInterval(this.#tick);
    try {
      await this.users.stop();
    } finally {
      // Also where a worker has died: its nodes, proxies, tables and keys must not stay.
      this.#stopHealth();
      if (this.#made.own !== undefined) await unmakeWorld(this.#made.own, this.#request);
    }
  }

  rules(complete: boolean): readonly RuleResult[] {
    const rules = this.#checkers.results(complete);
    return this.#made.own === undefined ? rules.map(withoutScan) : rules;
  }

  measured(rules: readonly RuleResult[]): Measured {
    return this.#metrics.finish(this.clock.nowUs(), rules, this.#request.baseline);
  }

  health(): GeneratorHealth {
    return this.users.health();
  }

  get events(): number {
    return this.#told.events;
  }

  progress(): Omit<Progress, "wallMs"> {
    const nowUs = this.clock.nowUs();
    return {
      phase: this.timeline.phase,
      virtualUs: nowUs,
      totalUs: this.endUs,
      online: this.users.onlineCount(),
      ratePerS: this.timeline.ratePerS(nowUs),
      p99Ms: this.#metrics.deliveryP99Ms(),
      faultsActive: this.faults.active(),
    };
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #sampled(sample: ResourceSample): void {
    const t = this.clock.nowUs();
    this.columns.add(t, sample);
    this.#limits(t, sample);
    const store = (calls: number): { readonly calls: number; readonly queued: number } => ({
      calls,
      queued: 0,
    });
    this.#samples.push({
      t,
      sample: {
        nodes: sample.nodes.map(({ up, sessions, cpuShare, loopDelayMs, rssBytes }) => ({
          up,
          sessions,
          cpuShare,
          cpuWaitUs: loopDelayMs * 1000,
          rssBytes,
        })),
        stores: {
          redis: store(sample.calls.redis),
          cassandra: store(sample.calls.cassandra),
          s3: store(sample.calls.s3),
        },
        frames: sample.frames,
        linkQueue: sample.linkRequestsWaiting,
      },
    });
  }

  /** The limits that nodes state, for the rule that bounds everything. */
  #limits(t: number, { nodes }: ResourceSample): void {
    const { clientQueueBytesMax, pageBytesMax, requestsInFlightMax } = DEFAULT_LIMITS;
    const { harness } = this.users;
    nodes.forEach(({ up, sockets, queuedBytesMax, inFlight }, node) => {
      if (!up) return;
      const queueMax = clientQueueBytesMax + pageBytesMax;
      harness.limitSampled(t, CLIENT_QUEUE, node, queuedBytesMax, queueMax);
      const requestsMax = requestsInFlightMax * Math.max(1, sockets);
      harness.limitSampled(t, NODE_REQUESTS, node, inFlight, requestsMax);
    });
  }

  /** A second is sampled when everything that happened in it has been told. */
  #flushSamples(untilUs = this.clock.nowUs() - this.users.lagMs() * 1000): void {
    while (this.#samples.length > 0 && this.#samples[0]!.t <= untilUs) {
      const { t, sample } = this.#samples.shift()!;
      this.#metrics.sample(t, sample);
    }
  }
}

/** A deployment given by --target is not scanned: what only a scan can tell is not judged, and no failure. */
function withoutScan(rule: RuleResult): RuleResult {
  if (rule.verdict !== "unknown" || rule.why !== WHY.notScanned) return rule;
  return { ...rule, why: `${NOT_JUDGED}: ${WHY.notScanned}` };
}
