// Accuracy against the engine's own functions, and bits recorded so that every engine must give the same.

import { describe, expect, it } from "vitest";
import { exp, log, normalQuantile, pow } from "../../../sim/kernel/math.ts";
import { keyed } from "../../../sim/kernel/random.ts";

function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
}

function worst(draw: (u: number, v: number) => [actual: number, expected: number]): number {
  let error = 0;
  for (let i = 0; i < 20000; i++) {
    const [actual, expected] = draw(keyed(1, i, 1, 0), keyed(1, i, 2, 0));
    error = Math.max(error, relativeError(actual, expected));
  }
  return error;
}

describe("deterministic math", () => {
  it("agrees with the engine's log, exp and pow to 1e-13", () => {
    expect(worst((u) => [log(u + 1e-9), Math.log(u + 1e-9)])).toBeLessThan(1e-13);
    expect(worst((u) => [log(u * 1e300), Math.log(u * 1e300)])).toBeLessThan(1e-13);
    expect(worst((u) => [exp(u * 1400 - 700), Math.exp(u * 1400 - 700)])).toBeLessThan(1e-13);
    expect(
      worst((u, v) => [pow(u * 100, v * 40 - 20), Math.pow(u * 100, v * 40 - 20)]),
    ).toBeLessThan(1e-13);
    expect(pow(3, 5)).toBe(243);
    expect(pow(-2, 3)).toBe(-8);
    expect(pow(2, -2)).toBe(0.25);
  });

  it("handles the edges", () => {
    expect([log(0), log(-1), log(1), log(Infinity), log(NaN)]).toEqual([
      -Infinity,
      NaN,
      0,
      Infinity,
      NaN,
    ]);
    expect([exp(0), exp(1000), exp(-1000), exp(NaN)]).toEqual([1, Infinity, 0, NaN]);
    expect(relativeError(log(5e-324), Math.log(5e-324))).toBeLessThan(1e-13);
    expect(relativeError(exp(709.7), Math.exp(709.7))).toBeLessThan(1e-13);
    expect(exp(-744)).toBeGreaterThan(0);
    expect([pow(0, 0.5), pow(0, -0.5)]).toEqual([0, Infinity]);
  });

  it("knows the normal quantiles of the tables", () => {
    const known: [number, number][] = [
      [0.5, 0],
      [0.6, 0.2533471031357997],
      [0.975, 1.959963984540054],
      [0.99, 2.3263478740408408],
      [0.995, 2.5758293035489004],
      [0.9999, 3.719016485455709],
      [1e-10, -6.361340902404056],
      [1e-20, -9.262340089798408],
    ];
    for (const [p, z] of known) expect(relativeError(normalQuantile(p), z)).toBeLessThan(1e-13);
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(2)]).toEqual([
      -Infinity,
      Infinity,
      NaN,
    ]);
  });

  it("gives the recorded bits on every engine", () => {
    let sum = 0;
    for (let i = 1; i <= 1000; i++)
      sum += log(i / 7) + exp(i / 300) + pow(i / 9, 0.37) + normalQuantile(i / 1001);
    expect(sum).toBe(16262.67769624789);
  });
});
