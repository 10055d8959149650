// Everything measured as the metrics of a result, in the order of the metric table: each untagged one, then
// its tags. Tagged metrics without a sample are left out.
import type { RuleResult } from "../history/checker.ts";
import type { Metric } from "../run/result.ts";
import type { Levels } from "./levels.ts";
import { METRICS, type MetricRow } from "./metric-table.ts";
import { RULE_COUNTERS, ruleOfCounter } from "./rule-counters.ts";
import type { Scope } from "./scope.ts";
import {
  counterMetric,
  gaugeMetric,
  trendMetric,
  type Counter,
  type Gauge,
  type Trend,
} from "./tally.ts";
import { STORES } from "./watch.ts";

export interface Collected {
  readonly trends: readonly Trend[];
  readonly counters: readonly Counter[];
  readonly levels: Levels;
  readonly rules: readonly RuleResult[];
}

/** Kinds of messages that attachments make; text is the rest. */
const KINDS: readonly (readonly [place: number, kind: string])[] = [
  [0, "text"],
  [1, "image"],
  [2, "voice"],
  [3, "file"],
];

export function collectMetrics(scope: Scope, collected: Collected): Record<string, Metric> {
  const { levels } = collected;
  const trends = byName(collected.trends);
  const counters = byName([...collected.counters, levels.storeOps, levels.frames]);
  const gauges = byName([levels.sessions, levels.cpu, levels.delay, levels.rss]);
  const metrics: Record<string, Metric> = {};
  for (const row of METRICS) {
    const trend = trends.get(row.name);
    const counter = counters.get(row.name);
    const gauge = gauges.get(row.name);
    if (trend !== undefined) addTrend(metrics, scope, row, trend);
    else if (counter !== undefined) addCounter(metrics, scope, row, counter);
    else if (gauge !== undefined) addGauge(metrics, scope, row, gauge);
    else addRuleCounter(metrics, scope, row, collected.rules);
  }
  return metrics;
}

function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

function addTrend(
  metrics: Record<string, Metric>,
  scope: Scope,
  { name, tags }: MetricRow,
  trend: Trend,
): void {
  const { phases, faults } = scope.scenario;
  const ofPhases = tags.includes("phase");
  metrics[name] = trendMetric(ofPhases ? trend.total() : trend.overall());
  const add = (tag: string, value: string, histogram: ReturnType<Trend["total"]>): void => {
    if (histogram.count > 0) metrics[`${name}{${tag}:${value}}`] = trendMetric(histogram);
  };
  if (ofPhases) phases.forEach((phase, index) => add("phase", phase.name, trend.ofPhase(index)));
  if (tags.includes("fault"))
    faults.forEach((fault, index) => add("fault", fault.name, trend.ofFault(index)));
  if (tags.includes("kind"))
    for (const [place, kind] of KINDS) add("kind", kind, trend.ofPlace(place));
}

function addCounter(
  metrics: Record<string, Metric>,
  scope: Scope,
  { name, unit, tags }: MetricRow,
  counter: Counter,
): void {
  metrics[name] = counterMetric(counter.total(), unit, scope.judgedUs);
  if (tags.includes("store"))
    STORES.forEach((store, place) => {
      const key = `${name}{store:${store}}`;
      metrics[key] = counterMetric(counter.total(place), unit, scope.judgedUs);
    });
  if (!tags.includes("phase")) return;
  scope.scenario.phases.forEach((phase, index) => {
    const key = `${name}{phase:${phase.name}}`;
    metrics[key] = counterMetric(counter.ofPhase(index), unit, phase.durationUs);
  });
}

function addGauge(
  metrics: Record<string, Metric>,
  scope: Scope,
  { name, unit }: MetricRow,
  gauge: Gauge,
): void {
  const total = gauge.total();
  if (total === undefined) return;
  metrics[name] = gaugeMetric(total, unit);
  for (let node = 0; node < scope.scenario.cluster.nodes; node += 1) {
    const level = gauge.ofNode(node);
    if (level !== undefined) metrics[`${name}{node:node-${node + 1}}`] = gaugeMetric(level, unit);
  }
}

function addRuleCounter(
  metrics: Record<string, Metric>,
  scope: Scope,
  { name, unit }: MetricRow,
  rules: readonly RuleResult[],
): void {
  if (!Object.hasOwn(RULE_COUNTERS, name)) return;
  const count = ruleOfCounter(name, rules)?.violationCount ?? 0;
  metrics[name] = counterMetric(count, unit, scope.judgedUs);
}
