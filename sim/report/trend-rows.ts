// The trends of a result as rows of a table: which percentiles are shown, and in which unit a figure stands.
import { METRICS } from "../measure/metric-table.ts";
import type { RunResult } from "../run/result.ts";

export interface TrendColumn {
  readonly value: string;
  readonly percentile?: number;
}

export const TREND_COLUMNS: readonly TrendColumn[] = [
  { value: "min" },
  { value: "avg" },
  { value: "med" },
  { value: "p(90)", percentile: 90 },
  { value: "p(95)", percentile: 95 },
  { value: "p(99)", percentile: 99 },
  { value: "p(99.9)", percentile: 99.9 },
  { value: "max" },
];

export interface TrendRow {
  readonly key: string;
  readonly count: number;
  readonly values: Readonly<Record<string, number>>;
  readonly hdr: string | undefined;
}

/** Trends with at least one sample, in the order of the result. */
export function trendsOf(metrics: RunResult["metrics"]): TrendRow[] {
  const rows: TrendRow[] = [];
  for (const [key, metric] of Object.entries(metrics)) {
    if (metric.type !== "trend") continue;
    const count = metric.values["count"] ?? 0;
    if (count > 0) rows.push({ key, count, values: metric.values, hdr: metric.hdr });
  }
  return rows;
}

export function metricName(key: string): string {
  return key.split("{")[0]!.trim();
}

export function metricUnit(key: string): string {
  return METRICS.find(({ name }) => name === metricName(key))?.unit ?? "";
}

export function metricText(key: string): string {
  return METRICS.find(({ name }) => name === metricName(key))?.text ?? "";
}
