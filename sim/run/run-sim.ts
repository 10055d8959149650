// One simulated run, top to bottom: build the world, run the phases under faults, stop the faults and demand
// recovery, let everybody sign in and read, scan the stores, judge.
import { performance } from "node:perf_hooks";
import { installGuards } from "../kernel/guards.ts";
import type { RuleResult } from "../history/checker.ts";
import { judgeRun } from "./exit-codes.ts";
import type { Progress, RunRequest } from "./requests.ts";
import { runThroughPhases, type PhasedRun } from "./phases.ts";
import type { RunResult } from "./result.ts";
import { coverageOf } from "./coverage.ts";
import { buildSimulation, type Simulation } from "./simulation.ts";
import { VERSION } from "./version.ts";

// Taken before the guards are installed, which keep everything else from the machine's clock.
const nowMs = performance.now.bind(performance);

const SECOND_US = 1_000_000;
const SLICES = 600;

export async function runScenario(request: RunRequest): Promise<RunResult> {
  const startedMs = nowMs();
  const wallMs = (): number => nowMs() - startedMs;
  const simulation = buildSimulation(request);
  const restore = installGuards(globalThis);
  let interrupted = false;
  try {
    simulation.start();
    interrupted = await runThroughPhases(phased(simulation, request, wallMs));
    simulation.finish(!interrupted);
  } finally {
    restore();
  }
  return conclude(simulation, request, interrupted, wallMs());
}

function phased(simulation: Simulation, request: RunRequest, wallMs: () => number): PhasedRun {
  const { endUs, kernel } = simulation;
  const sliceUs = Math.max(SECOND_US, Math.ceil(endUs / SLICES / SECOND_US) * SECOND_US);
  return {
    endUs,
    nowUs: () => kernel.now,
    advance: (untilUs, part) =>
      kernel.run(Math.min(untilUs, kernel.now + (part === "phases" ? sliceUs : SECOND_US))),
    crossed: () => simulation.crossed(),
    abort: (threshold) => simulation.abort(threshold),
    beginQuiet: (step) => simulation.beginQuiet(step),
    settled: () => simulation.population.settled(),
    mustStop: () => mustStop(simulation, request, wallMs),
  };
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
    runEvents: simulation.timeline.withVerdicts(rules),
    series: measured.series,
    lives: simulation.lives(),
    coverage: coverageOf(simulation, rules),
    interrupted,
    ...(request.command === undefined ? {} : { command: request.command }),
    exitCode,
    causes,
  };
}
