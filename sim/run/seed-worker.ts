// A worker process of a sweep: told a scenario, then one seed after the other; answers with what each gave.
import { join } from "node:path";
import { baselineOf } from "./baselines.ts";
import { wantsEvidence } from "./evidence.ts";
import type { SeedOutcome, WorkerSetup } from "./many-seeds.ts";
import { forSeed } from "./read-scenario.ts";
import type { RunRequest } from "./requests.ts";
import type { RunResult } from "./result.ts";
import { takeRunDirectory } from "./run-directory.ts";
import { runScenario } from "./run-sim.ts";
import { runToDirectory } from "./run-to-directory.ts";
import { withSeed } from "./shown-commands.ts";
import type { WorkerAnswer } from "./worker-process.ts";

let setup: WorkerSetup | undefined;

// The parent decides when a sweep ends; a seed under way is finished.
process.on("SIGINT", () => undefined);
process.on("message", (told: WorkerSetup | number) => {
  if (typeof told !== "number") {
    setup = told;
    return;
  }
  void runSeed(told).then(
    (outcome) => answer({ answer: outcome }),
    (error: unknown) =>
      answer({ defect: `seed ${told}: ${error instanceof Error ? error.stack : String(error)}` }),
  );
});

function answer(message: WorkerAnswer<SeedOutcome>): void {
  process.send?.(message);
}

async function runSeed(seed: number): Promise<SeedOutcome> {
  if (setup === undefined) throw new Error("a seed was told before the scenario");
  const { profile, scenarioFile, folder } = setup;
  const command = withSeed(setup.command, seed);
  const scenario = forSeed(setup.scenario, seed);
  const baseline = setup.baselines.find((one) => one.seed === seed);
  const request: RunRequest = {
    scenario,
    profile,
    scenarioFile,
    command,
    oneOfMany: true,
    ...(baseline === undefined ? {} : { baseline }),
  };
  let result = await runScenario(request);
  let kept: string | undefined;
  if (wantsEvidence(result) || result.exitCode !== 0) {
    kept = takeRunDirectory("", join(folder, `seed-${seed}`));
    if (kept === undefined) throw new Error(`${folder}/seed-${seed} is not empty`);
    result = await runToDirectory(request, kept, false);
  }
  const outcome = outcomeOf(seed, result, kept);
  return setup.keepMetrics ? { ...outcome, metrics: baselineOf(result).metrics } : outcome;
}

function outcomeOf(seed: number, result: RunResult, folder: string | undefined): SeedOutcome {
  const confirmed = result.metrics["messages_confirmed"];
  return {
    seed,
    exitCode: result.exitCode,
    causes: result.causes,
    traceHash: result.traceHash ?? "",
    wallMs: result.wallMs,
    confirmed: confirmed?.type === "counter" ? confirmed.values.count : 0,
    coverage: result.coverage,
    folder,
  };
}
