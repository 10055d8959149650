// In place of metrics where nobody will read how fast a run was: one of very many seeds, whose thresholds ask no
// more than how often a rule was broken.
import type { Metric } from "../run/result.ts";
import type { ResolvedScenario, Threshold } from "../scenario/types.ts";
import type { Metrics } from "./metrics.ts";
import { RULE_COUNTERS, ruleOfCounter } from "./rule-counters.ts";
import { Seconds } from "./seconds.ts";
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
      for (const { name, tags } of thresholds) {
        const count = ruleOfCounter(name, rules)?.violationCount ?? 0;
        metrics[metricKey(name, tags)] = counterMetric(count, "messages", 0);
      }
      return {
        metrics,
        series: new Seconds().series(t),
        thresholds: judgeThresholds(thresholds, [], metrics, rules, t, seed, undefined),
      };
    },
  };
}
