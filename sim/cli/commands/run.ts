// chatquake run: one seed, or many, of one scenario.
import type { Options } from "yargs";
import { baselinePath, readBaseline } from "../../run/baselines.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { forSeed, readScenario, type ScenarioReadWell } from "../../run/read-scenario.ts";
import { takeRunDirectory } from "../../run/run-directory.ts";
import { replayCommand, runCommand as shownRun, withSeed } from "../../run/shown-commands.ts";
import { runToDirectory } from "../../run/run-to-directory.ts";
import { summaryJson } from "../../report/summary-json.ts";
import { summaryMd } from "../../report/summary-md.ts";
import { text, UsageError, yes, type Command, type Flags } from "../command.ts";
import { appendStepSummary, err, out, printCauses, printProblems } from "../console.ts";
import { watchInterrupt } from "../interrupt.ts";
import { keepAsBaseline } from "../keep-baseline.ts";
import { printHead, printResult } from "../print-run.ts";
import { ProgressLine } from "../progress.ts";
import { SCENARIO_FLAGS, scenarioInput } from "../scenario-flags.ts";
import { runLiveScenario } from "../run-live.ts";
import { runSeeds, workersOf } from "../run-seeds.ts";

const OPTIONS: Readonly<Record<string, Options>> = {
  ...SCENARIO_FLAGS,
  seeds: { type: "string", describe: "many seeds, one after the other: --seeds 1..300" },
  workers: {
    type: "string",
    describe: "processes for many seeds (default 2); threads of live users (default 1)",
  },
  out: { type: "string", describe: "run directory, empty or new (default below reports/)" },
  baseline: {
    type: "string",
    describe: "metrics to compare with (default below reports/baselines)",
  },
  "save-baseline": { type: "boolean", describe: "keep the metrics as the baseline" },
  "keep-history": { type: "boolean", describe: "write history and trace also where all is well" },
  json: { type: "boolean", describe: "print the summary on stdout, and nothing else there" },
  quiet: { alias: "q", type: "boolean", describe: "no progress and no summary" },
  live: {
    type: "boolean",
    describe: "against real node processes and real stores (chatquake services up)",
  },
  target: {
    type: "string",
    describe: "live, against nodes that run already: ws://host:port/v1/ws,…",
  },
};

/** Threads of virtual users: one drives a few thousand, and the machine has nodes and stores to run as well. */
const LIVE_WORKERS = 1;
const OF_ONE_SEED = ["keep-history"];

export const runCommand: Command = {
  name: "run",
  positional: "<scenario>",
  describe: "run a scenario: one seed, or many with --seeds 1..300",
  options: OPTIONS,
  example: [
    "chatquake run scenarios/node-kill.yaml --seed 7 --set phases.steady.duration=1m",
    "a shorter run of seed 7",
  ],
  run: async (flags) => {
    const live = yes(flags, "live") || text(flags, "target") !== undefined;
    if (live && text(flags, "profile") !== undefined)
      throw new UsageError(
        "--profile describes simulated machines; a live run measures real ones: leave it out",
      );
    const input = scenarioInput(flags);
    const read = readScenario({ ...input, anyWorld: live });
    if ("problems" in read) {
      printProblems(read.problems);
      return EXIT.badInput;
    }
    const seeds = text(flags, "seeds");
    if (seeds !== undefined) {
      if (text(flags, "seed") !== undefined) throw new UsageError("--seed or --seeds, not both");
      const alone = OF_ONE_SEED.find((name) => flags[name] !== undefined);
      if (alone !== undefined) throw new UsageError(`--${alone} is for one seed, not for --seeds`);
      if (live) throw new UsageError("a live run has one seed: --seed, not --seeds");
      return runSeeds(flags, read, shownRun(input, moreWords(flags)), seeds);
    }
    const workers = workersOf(flags);
    const shown = shownRun(input, moreWords(flags));
    if (!live) return runOne(flags, read, shown);
    const liveWorkers = flags["workers"] === undefined ? LIVE_WORKERS : workers;
    return runLiveScenario(flags, read, shown, liveWorkers);
  },
};

/** Flags that change what is judged or written down, beside those of the scenario. */
function moreWords(flags: Flags): readonly string[] {
  const baseline = text(flags, "baseline");
  const words = baseline === undefined ? [] : ["--baseline", baseline];
  const target = text(flags, "target");
  if (target !== undefined) words.push("--target", target);
  else if (yes(flags, "live")) words.push("--live");
  return yes(flags, "keep-history") ? [...words, "--keep-history"] : words;
}

async function runOne(
  flags: Flags,
  { scenario: written, profile, file }: ScenarioReadWell,
  command: string,
): Promise<number> {
  const scenario = forSeed(written, written.seed);
  const baseline = readBaseline(
    text(flags, "baseline") ?? baselinePath(scenario.name, scenario.seed),
    scenario.seed,
  );
  if ("problem" in baseline) {
    printProblems([baseline.problem]);
    return EXIT.badInput;
  }
  const folder = takeRunDirectory(
    `${scenario.name}-simulated-${scenario.seed}`,
    text(flags, "out"),
  );
  if (folder === undefined)
    throw new UsageError(`--out ${text(flags, "out")} must be an empty or a new folder`);
  const replay = replayCommand(folder);
  const again = withSeed(command, scenario.seed);
  printHead(scenario, String(scenario.seed), replay);
  const progress = new ProgressLine(!yes(flags, "quiet"), "simulated");
  const interrupt = watchInterrupt();
  const request = {
    scenario,
    profile,
    scenarioFile: file,
    command: again,
    onProgress: progress.update,
    interrupted: interrupt.asked,
    ...(baseline.baseline === undefined ? {} : { baseline: baseline.baseline }),
  };
  const result = await runToDirectory(request, folder, yes(flags, "keep-history")).finally(() => {
    interrupt.release();
    progress.end();
  });
  if (yes(flags, "save-baseline"))
    keepAsBaseline(baselinePath(scenario.name, scenario.seed), result);
  if (yes(flags, "json")) out(summaryJson(result));
  else if (!yes(flags, "quiet")) printResult(result);
  appendStepSummary(summaryMd(result));
  // What was cut short cannot be replayed to the same point.
  printCauses(result.causes, result.interrupted ? again : replay);
  err(`report: ${folder}/report.html`);
  err(folder);
  return result.exitCode;
}
