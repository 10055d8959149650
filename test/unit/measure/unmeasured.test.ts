// Seeds whose figures nobody reads: which thresholds allow it, and that these are judged all the same.
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../sim/measure/metrics.ts";
import { createUnmeasured, needsMeasures } from "../../../sim/measure/unmeasured.ts";
import type { RuleResult } from "../../../sim/history/checker.ts";
import type { Threshold } from "../../../sim/scenario/types.ts";
import { scenarioWith, SECOND, thresholdOn } from "./scenarios.ts";

const counted = (name: string, parts: Partial<Threshold> = {}): Threshold =>
  thresholdOn(name, "count==0", { aggregate: "count", op: "==", value: 0, ...parts });

const lost = counted("messages_lost");
const doubled = counted("messages_duplicated");

function rule(id: RuleResult["id"], violationCount: number): RuleResult {
  const verdict = violationCount > 0 ? "invalid" : "valid";
  return { id, verdict, counted: 7, violations: [], violationCount };
}

describe("a run without measures", () => {
  it("is possible where every threshold counts broken rules", () => {
    expect(needsMeasures(scenarioWith({ thresholds: [] }))).toBe(false);
    expect(needsMeasures(scenarioWith({ thresholds: [lost, doubled] }))).toBe(false);
    for (const other of [
      counted("messages_refused"),
      counted("messages_lost", { aggregate: "rate" }),
      counted("messages_lost", { baseline: { factor: 1.1 } as never }),
      thresholdOn("message_delivery", "p(99)<100ms", {
        aggregate: "p",
        percentile: 99,
        value: 100,
      }),
    ])
      expect(needsMeasures(scenarioWith({ thresholds: [lost, other] }))).toBe(true);
  });

  it("judges its thresholds as a measured one does", () => {
    const scenario = scenarioWith({ thresholds: [lost, doubled] });
    const open: RuleResult = { ...rule("MSG1", 0), verdict: "unknown", why: "interrupted" };
    for (const rules of [
      [rule("MSG1", 0), rule("MSG4", 0)],
      [rule("MSG1", 3), rule("MSG4", 0)],
      [open, rule("MSG4", 2)],
    ]) {
      const plain = createUnmeasured(scenario).finish(70 * SECOND, rules).thresholds;
      expect(plain).toEqual(createMetrics(scenario).finish(70 * SECOND, rules).thresholds);
      expect(plain.some(({ ok }) => ok !== true)).toBe(rules[0]!.verdict !== "valid");
    }
  });
});
