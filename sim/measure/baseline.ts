// A threshold against a baseline: the same metric of an earlier result. Counts of one seed are exact and are
// compared as they are; a latency of a single simulated run says nothing about a change, so it stays unknown
// until paired seeds are compared.
import type { Metric } from "../run/result.ts";
import type { Threshold } from "../scenario/types.ts";
import { holds, type Judged } from "./watch.ts";

export interface Baseline {
  readonly seed: number;
  readonly metrics: Readonly<Record<string, Metric>>;
}

const LATENCY_WHY = "a latency is compared over 20 or more paired seeds, not over one run";

/** `value` is what this run measured, null where nothing was. */
export function againstBaseline(
  threshold: Threshold,
  value: number | null,
  baseline: Baseline | undefined,
  seed: number,
): Judged {
  if (baseline === undefined) return { value, ok: null, why: "there is no baseline" };
  const key = baselineKey(threshold);
  const metric = key === undefined ? undefined : baseline.metrics[key];
  const before = figureOf(metric, threshold);
  if (value === null || before === undefined)
    return { value, ok: null, why: "the baseline or this run has no such figure" };
  if (metric!.type === "trend" && threshold.aggregate !== "count")
    return { value, ok: null, why: LATENCY_WHY };
  if (baseline.seed !== seed)
    return { value, ok: null, why: `the baseline is of seed ${baseline.seed}` };
  const limit = before * (1 + threshold.baseline!.changePercent / 100);
  return { value, ok: holds(threshold.op, value, limit), why: `the baseline has ${before}` };
}

/** Where a result has what this threshold is on; undefined for what only a run itself can follow. */
export function baselineKey(threshold: Threshold): string | undefined {
  const { name, tags, overUs, after, inPhase } = threshold;
  const named = Object.entries(tags);
  if (overUs !== undefined || after !== undefined) return undefined;
  const phase = inPhase === undefined || tags["phase"] === inPhase ? [] : [["phase", inPhase]];
  const all = [...named, ...phase];
  if (all.length > 1) return undefined;
  return all.length === 0 ? name : `${name}{${all[0]![0]}:${all[0]![1]}}`;
}

export function figureOf(metric: Metric | undefined, threshold: Threshold): number | undefined {
  if (metric === undefined) return undefined;
  const { aggregate, percentile } = threshold;
  const values = metric.values as Readonly<Record<string, number>>;
  if (aggregate === "p") return values[`p(${percentile})`];
  return values[aggregate];
}
