// A latency against a baseline, over paired seeds: each seed ran with the program of the baseline and with this
// one. Judged is the median of the paired relative changes, with the interval that the sign test gives for it: it
// assumes no distribution, needs no random numbers, and one wild seed does not move it. A threshold holds where
// the whole interval holds and is crossed where none of it does; between the two more seeds are needed.
import type { ThresholdResult } from "../run/result.ts";
import type { Threshold } from "../scenario/types.ts";
import { baselineKey, figureOf, type Baseline } from "./baseline.ts";
import { enoughSamples } from "./histogram.ts";
import { METRICS } from "./metric-table.ts";
import { holds } from "./watch.ts";

export const PAIRS_MIN = 20;
const CONFIDENCE = 0.95;

/** Counts are exact, seed by seed; a time, or a speed, is a sample of one. */
export function needsPairs({ baseline, name, aggregate }: Threshold): boolean {
  if (baseline === undefined || aggregate === "count") return false;
  return METRICS.find((row) => row.name === name)?.type === "trend";
}

export interface PairedResult extends ThresholdResult {
  /** Of the median change, in percent; absent where there are too few pairs. */
  readonly interval?: readonly [low: number, high: number];
  readonly pairs: number;
}

/** `value` is the median change in percent. Seeds that only one side has are left out. */
export function judgePaired(
  threshold: Threshold,
  before: readonly Baseline[],
  after: readonly Baseline[],
): PairedResult {
  const changes = changesOf(threshold, before, after);
  const { metric, expression, place } = threshold;
  const named = {
    metric,
    threshold: expression,
    pairs: changes.length,
    ...(place === undefined ? {} : { place }),
  };
  if (changes.length < PAIRS_MIN) {
    const found = changes.length === 1 ? "1 pair" : `${changes.length} pairs`;
    const why =
      before.length === 0
        ? "there is no baseline"
        : `${found} of seeds with the figure on both sides, ${PAIRS_MIN} are needed`;
    return { ...named, value: null, ok: null, why };
  }
  const [low, high] = medianInterval(changes, CONFIDENCE);
  const interval = [rounded(low), rounded(high)] as const;
  const value = rounded(medianOf(changes));
  const limit = threshold.baseline!.changePercent;
  const ok = verdict(threshold.op, interval, limit);
  const range = `95 % sure from ${signed(interval[0])} to ${signed(interval[1])}, ${changes.length} pairs`;
  const why = ok === null ? `${range}: too wide to tell, more seeds are needed` : range;
  return { ...named, value, ok, interval, why };
}

function changesOf(
  threshold: Threshold,
  before: readonly Baseline[],
  after: readonly Baseline[],
): number[] {
  const old = new Map(before.map((run) => [run.seed, run]));
  const changes: number[] = [];
  for (const run of after) {
    const was = sureFigure(threshold, old.get(run.seed));
    const is = sureFigure(threshold, run);
    if (was !== undefined && is !== undefined) changes.push(changePercent(was, is));
  }
  return changes.sort((a, b) => a - b);
}

/** undefined also for a percentile with too few samples beyond it. */
function sureFigure(threshold: Threshold, run: Baseline | undefined): number | undefined {
  const key = baselineKey(threshold);
  const metric = key === undefined ? undefined : run?.metrics[key];
  if (metric?.type !== "trend") return undefined;
  const { aggregate, percentile } = threshold;
  if (aggregate === "p" && !enoughSamples(metric.values["count"] ?? 0, percentile!))
    return undefined;
  return figureOf(metric, threshold);
}

function changePercent(was: number, is: number): number {
  if (was === is) return 0;
  return was === 0 ? Infinity : (is / was - 1) * 100;
}

function verdict(
  op: Threshold["op"],
  [low, high]: readonly [number, number],
  limit: number,
): boolean | null {
  const ends = [holds(op, low, limit), holds(op, high, limit)];
  const inside = low < limit && limit < high;
  if ((op === "==" || op === "!=") && inside) return null;
  if (ends[0] === ends[1]) return ends[0]!;
  return null;
}

export function medianOf(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[half]!;
  const [a, b] = [sorted[half - 1]!, sorted[half]!];
  return a === b ? a : (a + b) / 2;
}

/**
 * The interval of the median by the sign test: from the k-th smallest to the k-th largest, k as large as the
 * confidence allows. Of 20 values it is the 6th and the 15th.
 */
export function medianInterval(
  sorted: readonly number[],
  confidence: number,
): readonly [number, number] {
  const n = sorted.length;
  const below = (1 - confidence) / 2;
  const shares = binomialHalf(n);
  let tail = 0;
  let k = 0;
  // P(fewer than k + 1 of n fair coins) stays within the tail.
  while (k < n >> 1 && tail + shares[k]! <= below) tail += shares[k++]!;
  const at = Math.max(0, k - 1);
  return [sorted[at]!, sorted[n - 1 - at]!];
}

/** P(k of n fair coins), from the middle outwards so that nothing underflows where it counts. */
function binomialHalf(n: number): readonly number[] {
  const weights = new Array<number>(n + 1).fill(0);
  const middle = n >> 1;
  weights[middle] = 1;
  for (let k = middle; k > 0; k -= 1) weights[k - 1] = (weights[k]! * k) / (n - k + 1);
  for (let k = middle; k < n; k += 1) weights[k + 1] = (weights[k]! * (n - k)) / (k + 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 100) / 100 : value;
}

export function signed(percent: number): string {
  return `${percent > 0 ? "+" : ""}${percent} %`;
}
