// Recorded vectors freeze what a seed means; the rest checks that streams and keyed draws are what they claim.

import { describe, expect, it } from "vitest";
import { keyed, keyedUint32, seedBeside, Streams } from "../../../sim/kernel/random.ts";

describe("streams", () => {
  it("keeps the recorded meaning of a seed", () => {
    const stream = new Streams(42).stream("faults");
    expect([stream.uint32(), stream.uint32(), stream.uint32()]).toEqual([
      2262558688, 3479460033, 1190147307,
    ]);
    expect(stream.int(1, 6)).toBe(5);
    expect(stream.exponential(10)).toBe(20.85991732871678);
    expect(stream.lognormal(80, 1)).toBe(405.0828122067969);
    expect(stream.poisson(40)).toBe(36);
    expect(stream.pick(["a", "b", "c", "d"])).toBe("b");
    expect(stream.shuffle([1, 2, 3, 4, 5])).toEqual([5, 1, 3, 2, 4]);
    expect(new Streams(42).seed32("links")).toBe(995236776);
  });

  it("gives each name its own stream, whatever others draw", () => {
    const one = new Streams("s");
    const two = new Streams("s");
    for (let i = 0; i < 5; i++) one.stream("other").next();
    expect(one.stream("mine").next()).toBe(two.stream("mine").next());
    expect(one.stream("mine")).toBe(one.stream("mine"));
    expect(one.stream("a").next()).not.toBe(one.stream("b").next());
  });

  it("replaces a chosen draw and leaves the later ones as they were", () => {
    const plain = new Streams(3).stream("x");
    const chosen = new Streams(3, undefined, { x: { "1": 0.25 } }).stream("x");
    const draws = [plain.next(), plain.next(), plain.next()];
    expect([chosen.next(), chosen.next(), chosen.next()]).toEqual([draws[0], 0.25, draws[2]]);
    const bad = (choices: Record<string, number>) => (): unknown =>
      new Streams(3, undefined, { x: choices }).stream("x");
    expect(bad({ "1": 1 })).toThrow(RangeError);
    expect(bad({ first: 0.5 })).toThrow(RangeError);
  });

  it("replaces all draws of a stream but those chosen one by one", () => {
    const chosen = new Streams(3, undefined, { x: { all: 0.5, "1": 0.25 } }).stream("x");
    expect([chosen.next(), chosen.next(), chosen.next()]).toEqual([0.5, 0.25, 0.5]);
    expect(chosen.ordinal).toBe(3);
  });

  it("replaces all keyed draws of a name, and those of seeds made out of its seed", () => {
    const streams = new Streams(3, undefined, { x: { all: 0.75 } });
    const seed32 = streams.seed32("x");
    expect([keyed(seed32, 1, 2, 3), keyed(seedBeside(seed32, 2), 4, 5, 6)]).toEqual([0.75, 0.75]);
    expect(streams.seed32("y")).toBe(new Streams(3).seed32("y"));
    expect(seedBeside(0xffffffff, 2)).toBe(1);
    const last = new Streams(3, undefined, { x: { all: 1 - 2 ** -53 } }).seed32("x");
    expect(keyed(last, 0, 0, 0)).toBeLessThan(1);
  });

  it("draws with the stated means", () => {
    const stream = new Streams("means").stream("all");
    const average = (draw: () => number): number => {
      let sum = 0;
      for (let i = 0; i < 20000; i++) sum += draw();
      return sum / 20000;
    };
    expect(average(() => stream.exponential(5)) / 5).toBeCloseTo(1, 1);
    expect(average(() => stream.poisson(3)) / 3).toBeCloseTo(1, 1);
    expect(average(() => stream.poisson(100)) / 100).toBeCloseTo(1, 2);
    expect(average(() => stream.int(0, 9)) / 4.5).toBeCloseTo(1, 1);
    expect(average(() => (stream.bool(0.3) ? 1 : 0)) / 0.3).toBeCloseTo(1, 1);
    expect(average(() => stream.lognormal(1, 0.5)) / Math.exp(0.125)).toBeCloseTo(1, 1);
  });

  it("refuses empty ranges", () => {
    const stream = new Streams(1).stream("x");
    expect(() => stream.int(3, 2)).toThrow(RangeError);
    expect(() => stream.pick([])).toThrow(RangeError);
    expect(stream.int(7, 7)).toBe(7);
  });
});

describe("keyed draws", () => {
  it("keeps the recorded meaning of a key", () => {
    expect([
      keyedUint32(0, 0, 0, 0),
      keyedUint32(42, 7, 3, 1),
      keyedUint32(42, 2 ** 40 + 7, 3, 1),
      keyedUint32(42, 7, 3, 2),
    ]).toEqual([1445982368, 192901465, 905578255, 3918272604]);
  });

  it("spreads evenly and independently along every coordinate", () => {
    const along = [
      (i: number) => keyed(i, 1, 1, 1),
      (i: number) => keyed(1, i, 1, 1),
      (i: number) => keyed(1, i * 2 ** 32, 1, 1),
      (i: number) => keyed(1, 1, i, 1),
      (i: number) => keyed(1, 1, 1, i),
    ];
    for (const draw of along) {
      const buckets = new Array<number>(100).fill(0);
      let lagged = 0;
      for (let i = 0; i < 50000; i++) {
        const value = draw(i);
        buckets[Math.floor(value * 100)]! += 1;
        lagged += (value - 0.5) * (draw(i + 1) - 0.5);
      }
      const chiSquare = buckets.reduce((sum, seen) => sum + (seen - 500) ** 2 / 500, 0);
      expect(chiSquare).toBeGreaterThan(50); // 99 degrees of freedom: 0.00002 and 0.99998 quantiles
      expect(chiSquare).toBeLessThan(165);
      expect(Math.abs(lagged / 50000)).toBeLessThan(4 / 12 / Math.sqrt(50000));
    }
  });
});
