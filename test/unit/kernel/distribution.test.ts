// Each distribution of a scenario by its quantiles and mean, and the fast sampler against the exact one.

import { describe, expect, it } from "vitest";
import {
  mean,
  quantile,
  sample,
  Sampler,
  type Distribution,
} from "../../../sim/kernel/distribution.ts";
import { Streams } from "../../../sim/kernel/random.ts";

const lognormal: Distribution = { dist: "lognormal", median: 80, p99: 2000 };
const exponential: Distribution = { dist: "exponential", mean: 8 };
const empirical: Distribution = {
  dist: "empirical",
  values: [
    [1, 2],
    [5, 0],
    [10, 6],
  ],
};

describe("distributions", () => {
  it("hit their stated quantiles", () => {
    expect(quantile({ dist: "constant", value: 3 }, 0.7)).toBe(3);
    expect(quantile({ dist: "uniform", min: 2, max: 10 }, 0.25)).toBe(4);
    expect(quantile(lognormal, 0.5)).toBeCloseTo(80, 10);
    expect(quantile(lognormal, 0.99)).toBeCloseTo(2000, 8);
    expect(quantile(lognormal, 0)).toBeGreaterThan(0);
    expect(quantile(exponential, 0.5)).toBeCloseTo(8 * Math.LN2, 12);
    expect([0, 0.24, 0.25, 0.99].map((u) => quantile(empirical, u))).toEqual([1, 1, 10, 10]);
  });

  it("know their means", () => {
    const stream = new Streams(1).stream("means");
    for (const distribution of [lognormal, exponential, empirical]) {
      let sum = 0;
      for (let i = 0; i < 100000; i++) sum += sample(distribution, stream);
      expect(sum / 100000 / mean(distribution)).toBeCloseTo(1, 1);
    }
    expect(mean({ dist: "uniform", min: 2, max: 10 })).toBe(6);
  });

  it("are sampled fast within 1% of the exact quantile, and exactly in the tail", () => {
    for (const distribution of [lognormal, exponential]) {
      const sampler = new Sampler(distribution);
      for (let u = 0.05; u < 0.98; u += 0.00317)
        expect(sampler.at(u) / quantile(distribution, u)).toBeCloseTo(1, 2);
      for (const u of [0.98, 0.999, 0.9999999])
        expect(sampler.at(u)).toBe(quantile(distribution, u));
      expect(sampler.at(0)).toBeGreaterThanOrEqual(0);
    }
    expect(new Sampler(empirical).at(0.25)).toBe(10);
  });
});
