// chatquake run --seeds A..B: a line a seed, the table of what was tried, and a verdict on all of them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { needsPairs, signed, type PairedResult } from "../measure/paired.ts";
import { baselinePath, mayBeBaseline, readBaselines, saveBaselines } from "../run/baselines.ts";
import { EXIT } from "../run/exit-codes.ts";
import { baselinesOf, sweepSeeds, type SweepResult } from "../run/seeds/many-seeds.ts";
import type { ScenarioReadWell } from "../run/read-scenario.ts";
import { takeRunDirectory } from "../run/run-directory.ts";
import type { SeedOutcome } from "../run/seeds/seed-orders.ts";
import { replayCommand, withSeed } from "../run/shown-commands.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { text, UsageError, whole, yes, type Flags } from "./command.ts";
import { appendStepSummary, err, out, paint, printCauses, printProblems } from "./console.ts";
import { watchInterrupt } from "./interrupt.ts";
import { printHead } from "./print-run.ts";

const WORKERS = 2;
const WORKERS_MAX = 64;
const SEEDS_MAX = 1_000_000;

export async function runSeeds(
  flags: Flags,
  { scenario, profile, file: scenarioFile }: ScenarioReadWell,
  command: string,
  seeds: string,
): Promise<number> {
  const [firstSeed, lastSeed] = seedRange(seeds);
  const workers = workersOf(flags);
  const base = `${scenario.name}-simulated-${firstSeed}..${lastSeed}`;
  const folder = takeRunDirectory(base, text(flags, "out"));
  if (folder === undefined)
    throw new UsageError(`--out ${text(flags, "out")} must be an empty or a new folder`);
  mkdirSync(folder, { recursive: true });
  printHead(scenario, seeds, withSeed(command, "N"));
  const wantsSave = yes(flags, "save-baseline");
  const usual = baselinePath(scenario.name, seeds);
  const read = readBaselines(text(flags, "baseline") ?? usual);
  if ("problem" in read) {
    printProblems([read.problem]);
    return EXIT.badInput;
  }
  const interrupt = watchInterrupt();
  const quiet = yes(flags, "quiet");
  const json = yes(flags, "json");
  const result = await sweepSeeds({
    scenario,
    profile,
    scenarioFile,
    command,
    firstSeed,
    lastSeed,
    workers,
    folder,
    baselines: read.baselines,
    keepMetrics: wantsSave || scenario.thresholds.some(needsPairs),
    onSeed: (outcome) => printSeed(outcome, command, quiet),
    interrupted: interrupt.asked,
  }).finally(interrupt.release);
  writeFileSync(join(folder, "summary.json"), sweepJson(scenario, seeds, result));
  if (json) out(sweepJson(scenario, seeds, result));
  else if (!quiet) printTable(result);
  appendStepSummary(`${verdict(result)}\n`);
  if (wantsSave) {
    const good = result.outcomes.length > 0 && mayBeBaseline(result.exitCode);
    if (good) saveBaselines(usual, baselinesOf(result.outcomes));
    err(good ? `baseline: ${usual}` : "not kept as a baseline: the seeds did not end well");
  }
  const paired = result.thresholds.flatMap((one) => pairedCause(one) ?? []);
  printCauses(paired, `${command} --seeds ${seeds}`);
  const gaps = result.gaps.map((gap) => `never or too seldom tried: ${gap}`);
  printCauses(gaps, `${command} --seeds ${seeds}`);
  err(verdict(result));
  err(folder);
  return result.exitCode;
}

export function workersOf(flags: Flags): number {
  return whole(flags, "workers", 1, WORKERS_MAX) ?? WORKERS;
}

function seedRange(written: string): readonly [number, number] {
  const match = /^(\d{1,15})\.\.(\d{1,15})$/.exec(written);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match === null || last < first)
    throw new UsageError(`--seeds needs a range such as 1..300, not "${written}"`);
  if (last - first >= SEEDS_MAX) throw new UsageError(`--seeds: at most ${SEEDS_MAX} at once`);
  return [first, last];
}

function printSeed(outcome: SeedOutcome, command: string, quiet: boolean): void {
  const { seed, exitCode, wallMs, confirmed, traceHash, folder } = outcome;
  const well = exitCode === 0;
  if (!quiet || !well) {
    const mark = well ? paint("green", "ok") : paint("red", `exit ${exitCode}`);
    err(`seed ${seed}: ${mark}, ${confirmed} confirmed, ${Math.round(wallMs)} ms, ${traceHash}`);
  }
  const replay = folder === undefined ? withSeed(command, seed) : replayCommand(folder);
  printCauses(
    outcome.causes.map((cause) => `seed ${seed}: ${cause}`),
    replay,
  );
}

function pairedCause(result: PairedResult): string | undefined {
  const { metric, threshold, value, ok, why = "", place } = result;
  if (ok === true) return undefined;
  const named = `${metric}: ${threshold}${place === undefined ? "" : ` (scenario ${place})`}`;
  if (ok === null) return `${named} cannot be judged, ${why}`;
  return `${named} crossed: ${value === null ? "no value" : signed(value)}, ${why}`;
}

function printTable({ coverage, thresholds }: SweepResult): void {
  for (const { metric, threshold, value, ok, why } of thresholds) {
    const mark = ok === true ? "ok     " : ok === false ? "CROSSED" : "unknown";
    out(
      `  ${mark}  ${metric}: ${threshold} (${value === null ? "–" : signed(value)}; ${why ?? ""})`,
    );
  }
  const width = Math.max(0, ...coverage.map(({ what }) => what.length));
  for (const { what, counts } of coverage) {
    const figures = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
    out(`${what.padEnd(width)}  ${figures.join(", ")}`);
  }
}

function verdict({ outcomes, confirmed, exitCode }: SweepResult): string {
  const well = outcomes.filter((outcome) => outcome.exitCode === 0).length;
  return `${well} of ${outcomes.length} seeds well, ${confirmed} messages confirmed, exit ${exitCode}`;
}

function sweepJson(scenario: ResolvedScenario, seeds: string, result: SweepResult): string {
  const summary = {
    scenario: scenario.name,
    seeds,
    mode: "simulated",
    confirmed: result.confirmed,
    gaps: result.gaps,
    thresholds: result.thresholds,
    coverage: result.coverage,
    outcomes: result.outcomes.map(({ coverage: _, metrics: _metrics, ...outcome }) => outcome),
    exitCode: result.exitCode,
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}
