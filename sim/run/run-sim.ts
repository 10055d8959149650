// One simulated run, top to bottom: build the world, run the phases under faults, stop the faults and demand
// recovery, let everybody sign in and read, scan the stores, judge.
import { performance } from "node:perf_hooks";
import { installGuards } from "../kernel/guards.ts";
import type { RuleResult } from "../history/checker.ts";
import { judgeRun } from "./exit-codes.ts";
import type { Progress, RunRequest } from "./requests.ts";
import type { RunEvent, RunResult } from "./result.ts";
import { coverageOf } from "./coverage.ts";
import { buildSimulation, type Simulation } from "./simulation.ts";
import { VERSION } from "./version.ts";

// Taken before the guards are installed, which keep everything else from the machine's clock.
const nowMs = performance.now.bind(performance);

const SECOND_US = 1_000_000;
/** Step 1 of the quiet phase: the bound of LIV2, and a second to see it missed. */
const RECOVERY_US = 61 * SECOND_US;
/** At rest = every tail was read again since the faults ended: every 2 minutes, spread over 10 s. */
const REST_US = 140 * SECOND_US;
/** Step 2: everybody signs in, drains, reads; retries of deadlines included. */
const DRAIN_MAX_US = 180 * SECOND_US;
/** What is still under way when all have settled: presence notices, last receipts. */
const SETTLE_US = 5 * SECOND_US;
const SLICES = 600;

export async function runScenario(request: RunRequest): Promise<RunResult> {
  const startedMs = nowMs();
  const wallMs = (): number => nowMs() - startedMs;
  const simulation = buildSimulation(request);
  const restore = installGuards(globalThis);
  let interrupted = false;
  try {
    simulation.start();
    interrupted = await runPhases(simulation, request, wallMs);
    if (!interrupted) interrupted = await quietPhase(simulation, request, wallMs);
    simulation.finish(!interrupted);
  } finally {
    restore();
  }
  return conclude(simulation, request, interrupted, wallMs());
}

async function runPhases(
  simulation: Simulation,
  request: RunRequest,
  wallMs: () => number,
): Promise<boolean> {
  const { endUs, kernel } = simulation;
  const sliceUs = Math.max(SECOND_US, Math.ceil(endUs / SLICES / SECOND_US) * SECOND_US);
  while (kernel.now < endUs) {
    await kernel.run(Math.min(endUs, kernel.now + sliceUs));
    if (mustStop(simulation, request, wallMs)) return true;
    const crossed = simulation.crossed();
    if (crossed === undefined) continue;
    // No more load: what was sent so far is still drained and judged.
    simulation.abort(crossed);
    break;
  }
  return false;
}

async function quietPhase(
  simulation: Simulation,
  request: RunRequest,
  wallMs: () => number,
): Promise<boolean> {
  const { kernel } = simulation;
  const quietUs = kernel.now;
  simulation.beginQuiet(1);
  while (kernel.now < quietUs + RECOVERY_US) {
    await kernel.run(kernel.now + SECOND_US);
    if (mustStop(simulation, request, wallMs)) return true;
  }
  simulation.beginQuiet(2);
  return drain(simulation, request, quietUs + REST_US, wallMs);
}

/** Until all have drained and read, and the rest has lasted long enough. */
async function drain(
  simulation: Simulation,
  request: RunRequest,
  restedUs: number,
  wallMs: () => number,
): Promise<boolean> {
  const { kernel, population } = simulation;
  const untilUs = kernel.now + DRAIN_MAX_US;
  let settledUs = -1;
  while (kernel.now < untilUs) {
    await kernel.run(kernel.now + SECOND_US);
    if (mustStop(simulation, request, wallMs)) return true;
    if (!population.settled()) settledUs = -1;
    else if (settledUs < 0) settledUs = kernel.now;
    else if (kernel.now >= restedUs && kernel.now - settledUs >= SETTLE_US) return false;
  }
  return false;
}

function mustStop(simulation: Simulation, request: RunRequest, wallMs: () => number): boolean {
  request.onProgress?.(progressOf(simulation, wallMs()));
  const { stopWhenBroken } = request;
  if (stopWhenBroken !== undefined && simulation.isBroken(stopWhenBroken)) return true;
  return request.interrupted?.() === true;
}

function progressOf(simulation: Simulation, wallMs: number): Progress {
  return { ...simulation.progress(), wallMs };
}

function conclude(
  simulation: Simulation,
  request: RunRequest,
  interrupted: boolean,
  wallMs: number,
): RunResult {
  const { scenario } = request;
  const rules: readonly RuleResult[] = simulation.rules(!interrupted);
  const measured = simulation.measured(rules);
  const { thresholds } = measured;
  const generator = {
    verdict: "valid" as const,
    why: "virtual time: the generator is never late",
  };
  const { exitCode, causes } = judgeRun({
    rules,
    thresholds,
    interrupted,
    generator,
    scenario,
    ...(request.oneOfMany === undefined ? {} : { oneOfMany: true }),
  });
  return {
    version: VERSION,
    scenario,
    seed: scenario.seed,
    mode: "simulated",
    traceHash: simulation.kernel.hash(),
    virtualMs: Math.round(simulation.kernel.now / 1000),
    wallMs: Math.round(wallMs),
    events: simulation.kernel.events,
    metrics: measured.metrics,
    thresholds,
    rules,
    generator,
    faults: simulation.faults.result(),
    runEvents: runEvents(simulation, rules),
    series: measured.series,
    lives: simulation.lives(),
    coverage: coverageOf(simulation, rules),
    interrupted,
    ...(request.command === undefined ? {} : { command: request.command }),
    exitCode,
    causes,
  };
}

function runEvents(simulation: Simulation, rules: readonly RuleResult[]): readonly RunEvent[] {
  const events: RunEvent[] = [...simulation.runEvents];
  for (const rule of rules)
    for (const violation of rule.violations)
      events.push({ t: violation.t, type: "verdict", text: `${rule.id}: ${violation.text}` });
  return events.sort((a, b) => a.t - b.t);
}
