// Many seeds of one scenario: spread over worker processes, told one line a seed in the order of the seeds, and
// merged into one table of what was tried. Of a swarm everything must have been tried: a zero is inconclusive.
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { Baseline } from "../../measure/baseline.ts";
import { judgePaired, needsPairs, type PairedResult } from "../../measure/paired.ts";
import { EXIT } from "../exit-codes.ts";
import type { CoverageRow } from "../result.ts";
import type { SeedOrder, SeedOutcome, SeedSetup } from "./seed-orders.ts";
import { gapsOf, mergeCoverage } from "./sweep-coverage.ts";
import { runWorker } from "../worker-process.ts";

export interface Sweep {
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly scenarioFile: string;
  /** How one of them is run again, without its seed. */
  readonly command: string;
  readonly firstSeed: number;
  readonly lastSeed: number;
  readonly workers: number;
  /** Where the run directories of failing seeds go. */
  readonly folder: string;
  /** Of earlier runs of these seeds; empty where there is no baseline. */
  readonly baselines: readonly Baseline[];
  /** To compare with a baseline, or to become one. */
  readonly keepMetrics: boolean;
  /** In the order of the seeds. */
  readonly onSeed: (outcome: SeedOutcome) => void;
  readonly interrupted: () => boolean;
}

export interface SweepResult {
  readonly outcomes: readonly SeedOutcome[];
  readonly coverage: readonly CoverageRow[];
  /** What was never, or not often enough, tried; only of swarms. */
  readonly gaps: readonly string[];
  readonly confirmed: number;
  /** Latencies against the baseline, over all seeds that both have. */
  readonly thresholds: readonly PairedResult[];
  readonly exitCode: number;
}

export async function sweepSeeds(sweep: Sweep): Promise<SweepResult> {
  const outcomes = await runAll(sweep);
  const coverage = mergeCoverage(outcomes.map((outcome) => outcome.coverage));
  const confirmed = outcomes.reduce((sum, outcome) => sum + outcome.confirmed, 0);
  const complete = outcomes.length === sweep.lastSeed - sweep.firstSeed + 1;
  const gaps =
    sweep.scenario.swarm && complete ? gapsOf(sweep.scenario, coverage, outcomes.length) : [];
  const thresholds = complete ? pairedThresholds(sweep, outcomes) : [];
  const exitCode = codeOf(outcomes, gaps, thresholds, complete);
  return { outcomes, coverage, gaps, confirmed, thresholds, exitCode };
}

function pairedThresholds(
  { scenario, baselines }: Sweep,
  outcomes: readonly SeedOutcome[],
): readonly PairedResult[] {
  const paired = scenario.thresholds.filter(needsPairs);
  if (paired.length === 0) return [];
  const now = baselinesOf(outcomes);
  return paired.map((threshold) => judgePaired(threshold, baselines, now));
}

export function baselinesOf(outcomes: readonly SeedOutcome[]): readonly Baseline[] {
  return outcomes.flatMap(({ seed, metrics }) =>
    metrics === undefined ? [] : [{ seed, metrics }],
  );
}

/** The worst seed decides; then what was not tried. */
function codeOf(
  outcomes: readonly SeedOutcome[],
  gaps: readonly string[],
  thresholds: readonly PairedResult[],
  complete: boolean,
): number {
  const order = [EXIT.defect, EXIT.determinism, EXIT.rule, EXIT.interrupted];
  const codes = outcomes.map(({ exitCode }) => exitCode);
  const worst = order.find((code) => codes.includes(code));
  if (worst !== undefined) return worst;
  if (!complete) return EXIT.interrupted;
  const slower = thresholds.some(({ ok }) => ok === false);
  if (slower || codes.includes(EXIT.regression)) return EXIT.regression;
  if (codes.includes(EXIT.threshold)) return EXIT.threshold;
  const open = gaps.length > 0 || thresholds.some(({ ok }) => ok === null);
  return open || codes.includes(EXIT.inconclusive) ? EXIT.inconclusive : EXIT.ok;
}

async function runAll(sweep: Sweep): Promise<readonly SeedOutcome[]> {
  const finished = new Map<number, SeedOutcome>();
  let nextSeed = sweep.firstSeed;
  let nextTold = sweep.firstSeed;
  const take = (): number | undefined =>
    nextSeed > sweep.lastSeed || sweep.interrupted() ? undefined : nextSeed++;
  const done = (outcome: SeedOutcome): void => {
    finished.set(outcome.seed, outcome);
    for (let told = finished.get(nextTold); told !== undefined; told = finished.get(nextTold)) {
      sweep.onSeed(told);
      nextTold += 1;
    }
  };
  const seeds = sweep.lastSeed - sweep.firstSeed + 1;
  const workers = Array.from({ length: Math.min(sweep.workers, seeds) }, () =>
    seedWorker(sweep, take, done),
  );
  await Promise.all(workers);
  return [...finished.values()].toSorted((a, b) => a.seed - b.seed);
}

function seedWorker(
  sweep: Sweep,
  take: () => number | undefined,
  done: (outcome: SeedOutcome) => void,
): Promise<void> {
  const { scenario, profile, scenarioFile, command, folder, baselines, keepMetrics } = sweep;
  const what = { scenario, profile, scenarioFile, command };
  const setup: SeedSetup = { ...what, folder, baselines, keepMetrics };
  const order = (): SeedOrder | undefined => {
    const seed = take();
    return seed === undefined ? undefined : { seed, keep: true };
  };
  const nameOf = ({ seed }: SeedOrder): string => `seed ${seed}`;
  return runWorker({ worker: "seeds/seed-worker", setup, take: order, done, nameOf });
}
