// Two sets of runs of one scenario, metric by metric: regressed, clean or inconclusive. Simulated counts are exact,
// seed by seed; simulated times and loads need pairs of seeds; of live runs everything but the count of harm is a
// sample, and needs several runs on each side.
import type { Metric } from "../run/result.ts";
import type { Baseline } from "./baseline.ts";
import { enoughSamples } from "./histogram.ts";
import { METRICS, type MetricRow } from "./metric-table.ts";
import { medianInterval, medianOf, PAIRS_MIN } from "./paired.ts";
import { RULE_COUNTERS } from "./rule-counters.ts";
import { RUNS_MIN, shiftInterval } from "./shift-interval.ts";

export type Judgement = "regressed" | "clean" | "inconclusive";

export interface MetricComparison {
  readonly metric: string;
  /** "p(95)", "count", "max". */
  readonly figure: string;
  readonly unit: string;
  /** Medians over the runs that were compared; null where a side has no figure. */
  readonly base: number | null;
  readonly head: number | null;
  /** Of the median change, in percent; absent for exact counts and where it cannot be told. */
  readonly changePercent?: number;
  readonly interval?: readonly [low: number, high: number];
  /** Seeds, or runs of the smaller side. */
  readonly pairs: number;
  readonly verdict: Judgement;
  readonly why: string;
}

export interface Compared {
  readonly mode: "simulated" | "live";
  readonly base: readonly Baseline[];
  readonly head: readonly Baseline[];
  /** A time or load may rise by so many percent. */
  readonly withinPercent: number;
}

const CONFIDENCE = 0.95;
/** More of these is better; of all others less, or neither. */
const MORE_IS_BETTER: ReadonlySet<string> = new Set(["messages_confirmed"]);
/** How large a load was is no quality of what carried it. */
const NOT_JUDGED: ReadonlySet<string> = new Set(["sessions", "attachment_bytes"]);

export function compareMetrics(compared: Compared): readonly MetricComparison[] {
  return METRICS.filter(({ name }) => !NOT_JUDGED.has(name)).flatMap((row) =>
    figuresOf(row).flatMap((figure) => {
      const { base, head } = compared;
      const has = [...base, ...head].some((run) => figureIn(run, row, figure) !== undefined);
      return has ? [compareFigure(row, figure, compared)] : [];
    }),
  );
}

/** The worst of all: one that regressed outweighs any that cannot be told. */
export function verdictOf(comparisons: readonly { readonly verdict: Judgement }[]): Judgement {
  const has = (verdict: Judgement): boolean => comparisons.some((one) => one.verdict === verdict);
  if (has("regressed")) return "regressed";
  return has("inconclusive") || comparisons.length === 0 ? "inconclusive" : "clean";
}

function figuresOf({ type }: MetricRow): readonly string[] {
  if (type === "trend") return ["med", "p(95)"];
  return type === "counter" ? ["count"] : type === "gauge" ? ["max"] : ["rate"];
}

/** Undefined also for a percentile with too few samples beyond it. */
function figureIn(run: Baseline, { name }: MetricRow, figure: string): number | undefined {
  const metric: Metric | undefined = run.metrics[name];
  if (metric === undefined) return undefined;
  const values = metric.values as Readonly<Record<string, number>>;
  const percentile = /^p\((.+)\)$/.exec(figure)?.[1];
  if (percentile !== undefined && !enoughSamples(values["count"] ?? 0, Number(percentile)))
    return undefined;
  return values[figure];
}

function compareFigure(row: MetricRow, figure: string, compared: Compared): MetricComparison {
  const isHarm = RULE_COUNTERS[row.name] !== undefined;
  if (compared.mode === "live") {
    const sides = [compared.base, compared.head].map((runs) => present(runs, row, figure));
    return isHarm
      ? harm(row, figure, sides[0]!, sides[1]!)
      : sampled(row, figure, sides[0]!, sides[1]!, compared.withinPercent);
  }
  const pairs = pairsOf(row, figure, compared);
  return row.type === "counter"
    ? exact(row, figure, pairs)
    : paired(row, figure, pairs, compared.withinPercent);
}

function present(runs: readonly Baseline[], row: MetricRow, figure: string): number[] {
  return runs.flatMap((run) => figureIn(run, row, figure) ?? []);
}

interface Pair {
  readonly seed: number;
  readonly was: number;
  readonly is: number;
}

/** Seeds that only one side has are left out. */
function pairsOf(row: MetricRow, figure: string, { base, head }: Compared): readonly Pair[] {
  const old = new Map(base.map((run) => [run.seed, run]));
  return head.flatMap((run) => {
    const before = old.get(run.seed);
    const was = before === undefined ? undefined : figureIn(before, row, figure);
    const is = figureIn(run, row, figure);
    return was === undefined || is === undefined ? [] : [{ seed: run.seed, was, is }];
  });
}

