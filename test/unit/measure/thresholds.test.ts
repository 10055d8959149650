// Thresholds: plain ones, windows, phases, after a fault, too few samples, baselines, aborting.
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../sim/measure/metrics.ts";
import type { Baseline } from "../../../sim/measure/baseline.ts";
import type { RuleResult } from "../../../sim/history/checker.ts";
import type { Fault, Threshold } from "../../../sim/scenario/types.ts";
import { scenarioWith, SECOND, thresholdOn } from "./scenarios.ts";

const fault: Fault = { name: "away", kind: "key_away", atUs: 30 * SECOND, forUs: 10 * SECOND };

/** A message each 10 ms from second 0 to 70, delivered after `delayMs(second)`. */
function judge(
  threshold: Threshold,
  delayMs: (second: number) => number,
  baseline?: Baseline,
  every = 10_000,
) {
  const metrics = createMetrics(scenarioWith({ faults: [fault], thresholds: [threshold] }));
  const tell = metrics.listener;
  tell.signedIn?.(0, 2, 2, 0);
  tell.phaseBegan?.(0, 0);
  let steady = false;
  let n = 0;
  const began = new Set<string>();
  const once = (what: string, when: boolean, act: () => void): void => {
    if (!when || began.has(what)) return;
    began.add(what);
    act();
  };
  for (let t = 0; t < 70 * SECOND; t += every) {
    if (!steady && t >= 10 * SECOND) {
      steady = true;
      tell.phaseBegan?.(10 * SECOND, 1);
    }
    once("begin", t >= 30 * SECOND, () => tell.faultBegan?.(30 * SECOND, 0));
    once("end", t >= 40 * SECOND, () => tell.faultEnded?.(40 * SECOND, 0));
    n += 1;
    tell.sendIntended?.(t, 1, 2, 1, n, 0);
    tell.sendInvoked?.(t, 1, 1, 1, n, n, 0, 1, t);
    tell.sendEnded?.(t, 1, 1, 1, n, 0);
    tell.shown?.(t + 1000 * delayMs(t / SECOND), 2, 2, 1, 1, 1, 1, n, n, 0, 1);
  }
  const crossed = metrics.crossed(70 * SECOND);
  const measured = metrics.finish(70 * SECOND, [], baseline);
  return { ...measured.thresholds[0]!, crossed, measured };
}

const p99 = (parts: Partial<Threshold> = {}, expression = "p(99)<100ms"): Threshold =>
  thresholdOn("message_delivery", expression, {
    aggregate: "p",
    percentile: 99,
    value: 100,
    ...parts,
  });

describe("a threshold", () => {
  it("is met or crossed on the whole, warm-up left out", () => {
    expect(judge(p99(), (s) => (s < 10 ? 500 : 20))).toMatchObject({ ok: true, value: 20 });
    expect(judge(p99(), () => 120)).toMatchObject({ ok: false });
  });

  it("over windows holds only if each full window holds", () => {
    const spike = (s: number): number => (s >= 50 && s < 51 ? 400 : 20);
    expect(judge(p99(), spike).ok).toBe(false);
    const over = { overUs: 20 * SECOND };
    expect(judge(p99(over), spike)).toMatchObject({ ok: false });
    expect(judge(p99(over), (s) => (s < 10 ? 400 : 20))).toMatchObject({ ok: true });
    expect(judge(p99({ overUs: 61 * SECOND }), () => 20)).toMatchObject({ ok: null, value: null });
  });

  it("in a phase looks at that phase alone", () => {
    const slowStart = (s: number): number => (s < 10 ? 500 : 20);
    expect(judge(p99({ inPhase: "warmup" }), slowStart).ok).toBe(false);
    expect(judge(p99({ inPhase: "steady" }), slowStart).ok).toBe(true);
  });

  it("after a fault looks at what follows its end and the grace", () => {
    const hurt = (s: number): number => (s >= 30 && s < 44 ? 400 : 20);
    const after = (withinUs: number): Threshold => p99({ after: { fault: "away", withinUs } });
    expect(judge(after(5 * SECOND), hurt).ok).toBe(true);
    expect(judge(after(SECOND), hurt).ok).toBe(false);
  });

  it("on a percentile with fewer than ten samples beyond is unknown, a maximum is not", () => {
    const seldom = SECOND / 2;
    const sparse = judge(p99(), () => 20, undefined, seldom);
    expect(sparse.ok).toBeNull();
    expect(sparse.why).toContain("too few");
    const max = thresholdOn("message_delivery", "max<100ms", { aggregate: "max", value: 100 });
    expect(judge(max, () => 20, undefined, seldom)).toMatchObject({ ok: true, value: 20 });
  });

  it("on several tags at once, or an odd percentile, is followed while the run goes on", () => {
    const both = p99({ tags: { phase: "steady", kind: "text" } });
    expect(judge(both, () => 20)).toMatchObject({ ok: true });
    expect(judge(p99({ percentile: 97.5 }), () => 20)).toMatchObject({ ok: true });
  });

  it("on counts is exact", () => {
    const count = thresholdOn("messages_lost", "count==0", {
      aggregate: "count",
      op: "==",
      value: 0,
    });
    expect(judge(count, () => 20)).toMatchObject({ ok: true, value: 0 });
  });

  it("on what a rule counts is unknown where the rule is", () => {
    const lost = thresholdOn("messages_lost", "count==0", {
      aggregate: "count",
      op: "==",
      value: 0,
    });
    const metrics = createMetrics(scenarioWith({ thresholds: [lost] }));
    const open: RuleResult = {
      id: "MSG1",
      verdict: "unknown",
      counted: 7,
      violations: [],
      violationCount: 0,
      why: "the run was interrupted",
    };
    expect(metrics.finish(70 * SECOND, [open]).thresholds[0]).toMatchObject({
      value: null,
      ok: null,
      why: "MSG1 is unknown: the run was interrupted",
    });
    const judged = (rule: RuleResult) => metrics.finish(70 * SECOND, [rule]).thresholds[0]?.ok;
    expect(judged({ ...open, verdict: "valid" })).toBe(true);
    expect(judged({ ...open, verdict: "invalid", violationCount: 1 })).toBe(false);
  });

  it("against a baseline is unknown without one, exact for counts of the same seed", () => {
    const count = thresholdOn("messages_confirmed", "count vs baseline <= +0%", {
      aggregate: "count",
      op: "<=",
      value: 0,
      baseline: { changePercent: 0 },
    });
    expect(judge(count, () => 20)).toMatchObject({ ok: null, why: "there is no baseline" });
    const { metrics } = judge(count, () => 20).measured;
    expect(judge(count, () => 20, { seed: 1, metrics }).ok).toBe(true);
    expect(judge(count, () => 20, { seed: 2, metrics }).ok).toBeNull();
    const latency = p99({ baseline: { changePercent: 10 } });
    expect(judge(latency, () => 20, { seed: 1, metrics })).toMatchObject({ ok: null });
  });

  it("that shall abort says so while the run goes on", () => {
    const abort = p99({ abortOnFail: true, delayAbortEvalUs: 20 * SECOND });
    expect(judge(abort, () => 300).crossed).toBe(abort);
    expect(judge(abort, () => 20).crossed).toBeUndefined();
  });
});
