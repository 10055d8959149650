// One live run, top to bottom: services answer, friends are written, nodes and users start, phases run under
// faults, the faults stop and recovery is demanded, everybody signs in and reads, the stores are scanned, judged.
import type { RuleResult } from "../history/checker.ts";
import { judgeRun } from "./exit-codes.ts";
import type { LiveRunRequest } from "./live-request.ts";
import { LiveRun } from "./live-run.ts";
import { resourceSummary } from "./resource-summary.ts";
import type { RunEvent, RunResult } from "./result.ts";
import { VERSION } from "./version.ts";

const SECOND_US = 1_000_000;
const STEP_MS = 250;
/** Step 1 of the quiet phase: the bound of LIV2, and a second to see it missed. */
const RECOVERY_US = 61 * SECOND_US;
/** At rest = every tail was read again since the faults ended: every 2 minutes, spread over 10 s. */
const REST_US = 140 * SECOND_US;
/** Step 2: everybody signs in, drains, reads; retries of deadlines included. */
const DRAIN_MAX_US = 180 * SECOND_US;
/** What is still under way when all have settled: presence notices, last receipts. */
const SETTLE_US = 5 * SECOND_US;

export async function runLive(request: LiveRunRequest): Promise<RunResult> {
  const startedMs = performance.now();
  const wallMs = (): number => performance.now() - startedMs;
  const run = await LiveRun.open(request);
  try {
    await run.start();
    let interrupted = await runPhases(run, request, wallMs);
    if (!interrupted) interrupted = await quietPhase(run, request, wallMs);
    request.say?.("scanning the stores");
    await run.finish(!interrupted);
    return conclude(run, request, interrupted, wallMs());
  } finally {
    await run.close();
  }
}

async function runPhases(
  run: LiveRun,
  request: LiveRunRequest,
  wallMs: () => number,
): Promise<boolean> {
  while (run.clock.nowUs() < run.endUs) {
    await sleep(Math.min(STEP_MS, (run.endUs - run.clock.nowUs()) / 1000));
    if (mustStop(run, request, wallMs)) return true;
    const crossed = run.crossed();
    if (crossed === undefined) continue;
    // No more load: what was sent so far is still drained and judged.
    run.abort(crossed);
    break;
  }
  return false;
}

async function quietPhase(
  run: LiveRun,
  request: LiveRunRequest,
  wallMs: () => number,
): Promise<boolean> {
  await run.beginQuiet(1);
  const quietUs = run.clock.nowUs();
  while (run.clock.nowUs() < quietUs + RECOVERY_US) {
    await sleep(STEP_MS);
    if (mustStop(run, request, wallMs)) return true;
  }
  await run.beginQuiet(2);
  return drain(run, request, quietUs + REST_US, wallMs);
}

/** Until all have drained and read, and the rest has lasted long enough. */
async function drain(
  run: LiveRun,
  request: LiveRunRequest,
  restedUs: number,
  wallMs: () => number,
): Promise<boolean> {
  const untilUs = run.clock.nowUs() + DRAIN_MAX_US;
  let settledUs = -1;
  while (run.clock.nowUs() < untilUs) {
    await sleep(STEP_MS);
    if (mustStop(run, request, wallMs)) return true;
    const nowUs = run.clock.nowUs();
    if (!run.users.settled()) settledUs = -1;
    else if (settledUs < 0) settledUs = nowUs;
    else if (nowUs >= restedUs && nowUs - settledUs >= SETTLE_US) return false;
  }
  return false;
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
    runEvents: runEvents(run, rules),
    series: { ...series, columns: { ...series.columns, ...run.columns.columns(rows) } },
    lives: [],
    coverage: [],
    resources: resourceSummary(run.resources.totals(), metrics),
    interrupted,
    exitCode,
    causes,
  };
}

function runEvents(run: LiveRun, rules: readonly RuleResult[]): readonly RunEvent[] {
  const events: RunEvent[] = [...run.runEvents];
  for (const rule of rules)
    for (const violation of rule.violations)
      events.push({ t: violation.t, type: "verdict", text: `${rule.id}: ${violation.text}` });
  return events.sort((a, b) => a.t - b.t);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