function named(row: MetricRow, figure: string, base: readonly number[], head: readonly number[]) {
  const middle = (values: readonly number[]): number | null =>
    values.length === 0 ? null : medianOf([...values].sort((a, b) => a - b));
  const { name: metric, unit } = row;
  return { metric, figure, unit, base: middle(base), head: middle(head) };
}

/** Worse is above 0, in the metric's unit. */
function worsening({ name, unit }: MetricRow, was: number, is: number): number {
  return MORE_IS_BETTER.has(name) || unit === "MB/s" ? was - is : is - was;
}

function exact(row: MetricRow, figure: string, pairs: readonly Pair[]): MetricComparison {
  const head = named(row, figure, wases(pairs), ises(pairs));
  const worse = pairs.filter(({ was, is }) => worsening(row, was, is) > 0);
  const better = pairs.filter(({ was, is }) => worsening(row, was, is) < 0).length;
  const [first] = worse;
  const common = { ...head, pairs: pairs.length };
  if (pairs.length === 0)
    return { ...common, verdict: "inconclusive", why: "no seed on both sides" };
  if (first !== undefined) {
    const why = `worse in ${worse.length} of ${pairs.length} seeds, first seed ${first.seed}: ${first.was} then ${first.is}`;
    return { ...common, verdict: "regressed", why };
  }
  const why = better === 0 ? "equal in every seed" : `better in ${better} of ${pairs.length} seeds`;
  return { ...common, verdict: "clean", why };
}

function paired(
  row: MetricRow,
  figure: string,
  pairs: readonly Pair[],
  withinPercent: number,
): MetricComparison {
  const common = { ...named(row, figure, wases(pairs), ises(pairs)), pairs: pairs.length };
  const isEqual = pairs.length > 0 && pairs.every(({ was, is }) => was === is);
  if (isEqual) return { ...common, verdict: "clean", why: "equal in every seed" };
  if (pairs.length < PAIRS_MIN) {
    const why = `${pairs.length} seeds with the figure on both sides, ${PAIRS_MIN} are needed`;
    return { ...common, verdict: "inconclusive", why };
  }
  const changes = pairs.map(({ was, is }) => worsePercent(row, was, is)).sort((a, b) => a - b);
  const [low, high] = medianInterval(changes, CONFIDENCE);
  return { ...common, ...judged(medianOf(changes), low, high, withinPercent) };
}

function sampled(
  row: MetricRow,
  figure: string,
  base: readonly number[],
  head: readonly number[],
  withinPercent: number,
): MetricComparison {
  const pairs = Math.min(base.length, head.length);
  const common = { ...named(row, figure, base, head), pairs };
  if (pairs < RUNS_MIN) {
    const why = `${base.length} and ${head.length} runs with the figure, ${RUNS_MIN} on each side are needed`;
    return { ...common, verdict: "inconclusive", why };
  }
  const of = (was: number, is: number): number => worsePercent(row, was, is);
  const { median, low, high } = shiftInterval(base, head, of, CONFIDENCE);
  return { ...common, ...judged(median, low, high, withinPercent) };
}

/** A lost message is a fact in either world, not a sample. */
function harm(
  row: MetricRow,
  figure: string,
  base: readonly number[],
  head: readonly number[],
): MetricComparison {
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const [was, is] = [sum(base), sum(head)];
  const common = { ...named(row, figure, base, head), pairs: Math.min(base.length, head.length) };
  if (common.pairs === 0)
    return { ...common, verdict: "inconclusive", why: "one side has no figure" };
  if (is > 0 && was === 0)
    return { ...common, verdict: "regressed", why: `none before, ${is} now` };
  if (is === 0)
    return { ...common, verdict: "clean", why: was === 0 ? "none" : `${was} before, none now` };
  const why = `${was} before and ${is} now: broken on both sides`;
  return { ...common, verdict: "inconclusive", why };
}

/** Above 0 is worse. */
function worsePercent(row: MetricRow, was: number, is: number): number {
  if (was === is) return 0;
  const worse = worsening(row, was, is);
  return was === 0 ? (worse > 0 ? Infinity : -Infinity) : (worse / was) * 100;
}

function judged(
  median: number,
  low: number,
  high: number,
  withinPercent: number,
): Pick<MetricComparison, "changePercent" | "interval" | "verdict" | "why"> {
  const interval = [rounded(low), rounded(high)] as const;
  const verdict =
    low > withinPercent ? "regressed" : high <= withinPercent ? "clean" : "inconclusive";
  const range = `95 % sure from ${percent(interval[0])} to ${percent(interval[1])} worse`;
  const why = verdict === "inconclusive" ? `${range}: too wide for ${withinPercent} %` : range;
  return { changePercent: rounded(median), interval, verdict, why };
}

function percent(value: number): string {
  return `${value > 0 ? "+" : ""}${value} %`;
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 100) / 100 : value;
}

function wases(pairs: readonly Pair[]): number[] {
  return pairs.map(({ was }) => was);
}

function ises(pairs: readonly Pair[]): number[] {
  return pairs.map(({ is }) => is);
}
