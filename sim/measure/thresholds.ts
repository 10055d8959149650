// Judges the thresholds of a scenario: plain ones on the final metrics, the others by the watch that followed
// them. What cannot be judged is neither held nor crossed: ok is null and `why` says why.
import type { RuleResult } from "../history/checker.ts";
import type { Metric, ThresholdResult } from "../run/result.ts";
import type { Threshold } from "../scenario/types.ts";
import { againstBaseline, figureOf, type Baseline } from "./baseline.ts";
import { enoughSamples } from "./histogram.ts";
import { RULE_COUNTERS, ruleOfCounter } from "./rule-counters.ts";
import { tooFew, verdictOf, type Judged, type Watch } from "./watch.ts";

const PERCENTILES: readonly number[] = [90, 95, 99, 99.9];

/** The key of a metric in a result: name{tag:value}. */
export function metricKey(name: string, tags: Readonly<Record<string, string>>): string {
  const [tag] = Object.keys(tags);
  return tag === undefined ? name : `${name}{${tag}:${tags[tag]}}`;
}

/** Whether the final metric alone cannot tell. What rules count is known at the end only. */
export function needsWatch(threshold: Threshold): boolean {
  if (Object.hasOwn(RULE_COUNTERS, threshold.name)) return false;
  const { aggregate, percentile, tags } = threshold;
  return (
    threshold.overUs !== undefined ||
    threshold.inPhase !== undefined ||
    threshold.after !== undefined ||
    threshold.abortOnFail ||
    Object.keys(tags).length > 1 ||
    (aggregate === "p" && !PERCENTILES.includes(percentile!))
  );
}

export function judgeThresholds(
  thresholds: readonly Threshold[],
  watches: readonly Watch[],
  metrics: Readonly<Record<string, Metric>>,
  rules: readonly RuleResult[],
  t: number,
  seed: number,
  baseline: Baseline | undefined,
): ThresholdResult[] {
  return thresholds.map((threshold) => {
    const watch = watches.find((candidate) => candidate.threshold === threshold);
    const key = metricKey(threshold.name, threshold.tags);
    const plain =
      unknownRule(threshold, rules) ??
      (watch === undefined ? judgePlain(threshold, metrics[key]) : watch.judge(t));
    const judged =
      threshold.baseline === undefined
        ? plain
        : againstBaseline(threshold, plain.value, baseline, seed);
    return {
      metric: threshold.metric,
      threshold: threshold.expression,
      ...judged,
      ...(threshold.place === undefined ? {} : { place: threshold.place }),
    };
  });
}

/** What a rule counts is known only where the rule was judged: nothing found so far is not none. */
function unknownRule({ name }: Threshold, rules: readonly RuleResult[]): Judged | undefined {
  const rule = ruleOfCounter(name, rules);
  if (rule?.verdict !== "unknown") return undefined;
  return { value: null, ok: null, why: `${rule.id} is unknown: ${rule.why ?? "not judged"}` };
}

function judgePlain(threshold: Threshold, metric: Metric | undefined): Judged {
  const nothing = { value: null, ok: null, why: "nothing was measured" };
  if (metric === undefined) return nothing;
  const value = figureOf(metric, threshold);
  if (value === undefined) return nothing;
  const { aggregate, percentile } = threshold;
  if (metric.type === "trend" && aggregate === "p") {
    const count = metric.values["count"] ?? 0;
    if (!enoughSamples(count, percentile!))
      return { value, ok: null, why: tooFew(count, percentile!) };
  }
  return verdictOf(threshold, value);
}
