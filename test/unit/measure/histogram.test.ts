// Histograms against sorted samples: percentiles within a part in a thousand, merging as if recorded together,
// saving and reading back.
import { describe, expect, it } from "vitest";
import { decodeHistogram, enoughSamples, Histogram } from "../../../sim/measure/histogram.ts";

function samples(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const u = state / 4294967296;
    return Math.floor(u < 0.9 ? u * 20_000 : u < 0.999 ? u * u * 9_000_000 : u * 4_000_000_000);
  });
}

function exact(sorted: readonly number[], percentile: number): number {
  return sorted[Math.max(1, Math.ceil((percentile / 100) * sorted.length)) - 1]!;
}

describe("a histogram", () => {
  it("gives every percentile within a part in a thousand, from 0 to over an hour", () => {
    const values = samples(50_000);
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    const sorted = [...values].sort((a, b) => a - b);
    for (const percentile of [0, 1, 25, 50, 90, 95, 99, 99.9, 99.99, 100]) {
      const truth = exact(sorted, percentile);
      expect(histogram.percentile(percentile)).toBeGreaterThanOrEqual(truth);
      expect(histogram.percentile(percentile)).toBeLessThanOrEqual(truth * 1.001 + 1);
    }
    expect(histogram.minUs).toBe(sorted[0]);
    expect(histogram.maxUs).toBe(sorted[sorted.length - 1]);
    expect(histogram.average()).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 3);
  });

  it("is exact below 2048 microseconds", () => {
    const histogram = new Histogram();
    for (const value of [0, 1, 2, 1000, 2047]) histogram.record(value);
    expect([20, 40, 60, 80, 100].map((p) => histogram.percentile(p))).toEqual([
      0, 1, 2, 1000, 2047,
    ]);
  });

  it("merges as if all had been recorded in one", () => {
    const values = samples(9000);
    const whole = new Histogram();
    const parts = [new Histogram(), new Histogram(), new Histogram()];
    values.forEach((value, index) => {
      whole.record(value);
      parts[index % 3]!.record(value);
    });
    const merged = new Histogram();
    for (const part of parts) merged.merge(part);
    expect(merged.encode()).toBe(whole.encode());
    expect(merged.sumUs).toBe(whole.sumUs);
  });

  it("comes back from its encoding with the same counts and curve", () => {
    const histogram = new Histogram();
    for (const value of samples(3000)) histogram.record(value);
    const back = decodeHistogram(histogram.encode());
    expect(back.count).toBe(3000);
    // The format keeps the last bucket and not the greatest value in it.
    expect(back.curve().slice(0, -1)).toEqual(histogram.curve().slice(0, -1));
    expect(back.maxUs / histogram.maxUs).toBeCloseTo(1, 2);
    expect(back.percentile(99)).toBe(histogram.percentile(99));
  });

  it("forgets everything on reset", () => {
    const histogram = new Histogram();
    for (const value of samples(100)) histogram.record(value);
    histogram.reset();
    expect(histogram.count).toBe(0);
    expect(histogram.percentile(50)).toBeNaN();
    histogram.record(5);
    expect(histogram.percentile(100)).toBe(5);
  });

  it("knows when a percentile has ten samples beyond it", () => {
    expect(enoughSamples(1000, 99)).toBe(true);
    expect(enoughSamples(999, 99)).toBe(false);
    expect(enoughSamples(10_000, 99.9)).toBe(true);
    expect(enoughSamples(9_999, 99.9)).toBe(false);
  });
});
