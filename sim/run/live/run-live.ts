// One live run, top to bottom: services answer, friends are written, nodes and users start, phases run under
// faults, the faults stop and recovery is demanded, everybody signs in and reads, the stores are scanned, judged.
import { judgeRun } from "../exit-codes.ts";
import type { LiveRunRequest } from "./live-request.ts";
import { LiveRun } from "./live-run.ts";
import { runThroughPhases, type PhasedRun } from "../phases.ts";
import { resourceSummary } from "./resource-summary.ts";
import type { RunResult } from "../result.ts";
import { sleep } from "./sleep.ts";
import { VERSION } from "../version.ts";

const STEP_MS = 250;

export async function runLive(request: LiveRunRequest): Promise<RunResult> {
  const startedMs = performance.now();
  const wallMs = (): number => performance.now() - startedMs;
  const run = await LiveRun.open(request);
  try {
    await run.start();
    const interrupted = await runThroughPhases(phased(run, request, wallMs));
    request.say?.("scanning the stores");
    await run.finish(!interrupted);
    return conclude(run, request, interrupted, wallMs());
  } finally {
    await run.close();
  }
}

function phased(run: LiveRun, request: LiveRunRequest, wallMs: () => number): PhasedRun {
  return {
    endUs: run.endUs,
    nowUs: () => run.clock.nowUs(),
    advance: (untilUs) => sleep(Math.min(STEP_MS, (untilUs - run.clock.nowUs()) / 1000)),
    crossed: () => run.crossed(),
    abort: (threshold) => run.abort(threshold),
    beginQuiet: (step) => run.beginQuiet(step),
    settled: () => run.users.settled(),
    mustStop: () => mustStop(run, request, wallMs),
  };
}

function mustStop(run: LiveRun, request: LiveRunRequest, wallMs: () => number): boolean {
  const failure = run.failure();
  if (failure !== undefined)
    throw failure instanceof Error ? failure : new Error("the run failed", { cause: failure });
  request.onProgress?.({ ...run.progress(), wallMs: wallMs() });
  return request.interrupted?.() === true;
}

function conclude(
  run: LiveRun,
  { scenario }: LiveRunRequest,
  interrupted: boolean,
  wallMs: number,
): RunResult {
  const rules = run.rules(!interrupted);
  const { metrics, thresholds, series } = run.measured(rules);
  const { verdict, why } = run.health();
  const generator = { verdict, why };
  const { exitCode, causes } = judgeRun({ rules, thresholds, interrupted, generator, scenario });
  const rows = Math.max(0, ...Object.values(series.columns).map(({ length }) => length));
  return {
    version: VERSION,
    scenario,
    seed: scenario.seed,
    mode: "live",
    virtualMs: Math.round(run.clock.nowUs() / 1000),
    wallMs: Math.round(wallMs),
    events: run.events,
    metrics,
    thresholds,
    rules,
    generator,
    faults: run.faults.result(),
    runEvents: run.timeline.withVerdicts(rules),
    series: { ...series, columns: { ...series.columns, ...run.columns.columns(rows) } },
    lives: [],
    coverage: [],
    resources: resourceSummary(run.resources.totals(), metrics),
    interrupted,
    exitCode,
    causes,
  };
}
