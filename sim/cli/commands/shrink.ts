// chatquake shrink: the smallest scenario that still breaks the rule that a run broke.
import { performance } from "node:perf_hooks";
import { EXIT } from "../../run/exit-codes.ts";
import { keepRegression } from "../../run/shrink/keep-regression.ts";
import { takeRunDirectory } from "../../run/run-directory.ts";
import { readSavedRun, type SavedRunFiles } from "../../run/saved-run.ts";
import { shrinkCommand as shownShrink } from "../../run/shown-commands.ts";
import {
  shrinkToDirectory,
  sizeText,
  type ShrunkRun,
} from "../../run/shrink/shrink-to-directory.ts";
import { parseDurationUs } from "../../scenario/units.ts";
import { required, text, UsageError, yes, type Command, type Flags } from "../command.ts";
import { err, out, printCauses, printProblems } from "../console.ts";
import { watchInterrupt } from "../interrupt.ts";
import { brokenRule } from "../broken-rule.ts";
import { workersOf } from "../run-seeds.ts";
import { ShrinkLine } from "../shrink-line.ts";

const FOR_DEFAULT = "60s";

export const shrinkCommand: Command = {
  name: "shrink",
  positional: "<dir>",
  describe: "find the smallest scenario that still breaks the rule that a run broke",
  options: {
    rule: {
      type: "string",
      describe: "which of the broken rules (default: the planted bug's, or the first)",
    },
    out: { type: "string", describe: "run directory, empty or new (default below reports/)" },
    for: { type: "string", describe: `how long to search at most (default ${FOR_DEFAULT})` },
    workers: { type: "string", describe: "processes that try candidates (default 2)" },
    keep: {
      type: "string",
      describe:
        "keep it as scenarios/regressions/RULE-SLUG.yaml, with a line in the table there: --keep SLUG",
    },
    quiet: { alias: "q", type: "boolean", describe: "no progress" },
  },
  example: [
    "chatquake shrink reports/swarm-simulated-8 --rule LIV3",
    "a scenario under 40 lines, and where it leaves the nearest passing run",
  ],
  run: async (flags) => {
    const folder = required(flags, "dir");
    const read = readSavedRun(folder);
    if ("problems" in read) {
      printProblems(read.problems);
      return EXIT.badInput;
    }
    const rule = brokenRule(read.run, text(flags, "rule"));
    const forMs = durationMs(text(flags, "for") ?? FOR_DEFAULT);
    const slug = slugOf(flags);
    const into = directoryFor(read.run, text(flags, "out"));
    const startMs = performance.now();
    // Taken before a run's guards keep the machine's clock out.
    const nowMs = performance.now.bind(performance);
    const interrupt = watchInterrupt();
    const line = new ShrinkLine(!yes(flags, "quiet"), nowMs);
    err(`shrinking ${folder}: ${rule}`);
    const shrunk = await shrinkToDirectory({
      run: read.run,
      rule,
      folder: into,
      workers: workersOf(flags),
      nowMs,
      isOver: () => interrupt.asked() || nowMs() - startMs > forMs,
      onProgress: line.update,
    }).finally(() => {
      interrupt.release();
      line.end();
    });
    if (shrunk === undefined) {
      printCauses([`${rule} is not broken when the run is made again`], shownShrink(folder));
      return EXIT.inconclusive;
    }
    printShrunk(shrunk, (nowMs() - startMs) / 1000);
    if (slug !== undefined) err(`kept: ${keepRegression(shrunk, rule, slug)}`);
    err(`report: ${into}/report.html`);
    err(into);
    const judged = shrunk.result.rules.find(({ id }) => id === rule);
    return judged?.verdict === "invalid" ? EXIT.ok : EXIT.inconclusive;
  },
};

function durationMs(written: string): number {
  const us = parseDurationUs(written);
  if (us === undefined || us === 0)
    throw new UsageError(`--for needs a duration such as "60s", not "${written}"`);
  return us / 1000;
}

function slugOf(flags: Flags): string | undefined {
  const slug = text(flags, "keep");
  if (slug !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug))
    throw new UsageError(`--keep needs words in small letters with "-" between, not "${slug}"`);
  return slug;
}

function directoryFor({ scenario }: SavedRunFiles, given: string | undefined): string {
  const folder = takeRunDirectory(`${scenario.name}-shrunk-${scenario.seed}`, given);
  if (folder === undefined) throw new UsageError(`--out ${given} must be an empty or a new folder`);
  return folder;
}

function printShrunk(shrunk: ShrunkRun, seconds: number): void {
  const { before, after, lines, tried, complete, file, comment } = shrunk;
  out(`from ${sizeText(before)}`);
  out(`to   ${sizeText(after)}, ${lines} lines: ${file}`);
  out(
    `${tried} candidates in ${seconds.toFixed(1)} s${complete ? "" : "; the time was up: --for gives it more"}`,
  );
  for (const line of comment) out(line);
}
