// Runs live virtual users against a stand-in node, with all rules on, to measure the generator itself.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RuleResult } from "../../history/checker.ts";
import type { HistoryListener } from "../../history/history.ts";
import { createHub } from "../../history/hub.ts";
import { Streams } from "../../kernel/random.ts";
import { createMetrics, type Measured } from "../../measure/metrics.ts";
import { loadScenario } from "../../scenario/load.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { friendGraphOf } from "../../users/friend-graph.ts";
import { startClock, type RunClock } from "../../world/live/run-clock.ts";
import type { GeneratorHealth, LiveUsers } from "../../world/live/users/contract.ts";
import { startLiveUsers } from "../../world/live/users/live-users.ts";
import { buildCheckers } from "../build-checkers.ts";
import { packageRoot } from "../package-root.ts";
import type { StubSetup, StubTimes } from "./stub-node.ts";

/** Workers and stand-in are ready well before t = 0. */
const LEAD_MS = 1_500;
const TOKEN_KEY = "5a".repeat(32);

export interface GeneratorRun {
  readonly scenario: ResolvedScenario;
  readonly workers: number;
  /** What the stand-in lets pass before it answers a send and delivers it. */
  readonly delayMs: number;
  readonly listener?: HistoryListener;
  /** While the phases run. */
  readonly meanwhile?: (run: RunningGenerator) => Promise<void>;
}
export interface RunningGenerator {
  readonly clock: RunClock;
  readonly users: LiveUsers;
  /** Of the stand-in. */
  readonly stubPid: number;
}
export interface GeneratorOutcome {
  readonly measured: Measured;
  readonly rules: readonly RuleResult[];
  readonly health: GeneratorHealth;
  /** What the stand-in measured of itself. */
  readonly stub: StubTimes;
}

export function generatorScenario(text: string): ResolvedScenario {
  const loaded = loadScenario(text, { file: "generator", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  return loaded.scenario;
}

/** The phases of the scenario, then all read what is there, then the verdicts; without a scan of any store. */
export async function runGenerator(request: GeneratorRun): Promise<GeneratorOutcome> {
  const { scenario, workers, delayMs, listener, meanwhile } = request;
  const stub = await startStub({ scenario, delayMs });
  const clock = startClock(LEAD_MS);
  const checkers = buildCheckers(scenario, "live", clock.epochMs);
  const metrics = createMetrics(scenario);
  const listeners = [...checkers.listeners, metrics.listener];
  const history = createHub(listener === undefined ? listeners : [...listeners, listener]);
  const graph = friendGraphOf(scenario, new Streams(scenario.seed));
  for (const { low, high, chat } of graph.edges()) history.friendship(0, low, high, chat);
  const users = await startLiveUsers({
    scenario,
    workers,
    nodes: [{ id: "node-1", host: "127.0.0.1", port: stub.port }],
    tokenKey: TOKEN_KEY,
    startedNs: clock.startedNs,
    epochMs: clock.epochMs,
    history,
  });
  try {
    users.begin();
    users.harness.nodeUp(0, 0, 1);
    await meanwhile?.({ clock, users, stubPid: stub.process.pid! });
    await until(clock, endUs(scenario));
    const health = users.health();
    await settle(clock, users);
    await users.stop();
    history.ended(clock.nowUs());
    const rules = checkers.results(false);
    const measured = metrics.finish(clock.nowUs(), rules, undefined);
    return { measured, rules, health, stub: await stub.end() };
  } finally {
    await users.stop();
    stub.process.kill("SIGKILL");
  }
}

export interface Stub {
  /** Ends it; what it says of itself. */
  readonly end: () => Promise<StubTimes>;
  readonly process: ChildProcess;
  readonly port: number;
}

export async function startStub(setup: StubSetup): Promise<Stub> {
  const file = join(packageRoot(), "dist", "sim", "run", "bench", "stub-node.js");
  if (!existsSync(file)) throw new Error("the generator is measured on built code: npm run build");
  const { scenario, delayMs } = setup;
  const { seed, population } = scenario;
  const argument = JSON.stringify({ scenario: { seed, population }, delayMs });
  const child = spawn(process.execPath, [file, argument], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout);
  const nextLine = async (): Promise<string> => ((await once(lines, "line")) as [string])[0];
  const port = Number(await nextLine());
  const end = async (): Promise<StubTimes> => {
    const line = nextLine();
    child.kill("SIGTERM");
    return JSON.parse(await line) as StubTimes;
  };
  return { process: child, port, end };
}

export function endUs(scenario: ResolvedScenario): number {
  return Math.max(...scenario.phases.map(({ startUs, durationUs }) => startUs + durationUs));
}

export async function until(clock: RunClock, timeUs: number): Promise<void> {
  const leftMs = (timeUs - clock.nowUs()) / 1000;
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

const SETTLE_MS_MAX = 30_000;
const LOOK_MS = 50;

async function settle(clock: RunClock, users: LiveUsers): Promise<void> {
  const untilUs = clock.nowUs() + SETTLE_MS_MAX * 1000;
  users.harness.quietBegan(clock.nowUs(), 1);
  users.quiet(1);
  while (!users.settled() && clock.nowUs() < untilUs)
    await until(clock, clock.nowUs() + LOOK_MS * 1000);
  users.harness.quietBegan(clock.nowUs(), 2);
  users.quiet(2);
  while (!users.settled() && clock.nowUs() < untilUs)
    await until(clock, clock.nowUs() + LOOK_MS * 1000);
}
