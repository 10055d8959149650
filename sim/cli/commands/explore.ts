// chatquake explore: many seeds with faults, features and rates of their own; each failure is kept as a run directory.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "yargs";
import { exploreHtml } from "../../report/explore-html.ts";
import { exploreMd } from "../../report/explore-md.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { explore, type Exploration } from "../../run/explore.ts";
import type { ExploreResult, FailedSeed } from "../../run/explore-result.ts";
import { likenessOf } from "../../run/like.ts";
import { readScenario, type ScenarioReadWell } from "../../run/read-scenario.ts";
import { takeRunDirectory } from "../../run/run-directory.ts";
import { readSavedRun } from "../../run/saved-run.ts";
import type { SeedOutcome } from "../../run/seed-orders.ts";
import type { SeedRange } from "../../run/seed-ranges.ts";
import {
  exploreCommand as shownExplore,
  runCommand as shownRun,
} from "../../run/shown-commands.ts";
import { parseDurationUs } from "../../scenario/units.ts";
import type { Problem } from "../../scenario/problem.ts";
import { text, UsageError, whole, yes, type Command, type Flags } from "../command.ts";
import { appendStepSummary, err, out, paint, printCauses, printProblems } from "../console.ts";
import { ExploreProgressLine } from "../explore-progress.ts";
import { watchInterrupt } from "../interrupt.ts";
import { printHead } from "../print-run.ts";
import { SCENARIO_FLAGS, scenarioInput } from "../scenario-flags.ts";
import { typedSeeds } from "../seed-ranges.ts";
import { workersOf } from "../run-seeds.ts";

const SEEDS_DEFAULT = "300";
const SEED_TIMEOUT = "2m";
const { seed: _, ...OF_SCENARIO } = SCENARIO_FLAGS;

const OPTIONS: Readonly<Record<string, Options>> = {
  ...OF_SCENARIO,
  seeds: {
    type: "string",
    describe: `how many from 1 on, or which: --seeds 40..90 (default ${SEEDS_DEFAULT})`,
  },
  for: { type: "string", describe: "until so much time has passed: --for 10m" },
  workers: { type: "string", describe: "processes (default 2)" },
  like: {
    type: "string",
    describe: "search for the failure of this run directory, live or simulated, around its faults",
  },
  out: { type: "string", describe: "folder, empty or new (default below reports/)" },
  "seed-timeout": {
    type: "string",
    describe: `a seed that takes longer has failed (default ${SEED_TIMEOUT})`,
  },
  "min-hits": {
    type: "string",
    describe: "how often each cell must be met (default 100 in an hour, 1 from 300 seeds on)",
  },
  json: { type: "boolean", describe: "print the summary on stdout, and nothing else there" },
  quiet: { alias: "q", type: "boolean", describe: "no progress and no summary" },
};

export const exploreCommand: Command = {
  name: "explore",
  positional: "[scenario]",
  describe: "try many seeds, each with faults and settings of its own, and keep what fails",
  options: OPTIONS,
  example: [
    "chatquake explore scenarios/swarm.yaml --for 10m",
    "as many seeds as ten minutes allow; --like RUN_DIR searches for a failure that was seen",
  ],
  run: async (flags) => {
    const ground = groundOf(flags);
    if ("problems" in ground) {
      printProblems(ground.problems);
      return EXIT.badInput;
    }
    return exploreGround(flags, ground);
  },
};

/** What is explored, and how it is written on a command line. */
interface Ground {
  readonly read: ScenarioReadWell;
  readonly draw: Exploration["draw"];
  readonly seedCommand: string;
  readonly command: string;
  readonly search?: NonNullable<Exploration["search"]>;
}

function groundOf(flags: Flags): Ground | { readonly problems: readonly Problem[] } {
  const like = text(flags, "like");
  const file = text(flags, "scenario");
  if (like === undefined && file === undefined) throw new UsageError("explore needs <scenario>");
  const input = file === undefined ? undefined : scenarioInput(flags);
  const read = input === undefined ? undefined : readScenario(input);
  if (read !== undefined && "problems" in read) return read;
  if (like === undefined) {
    const written = read as ScenarioReadWell;
    return {
      read: written,
      draw: written.scenario.swarm ? "swarm" : "subset",
      seedCommand: shownRun(input!),
      command: shownExplore(input!, moreWords(flags)),
    };
  }
  return likeGround(flags, like, read);
}

