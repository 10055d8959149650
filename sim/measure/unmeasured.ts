// In place of metrics where nobody will read how fast a run was: one of very many seeds, whose thresholds ask no
// more than how often a rule was broken.
import type { Metric } from "../run/result.ts";
import type { RuleResult } from "../history/checker.ts";
import type { ResolvedScenario, Threshold } from "../scenario/types.ts";
import type { Metrics } from "./metrics.ts";
import { RULE_COUNTERS } from "./rule-counters.ts";
import { counterMetric } from "./tally.ts";
import { judgeThresholds, metricKey } from "./thresholds.ts";

export function needsMeasures({ thresholds }: ResolvedScenario): boolean {
  return !thresholds.every(countsBrokenRules);
}

function countsBrokenRules({ name, aggregate, baseline }: Threshold): boolean {
  return aggregate === "count" && baseline === undefined && Object.hasOwn(RULE_COUNTERS, name);
}

export function createUnmeasured({ thresholds, seed }: ResolvedScenario): Metrics {
  return {
    listener: {},
    sample: () => undefined,
    crossed: () => undefined,
    deliveryP99Ms: () => null,
    finish(t, rules) {
      const metrics: Record<string, Metric> = {};
      for (const { name, tags } of thresholds)
        metrics[metricKey(name, tags)] = counterMetric(broken(rules, name), "messages", 0);
      return {
        metrics,
        series: { secondUs: 1_000_000, columns: {} },
        thresholds: judgeThresholds(thresholds, [], metrics, rules, t, seed, undefined),
      };
    },
  };
}

function broken(rules: readonly RuleResult[], name: string): number {
  return rules.find(({ id }) => id === RULE_COUNTERS[name])?.violationCount ?? 0;
}
