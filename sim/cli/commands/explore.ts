// chatquake explore: many seeds with faults, features and rates of their own; each failure is kept as a run directory.
import type { Options } from "yargs";
import { EXIT } from "../../run/exit-codes.ts";
import type { Exploration } from "../../run/explore/explore.ts";
import { exploreToDirectory, firstUnexplored } from "../../run/explore/explore-to-directory.ts";
import { readSeedLedger } from "../../run/explore/ledger-file.ts";
import { likenessOf } from "../../run/explore/like.ts";
import { readScenario, type ScenarioReadWell } from "../../run/read-scenario.ts";
import { takeRunDirectory } from "../../run/run-directory.ts";
import { readSavedRun } from "../../run/saved-run.ts";
import type { SeedRange } from "../../run/seeds/seed-ranges.ts";
import {
  exploreCommand as shownExplore,
  runCommand as shownRun,
} from "../../run/shown-commands.ts";
import { parseDurationUs } from "../../scenario/units.ts";
import type { Problem } from "../../scenario/problem.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { text, UsageError, whole, yes, type Command, type Flags } from "../command.ts";
import { printProblems } from "../console.ts";
import { ExploreProgressLine } from "../explore-progress.ts";
import { watchInterrupt } from "../interrupt.ts";
import { printExploration, printFailure } from "../print-exploration.ts";
import { printHead } from "../print-run.ts";
import { SCENARIO_FLAGS, scenarioInput } from "../scenario-flags.ts";
import { typedSeeds } from "../seed-ranges.ts";
import { workersOf } from "../run-seeds.ts";

const SEEDS_DEFAULT = "300";
const SEED_TIMEOUT = "1m";
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
    describe: `a seed that takes more processor time has failed (default ${SEED_TIMEOUT})`,
  },
  "min-hits": {
    type: "string",
    describe: "how often each cell must be met (default 100 in an hour, 1 from 300 seeds on)",
  },
  ledger: {
    type: "boolean",
    describe: "enter the seeds into reports/ledger, and with --for go on behind those it holds",
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
    const problem = yes(flags, "ledger") ? ledgerProblem(ground) : undefined;
    if (problem !== undefined) throw new UsageError(problem);
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

/** Only what the scenario and the code alone decide is entered, and only into a ledger that can be read. */
function ledgerProblem({ read, search }: Ground): string | undefined {
  if (read.scenario.bug !== undefined || search !== undefined)
    return "--ledger is for seeds of a scenario as it is: not with a planted bug, nor with --like";
  const ledger = readSeedLedger();
  if (!("problems" in ledger)) return undefined;
  const { file, line, message } = ledger.problems[0]!;
  return `${file}:${line} ${message}`;
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
  const seeds = seedsOf(flags, scenario);
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
  const exploration: Exploration = {
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
    onFailure: (failure) => {
      progress.clear();
      printFailure(failure);
    },
    onProgress: progress.update,
    interrupted: interrupt.asked,
  };
  const result = await exploreToDirectory(exploration, yes(flags, "ledger")).finally(() => {
    interrupt.release();
    progress.clear();
  });
  printExploration(result, folder, { json: yes(flags, "json"), quiet });
  return result.exitCode;
}

interface AskedSeeds {
  readonly ranges: readonly SeedRange[];
  readonly asked: string;
}

function seedsOf(flags: Flags, scenario: ResolvedScenario): AskedSeeds {
  const written = text(flags, "seeds");
  const forText = text(flags, "for");
  if (written === undefined && forText !== undefined) {
    const first = yes(flags, "ledger") ? firstUnexplored(scenario) : 1;
    return { ranges: [{ first, last: Infinity }], asked: `from ${first} on, for ${forText}` };
  }
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