function likeGround(
  flags: Flags,
  like: string,
  read: ScenarioReadWell | undefined,
): Ground | { readonly problems: readonly Problem[] } {
  const saved = readSavedRun(like);
  if ("problems" in saved) return saved;
  const likeness = likenessOf(saved.run, read?.scenario);
  if ("problems" in likeness) return likeness;
  const bug = text(flags, "bug");
  const scenario = {
    ...likeness.scenario,
    ...(bug === undefined ? {} : { bug }),
  };
  const file = read?.file ?? saved.run.scenarioFile;
  const profile = read?.profile ?? saved.run.profile;
  const words = { file: read === undefined ? "" : file, sets: [], env: {} };
  return {
    read: { scenario, profile, file },
    draw: "near",
    seedCommand: shownRun({ ...words, file }),
    command: shownExplore(words, moreWords(flags)),
    search: { like, rules: likeness.rules },
  };
}

/** What makes the exploration the same again. */
function moreWords(flags: Flags): readonly string[] {
  return ["seeds", "for", "like", "min-hits", "seed-timeout"].flatMap((name) => {
    const value = text(flags, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
}

async function exploreGround(flags: Flags, ground: Ground): Promise<number> {
  const { scenario, profile, file } = ground.read;
  const seeds = seedsOf(flags);
  const forMs = durationMs(flags, "for");
  const label = ground.search === undefined ? "explored" : "like";
  const folder = takeRunDirectory(`${scenario.name}-${label}`, text(flags, "out"));
  if (folder === undefined)
    throw new UsageError(`--out ${text(flags, "out")} must be an empty or a new folder`);
  const { asked } = seeds;
  printHead(scenario, asked, ground.command);
  const quiet = yes(flags, "quiet");
  const progress = new ExploreProgressLine(!quiet);
  const interrupt = watchInterrupt();
  const minHits = whole(flags, "min-hits", 0, 1_000_000);
  const result = await explore({
    scenario,
    profile,
    scenarioFile: file,
    seedCommand: ground.seedCommand,
    command: ground.command,
    draw: ground.draw,
    seeds: seeds.ranges,
    asked,
    workers: workersOf(flags),
    folder,
    seedMs: durationMs(flags, "seed-timeout") ?? parseDurationUs(SEED_TIMEOUT)! / 1000,
    ...(forMs === undefined ? {} : { forMs }),
    ...(minHits === undefined ? {} : { minHits }),
    ...(ground.search === undefined ? {} : { search: ground.search }),
    onSeed: (outcome, failure) => {
      progress.clear();
      tellSeed(outcome, failure);
    },
    onProgress: progress.update,
    interrupted: interrupt.asked,
  }).finally(() => {
    interrupt.release();
    progress.clear();
  });
  writeExploration(folder, result);
  if (yes(flags, "json")) out(JSON.stringify(result, null, 2));
  else if (!quiet) printExploration(result);
  appendStepSummary(exploreMd(result));
  printCauses(result.causes, ground.command);
  err(`report: ${folder}/explore.html`);
  err(folder);
  return result.exitCode;
}

interface AskedSeeds {
  readonly ranges: readonly SeedRange[];
  readonly asked: string;
}

function seedsOf(flags: Flags): AskedSeeds {
  const written = text(flags, "seeds");
  const forText = text(flags, "for");
  if (written === undefined && forText !== undefined)
    return { ranges: [{ first: 1, last: Infinity }], asked: `from 1 on, for ${forText}` };
  const seeds = written ?? SEEDS_DEFAULT;
  const ranges = typedSeeds(seeds);
  const shown = /^\d+$/.test(seeds) ? `1..${seeds}` : seeds;
  return { ranges, asked: forText === undefined ? shown : `${shown}, for at most ${forText}` };
}

function durationMs(flags: Flags, name: string): number | undefined {
  const written = text(flags, name);
  if (written === undefined) return undefined;
  const us = parseDurationUs(written);
  if (us === undefined || us <= 0)
    throw new UsageError(`--${name} needs a duration such as 10m, not "${written}"`);
  return us / 1000;
}

/** A seed is told where it failed; thousands that did not are counted. */
function tellSeed({ seed }: SeedOutcome, failure: FailedSeed | undefined): void {
  if (failure === undefined) return;
  err(`seed ${seed}: ${paint("red", failure.what)}`);
  for (const cause of failure.causes.slice(0, 3)) err(`  ${cause}`);
  for (const command of failure.commands) err(`  ${command}`);
}

function writeExploration(folder: string, result: ExploreResult): void {
  writeFileSync(join(folder, "explore.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, "explore.md"), exploreMd(result));
  writeFileSync(join(folder, "explore.html"), exploreHtml(result));
}

function printExploration(result: ExploreResult): void {
  out(exploreMd(result));
}
