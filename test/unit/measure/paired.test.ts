// Latencies over paired seeds: equal runs are equal, a planted regression is seen, noise is neither.
import { describe, expect, it } from "vitest";
import { Streams } from "../../../sim/kernel/random.ts";
import { baselineKey, type Baseline } from "../../../sim/measure/baseline.ts";
import { judgePaired, medianInterval, needsPairs } from "../../../sim/measure/paired.ts";
import type { Threshold } from "../../../sim/scenario/types.ts";
import { thresholdOn } from "./scenarios.ts";

const p95 = (op: Threshold["op"], changePercent: number): Threshold =>
  thresholdOn("message_delivery", `p(95) vs baseline ${op} ${changePercent}%`, {
    aggregate: "p",
    percentile: 95,
    op,
    value: changePercent,
    baseline: { changePercent },
  });

function runOf(seed: number, p95Ms: number, count = 1000): Baseline {
  const values = { count, med: p95Ms / 2, "p(95)": p95Ms };
  return { seed, metrics: { message_delivery: { type: "trend", unit: "ms", values } } };
}

/** A latency of its own for each seed, and for each of two programs a wobble of up to 4 %. */
function pairs(count: number, factor: number, wobble = 0.04): [Baseline[], Baseline[]] {
  const draws = new Streams(7).stream("paired-test");
  const before: Baseline[] = [];
  const after: Baseline[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const ms = 80 + 60 * draws.next();
    before.push(runOf(seed, ms * (1 + wobble * (draws.next() - 0.5) * 2)));
    after.push(runOf(seed, ms * factor * (1 + wobble * (draws.next() - 0.5) * 2)));
  }
  return [before, after];
}

describe("a latency against a baseline", () => {
  it("of equal runs has not changed, for sure", () => {
    const [before] = pairs(20, 1);
    const judged = judgePaired(p95("<=", 0), before, before);
    expect(judged).toMatchObject({ ok: true, value: 0, interval: [0, 0], pairs: 20 });
    expect(judgePaired(p95("==", 0), before, before).ok).toBe(true);
    expect(judgePaired(p95("<", 0), before, before).ok).toBe(false);
  });

  it("sees a planted regression through the noise, and no other", () => {
    const [before, slower] = pairs(20, 1.25);
    const judged = judgePaired(p95("<=", 10), before, slower);
    expect(judged.ok).toBe(false);
    expect(judged.value).toBeGreaterThan(20);
    expect(judged.value).toBeLessThan(30);
    expect(judged.why).toMatch(/^95 % sure from \+\d.* % to \+\d.* %, 20 pairs$/);
    const [same, again] = pairs(20, 1);
    expect(judgePaired(p95("<=", 10), same, again).ok).toBe(true);
    // Faster is no regression; asked to be faster, it is.
    const [slow, fast] = pairs(20, 0.8);
    expect(judgePaired(p95("<=", 10), slow, fast).ok).toBe(true);
    expect(judgePaired(p95("<", -10), slow, fast).ok).toBe(true);
  });

  it("is not moved by one wild seed", () => {
    const [before, after] = pairs(20, 1);
    const wild = after.map((run) => (run.seed === 3 ? runOf(3, 100_000) : run));
    expect(judgePaired(p95("<=", 10), before, wild).ok).toBe(true);
  });

  it("says that it cannot tell where the limit lies within the noise", () => {
    const [before, after] = pairs(20, 1.1, 0.2);
    const judged = judgePaired(p95("<=", 10), before, after);
    expect(judged.ok).toBeNull();
    expect(judged.why).toContain("more seeds are needed");
    // With many more it can tell that 6 % are passed.
    const many = judgePaired(p95("<=", 6), ...pairs(2000, 1.1, 0.2));
    expect(many).toMatchObject({ ok: false, pairs: 2000 });
  });

  it("needs 20 seeds that both have, each with enough samples", () => {
    const [before, after] = pairs(20, 1);
    expect(judgePaired(p95("<=", 10), [], after)).toMatchObject({
      ok: null,
      value: null,
      why: "there is no baseline",
    });
    const shifted = after.map((run) => ({ ...run, seed: run.seed + 5 }));
    expect(judgePaired(p95("<=", 10), before, shifted)).toMatchObject({ ok: null, pairs: 15 });
    const few = after.map((run) => runOf(run.seed, 100, 150));
    expect(judgePaired(p95("<=", 10), before, few)).toMatchObject({ ok: null, pairs: 0 });
  });

  it("takes a rise from nothing for an endless one", () => {
    const zero = Array.from({ length: 20 }, (_, i) => runOf(i + 1, 0));
    expect(judgePaired(p95("<=", 10), zero, zero).ok).toBe(true);
    const some = zero.map(({ seed }) => runOf(seed, 5));
    expect(judgePaired(p95("<=", 10), zero, some).ok).toBe(false);
  });

  it("is for times, not for counts; and knows where a result has its figure", () => {
    expect(needsPairs(p95("<=", 10))).toBe(true);
    expect(needsPairs({ ...p95("<=", 10), aggregate: "count" })).toBe(false);
    expect(
      needsPairs(thresholdOn("messages_confirmed", "", { aggregate: "count", value: 0 })),
    ).toBe(false);
    const on = (parts: Partial<Threshold>) => baselineKey({ ...p95("<=", 10), ...parts });
    expect(on({})).toBe("message_delivery");
    expect(on({ tags: { phase: "a" } })).toBe("message_delivery{phase:a}");
    expect(on({ inPhase: "a" })).toBe("message_delivery{phase:a}");
    expect(on({ tags: { kind: "text" }, inPhase: "a" })).toBeUndefined();
    expect(on({ overUs: 30_000_000 })).toBeUndefined();
  });
});

describe("the interval of a median", () => {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

  it("is the one of the tables of the sign test", () => {
    expect(medianInterval(upTo(20), 0.95)).toEqual([6, 15]);
    expect(medianInterval(upTo(25), 0.95)).toEqual([8, 18]);
    expect(medianInterval(upTo(50), 0.95)).toEqual([18, 33]);
    expect(medianInterval(upTo(100), 0.95)).toEqual([40, 61]);
    expect(medianInterval(upTo(20), 0.99)).toEqual([4, 17]);
  });

  it("does not underflow for many seeds", () => {
    const [low, high] = medianInterval(upTo(10_000), 0.95);
    expect([low, high]).toEqual([4902, 5099]);
  });
});
