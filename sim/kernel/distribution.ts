// The closed set of distributions that a scenario or a profile can name, and how to draw from them by
// inversion: one u in [0, 1) gives one value. Values are plain numbers in whatever unit the caller means.

import { exp, log, normalQuantile } from "./math.ts";

export type Distribution =
  | { readonly dist: "constant"; readonly value: number }
  | { readonly dist: "uniform"; readonly min: number; readonly max: number }
  | { readonly dist: "exponential"; readonly mean: number }
  | { readonly dist: "lognormal"; readonly median: number; readonly p99: number }
  | { readonly dist: "empirical"; readonly values: readonly (readonly [number, number])[] };

/** The standard normal's 99th percentile. */
const NORMAL_P99 = 2.3263478740408408;
// Half a step of a 32-bit draw: keeps u = 0 away from the quantile that is minus infinity.
const HALF_STEP = 1 / 8589934592;

export function sample(distribution: Distribution, u: number | { next(): number }): number {
  return quantile(distribution, typeof u === "number" ? u : u.next());
}

/** The value below which a share u of the distribution lies. */
export function quantile(distribution: Distribution, u: number): number {
  switch (distribution.dist) {
    case "constant":
      return distribution.value;
    case "uniform":
      return distribution.min + u * (distribution.max - distribution.min);
    case "exponential":
      return -distribution.mean * log(1 - u);
    case "lognormal":
      return distribution.median * exp(lognormalSigma(distribution) * normalQuantile(inside(u)));
    case "empirical":
      return empiricalQuantile(distribution.values, u);
  }
}

export function mean(distribution: Distribution): number {
  switch (distribution.dist) {
    case "constant":
      return distribution.value;
    case "uniform":
      return (distribution.min + distribution.max) / 2;
    case "exponential":
      return distribution.mean;
    case "lognormal": {
      const sigma = lognormalSigma(distribution);
      return distribution.median * exp((sigma * sigma) / 2);
    }
    case "empirical": {
      let sum = 0;
      for (const [value, weight] of distribution.values) sum += value * weight;
      return sum / totalWeight(distribution.values);
    }
  }
}

export function lognormalSigma(distribution: {
  readonly median: number;
  readonly p99: number;
}): number {
  return log(distribution.p99 / distribution.median) / NORMAL_P99;
}

// The table covers u below this; the tail above it is always computed.
const TABLE_END = 0.98;
const TABLE_STEPS = 512;

/** The same distribution made fast, for draws made per message: linear between 512 exact quantiles up to the
 * 98th percentile, exact in the tail beyond. A quantile is computed when it is first needed: most links and calls of a
 * small run see few draws. Not for empirical ones that must keep to their values. */
export class Sampler {
  readonly #distribution: Distribution;
  readonly #table: Float64Array | undefined;

  constructor(distribution: Distribution) {
    this.#distribution = distribution;
    if (distribution.dist !== "exponential" && distribution.dist !== "lognormal") return;
    this.#table = new Float64Array(TABLE_STEPS + 1).fill(NaN);
  }

  at(u: number): number {
    const table = this.#table;
    if (table === undefined || u >= TABLE_END) return quantile(this.#distribution, u);
    const position = u * (TABLE_STEPS / TABLE_END);
    const index = Math.floor(position);
    // Read here: a number that a function answers with is an object on the heap.
    let low = table[index]!;
    if (low !== low) low = this.#fill(table, index);
    let high = table[index + 1]!;
    if (high !== high) high = this.#fill(table, index + 1);
    return low + (position - index) * (high - low);
  }

  #fill(table: Float64Array, index: number): number {
    return (table[index] = quantile(this.#distribution, (index / TABLE_STEPS) * TABLE_END));
  }
}

/** One sampler for all who draw from the same distribution: its quantiles are computed once. */
export class Samplers {
  readonly #samplers = new Map<Distribution, Sampler>();

  of(distribution: Distribution): Sampler {
    let sampler = this.#samplers.get(distribution);
    if (sampler === undefined) {
      sampler = new Sampler(distribution);
      this.#samplers.set(distribution, sampler);
    }
    return sampler;
  }
}

function inside(u: number): number {
  return u < HALF_STEP ? HALF_STEP : u;
}

function empiricalQuantile(values: readonly (readonly [number, number])[], u: number): number {
  let left = u * totalWeight(values);
  let value = NaN;
  for (const [candidate, weight] of values) {
    if (weight <= 0) continue;
    value = candidate;
    left -= weight;
    if (left < 0) break;
  }
  return value;
}

function totalWeight(values: readonly (readonly [number, number])[]): number {
  let total = 0;
  for (const [, weight] of values) total += weight;
  return total;
}
