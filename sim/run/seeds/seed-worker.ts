// A worker process of many seeds: told a scenario, then one seed after the other; answers with what each gave.
import { join } from "node:path";
import { baselineOf } from "../baselines.ts";
import { wantsEvidence } from "../evidence.ts";
import { EXIT } from "../exit-codes.ts";
import { RunWatch } from "../explore/run-watch.ts";
import type { RunRequest } from "../requests.ts";
import type { RunResult } from "../result.ts";
import { needsMeasures } from "../../measure/unmeasured.ts";
import { takeRunDirectory } from "../run-directory.ts";
import { keepRun, runWithDigests, type DigestedRun } from "../run-to-directory.ts";
import { SeedBound } from "./seed-bound.ts";
import type { SeedOrder, SeedOutcome, SeedSetup } from "./seed-orders.ts";
import { seedScenario } from "./seed-scenario.ts";
import { runResolvedCommand, withSeed } from "../shown-commands.ts";
import type { WorkerAnswer } from "../worker-process.ts";

let setup: SeedSetup | undefined;

// The parent decides when a sweep ends; a seed under way is finished.
process.on("SIGINT", () => undefined);
process.on("message", (told: SeedSetup | SeedOrder) => {
  if ("scenario" in told) {
    setup = told;
    return;
  }
  void runSeed(told).then(
    (outcome) => answer({ answer: outcome }),
    (error: unknown) =>
      answer({ defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function answer(message: WorkerAnswer<SeedOutcome>): void {
  process.send?.(message);
}

async function runSeed(order: SeedOrder): Promise<SeedOutcome> {
  if (setup === undefined) throw new Error("a seed was told before the scenario");
  const { seed, canary } = order;
  const request = requestOf(setup, order);
  const watch = setup.explore === undefined ? undefined : new RunWatch(request.scenario);
  const bound = setup.explore === undefined ? undefined : new SeedBound(setup.explore.bounds);
  const run = await runWithDigests({
    ...request,
    ...(isMeasured(setup, request) ? {} : { unmeasured: true as const }),
    ...(watch === undefined ? {} : { listener: watch.listener, traceListener: watch.trace }),
    ...(bound === undefined ? {} : { interrupted: bound.asked, onDigest: bound.onDigest }),
    ...(canary === undefined ? {} : { stopWhenBroken: canary.rule }),
  });
  const judged = bound?.exceeded === undefined ? run : timedOut(run, bound.exceeded);
  const kept = canary === undefined ? await keepFailure(setup, order, request, judged) : undefined;
  const { result, folder } = kept ?? { result: judged.result, folder: undefined };
  return {
    ...outcomeOf(seed, result, folder),
    coverage: [...result.coverage, ...(watch?.rows() ?? [])],
    ...(canary === undefined ? {} : { canary }),
    ...(bound?.exceeded === undefined ? {} : { lost: "timed out" as const }),
    ...(setup.keepMetrics ? { metrics: baselineOf(result).metrics } : {}),
  };
}

function requestOf(told: SeedSetup, { seed, canary }: SeedOrder): RunRequest {
  const drawn = seedScenario(told.scenario, told.explore?.draw, seed);
  const baseline = told.baselines.find((one) => one.seed === seed);
  return {
    scenario: canary === undefined ? drawn : { ...drawn, bug: canary.bug },
    profile: told.profile,
    scenarioFile: told.scenarioFile,
    oneOfMany: true,
    command: withSeed(told.command, seed),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

/** Whether anybody will read the seed's figures; of most only the verdicts count. */
function isMeasured({ keepMetrics }: SeedSetup, { scenario }: RunRequest): boolean {
  return keepMetrics || needsMeasures(scenario);
}

/** A run that exceeded a bound says so before anything else. */
function timedOut({ result, digests }: DigestedRun, bound: string): DigestedRun {
  const at = `virtual second ${Math.round(result.virtualMs / 1000)}`;
  const causes = [`timed out at ${at}: ${bound}`, ...result.causes];
  return { result: { ...result, causes, exitCode: EXIT.rule }, digests };
}

async function keepFailure(
  told: SeedSetup,
  { seed, keep }: SeedOrder,
  request: RunRequest,
  run: DigestedRun,
): Promise<{ readonly result: RunResult; readonly folder: string | undefined }> {
  const { result } = run;
  if (!keep || (!wantsEvidence(result) && result.exitCode === 0))
    return { result, folder: undefined };
  const path = join(told.folder, `seed-${seed}`);
  const folder = takeRunDirectory("", path);
  if (folder === undefined) throw new Error(`${path} is not empty`);
  // What was drawn for exploring is found in no file but the one that is kept here.
  const { draw } = told.explore ?? {};
  const command =
    draw === undefined || draw === "swarm" ? request.command : runResolvedCommand(folder);
  const told2 = command === undefined ? {} : { command };
  const kept = { ...request, ...told2 };
  // Who opens it wants its figures too; one that was cut short cannot be repeated to the same point.
  const isWhole = result.interrupted || isMeasured(told, request);
  const whole = isWhole ? run : await runWithDigests(kept);
  const written = { ...whole, result: { ...whole.result, ...told2 } };
  return { result: await keepRun(kept, written, folder, false), folder };
}

function outcomeOf(
  seed: number,
  result: RunResult,
  folder: string | undefined,
): Omit<SeedOutcome, "coverage"> {
  return {
    seed,
    exitCode: result.exitCode,
    causes: result.causes,
    broken: result.rules.filter(({ verdict }) => verdict === "invalid").map(({ id }) => id),
    traceHash: result.traceHash ?? "",
    wallMs: result.wallMs,
    events: result.events,
    confirmed: result.rules.find(({ id }) => id === "MSG1")?.counted ?? 0,
    folder,
  };
}
