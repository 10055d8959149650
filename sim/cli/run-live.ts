// chatquake run --live: one run against real processes and real stores.
import { rmSync } from "node:fs";
import { baselinePath, readBaseline } from "../run/baselines.ts";
import { withSeed } from "../run/shown-commands.ts";
import { EXIT } from "../run/exit-codes.ts";
import { runLiveToDirectory } from "../run/live/live-to-directory.ts";
import { forSeed, type ScenarioReadWell } from "../run/read-scenario.ts";
import { refusedStart } from "../run/live/refused-start.ts";
import type { RunResult } from "../run/result.ts";
import { takeRunDirectory } from "../run/run-directory.ts";
import { summaryJson } from "../report/summary-json.ts";
import { summaryMd } from "../report/summary-md.ts";
import { text, UsageError, yes, type Flags } from "./command.ts";
import { appendStepSummary, err, out, paint, printCauses, printProblems } from "./console.ts";
import { watchInterrupt } from "./interrupt.ts";
import { keepAsBaseline } from "./keep-baseline.ts";
import { printHead, printResult } from "./print-run.ts";
import { ProgressLine } from "./progress.ts";

export async function runLiveScenario(
  flags: Flags,
  { scenario: written, profile, file }: ScenarioReadWell,
  command: string,
  workers: number,
): Promise<number> {
  const target = text(flags, "target")?.split(",");
  const drawn = forSeed(written, written.seed);
  const scenario =
    target === undefined
      ? drawn
      : { ...drawn, cluster: { ...drawn.cluster, nodes: target.length } };
  // Beside the simulated one of the same seed, which is another world.
  const usualBaseline = baselinePath(`${scenario.name}-live`, scenario.seed);
  const baseline = readBaseline(text(flags, "baseline") ?? usualBaseline, scenario.seed);
  if ("problem" in baseline) {
    printProblems([baseline.problem]);
    return EXIT.badInput;
  }
  const folder = takeRunDirectory(`${scenario.name}-live-${scenario.seed}`, text(flags, "out"));
  if (folder === undefined)
    throw new UsageError(`--out ${text(flags, "out")} must be an empty or a new folder`);
  const again = withSeed(command, scenario.seed);
  printHead(scenario, String(scenario.seed), again, "live");
  const quiet = yes(flags, "quiet");
  const progress = new ProgressLine(!quiet, "live");
  const interrupt = watchInterrupt();
  let result: RunResult;
  try {
    result = await runLiveToDirectory(
      {
        scenario,
        scenarioFile: file,
        folder,
        workers,
        environment: process.env,
        onProgress: progress.update,
        interrupted: interrupt.asked,
        ...(quiet ? {} : { say: err }),
        ...(target === undefined ? {} : { target }),
        ...(baseline.baseline === undefined ? {} : { baseline: baseline.baseline }),
      },
      profile,
      yes(flags, "keep-history"),
    );
  } catch (error) {
    const refused = refusedStart(error);
    if (refused === undefined) throw error;
    // It has not begun: nothing is left of it.
    rmSync(folder, { recursive: true, force: true });
    printProblems(refused.problems);
    if (refused.message !== "") err(`${paint("red", "error:")} ${refused.message}`);
    return refused.exitCode;
  } finally {
    interrupt.release();
    progress.end();
  }
  if (yes(flags, "save-baseline")) keepAsBaseline(usualBaseline, result);
  if (yes(flags, "json")) out(summaryJson(result));
  else if (!quiet) printResult(result);
  appendStepSummary(summaryMd(result));
  printCauses(result.causes, again);
  err(`report: ${folder}/report.html`);
  err(folder);
  return result.exitCode;
}
