// chatquake hunt: every planted bug must be caught by its rule, and clean seeds must raise no alarm. What it finds is
// written into the committed ledgers, from which CI looks again at each bug's catching seed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BUGS } from "../../bugs/zoo.ts";
import { runBugs } from "../../run/bugs/bugs.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { exploreToDirectory } from "../../run/explore/explore-to-directory.ts";
import type { ExploreResult } from "../../run/explore/explore-result.ts";
import { groundOf } from "../../run/bugs/hunt.ts";
import {
  bugLine,
  huntCauses,
  medianSeeds,
  mergeBugLines,
  readBugLines,
  writeBugLines,
  type BugLine,
} from "../../run/bugs/hunt-ledger.ts";
import { BUG_LEDGER, replaceFile } from "../../run/explore/ledger-file.ts";
import { packageRoot } from "../../run/package-root.ts";
import { readScenario } from "../../run/read-scenario.ts";
import { takeRunDirectory } from "../../run/run-directory.ts";
import { exploreCommand, runCommand } from "../../run/shown-commands.ts";
import { nearest } from "../../scenario/suggest.ts";
import { text, UsageError, whole, yes, type Command, type Flags } from "../command.ts";
import { err, out, printCauses } from "../console.ts";
import { ExploreProgressLine } from "../explore-progress.ts";
import { watchInterrupt } from "../interrupt.ts";
import { printExploration, printFailure } from "../print-exploration.ts";
import { workersOf } from "../run-seeds.ts";

const SEEDS = 2_000;
const CLEAN = 20_000;
const SEEDS_MAX = 1_000_000;
const SEED_MS = 60_000;
const AGAIN = "npx chatquake hunt";

export const huntCommand: Command = {
  name: "hunt",
  positional: "",
  describe:
    "hunt every planted bug, then run clean seeds: rules must see, and raise no false alarm",
  options: {
    seeds: { type: "string", describe: `seeds to try for each bug (default ${SEEDS})` },
    clean: { type: "string", describe: `clean seeds of scenarios/swarm.yaml (default ${CLEAN})` },
    only: { type: "string", describe: "some bugs: --only sent-before-durable,read-not-bounded" },
    workers: { type: "string", describe: "processes (default 2)" },
    "dry-run": { type: "boolean", describe: "write nothing into reports/ledger" },
    out: { type: "string", describe: "folder, empty or new (default below reports/)" },
    quiet: { alias: "q", type: "boolean", describe: "no progress and no summary" },
  },
  example: ["chatquake hunt --seeds 200 --clean 300", "a small one"],
  run: async (flags) => {
    const only = namesOf(flags);
    const seedsMax = whole(flags, "seeds", 1, SEEDS_MAX) ?? SEEDS;
    const clean = whole(flags, "clean", 0, SEEDS_MAX) ?? CLEAN;
    const dryRun = yes(flags, "dry-run");
    // As each ends: a hunt takes long, and may be cut short.
    const lines = await huntBugs(flags, only, seedsMax, dryRun ? () => undefined : enter);
    if (!dryRun) err(`ledger: ${BUG_LEDGER}`);
    const explored = clean === 0 ? undefined : await runClean(flags, clean, !dryRun);
    return verdict(lines, explored);
  },
};

function namesOf(flags: Flags): readonly string[] {
  const names = BUGS.map(({ name }) => name);
  const only = text(flags, "only")?.split(",");
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `unknown bug "${unknown}"; the nearest valid name is "${nearest(unknown, names)}"`,
    );
  return only ?? names;
}

async function huntBugs(
  flags: Flags,
  names: readonly string[],
  seedsMax: number,
  onLine: (line: BugLine) => void,
): Promise<readonly BugLine[]> {
  const groundName = (name: string): string => groundOf(BUGS.find((bug) => bug.name === name)!);
  const hunted = await runBugs({
    names,
    seedsMax,
    workers: workersOf(flags),
    onResult: (row) => {
      const { name, rule, caught, caughtBy, seeds } = row;
      const other = caughtBy === null ? "" : ` (only ${caughtBy})`;
      const how = caught ? `caught in seed ${seeds}` : `NOT caught in ${seeds} seeds${other}`;
      onLine(bugLine(row, groundName(name)));
      out(`${String(row.id).padStart(3)}  ${name.padEnd(38)} ${rule.padEnd(6)} ${how}`);
    },
  });
  const lines = hunted.map((row) => bugLine(row, groundName(row.name)));
  const caught = lines.filter(({ seed }) => seed !== null).length;
  out(`${caught} of ${lines.length} bugs caught, median ${medianSeeds(lines) ?? "–"} seeds`);
  return lines;
}

function enter(line: BugLine): void {
  const before = existsSync(BUG_LEDGER) ? readBugLines(readFileSync(BUG_LEDGER, "utf8")) : [];
  const names = BUGS.map(({ name }) => name);
  replaceFile(BUG_LEDGER, writeBugLines(mergeBugLines(before, [line], names)));
}

async function runClean(flags: Flags, clean: number, ledger: boolean): Promise<ExploreResult> {
  const input = { file: join(packageRoot(), "scenarios", "swarm.yaml"), sets: [], env: {} };
  const read = readScenario(input);
  if ("problems" in read) throw new Error(read.problems[0]!.message);
  const folder = takeRunDirectory("hunt", text(flags, "out"));
  if (folder === undefined)
    throw new UsageError(`--out ${text(flags, "out")} must be an empty or a new folder`);
  const shown = { ...input, file: "scenarios/swarm.yaml" };
  const quiet = yes(flags, "quiet");
  const progress = new ExploreProgressLine(!quiet);
  const interrupt = watchInterrupt();
  const { scenario, profile, file: scenarioFile } = read;
  const exploration = {
    ...{ scenario, profile, scenarioFile, folder, draw: "swarm" as const, seedMs: SEED_MS },
    seedCommand: runCommand(shown),
    command: exploreCommand(shown, ["--seeds", String(clean)]),
    seeds: [{ first: 1, last: clean }],
    asked: `1..${clean}`,
    workers: workersOf(flags),
    onFailure: printFailure,
    onProgress: progress.update,
    interrupted: interrupt.asked,
  };
  const result = await exploreToDirectory(exploration, ledger).finally(() => {
    interrupt.release();
    progress.clear();
  });
  printExploration(result, folder, { json: false, quiet });
  return result;
}

function verdict(lines: readonly BugLine[], explored: ExploreResult | undefined): number {
  const { missed, slow } = huntCauses(lines);
  printCauses(missed, AGAIN);
  if (slow !== undefined) printCauses([slow], AGAIN);
  const clean = explored?.exitCode ?? EXIT.ok;
  if (missed.length > 0 && clean !== EXIT.determinism) return EXIT.rule;
  return clean === EXIT.ok && slow !== undefined ? EXIT.inconclusive : clean;
}
