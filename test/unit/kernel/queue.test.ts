// The fast wheel against the slow sorted array: any schedule with any cancels gives the same order and hash.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Kernel } from "../../../sim/kernel/kernel.ts";
import { Bitset } from "../../../sim/kernel/bitset.ts";
import { keyed } from "../../../sim/kernel/random.ts";

const macrotask = (callback: () => void): void => void setImmediate(callback);

interface Outcome {
  readonly order: string;
  readonly hash: string;
  readonly pending: number;
}

/** Schedules, reschedules and cancels at random; delays from ties to far beyond the wheel's horizon. */
async function churn(
  queue: "wheel" | "reference",
  seed: number,
  scaleUs: number,
): Promise<Outcome> {
  const kernel = new Kernel({ macrotask, queue });
  const ids: number[] = [];
  const order: number[] = [];
  let draws = 0;
  const draw = (): number => keyed(seed, 0, 0, draws++);
  const delay = (): number => {
    const kind = draw();
    if (kind < 0.2) return Math.floor(draw() * 3);
    if (kind < 0.9) return Math.floor(draw() * scaleUs);
    return Math.floor(draw() * scaleUs * 40);
  };
  function onEvent(which: number): void {
    order.push(which, kernel.now);
    if (draw() < 0.45) schedule();
    if (draw() < 0.45) schedule();
    if (draw() < 0.5) kernel.cancel(ids[Math.floor(draw() * ids.length)]!);
  }
  function schedule(): void {
    if (ids.length >= 1500) return;
    ids.push(kernel.after(delay(), ids.length % 30, onEvent, ids.length));
  }
  for (let i = 0; i < 150; i++) schedule();
  for (let stop = 1; stop <= 40; stop++) {
    await kernel.run(kernel.now + Math.floor(draw() * scaleUs));
    schedule();
  }
  await kernel.run(kernel.now + scaleUs * 10_000);
  return { order: order.join(), hash: kernel.hash(), pending: kernel.pending };
}

describe("wheel and reference queue", () => {
  it("agree on order and hash over random schedules and cancels", async () => {
    for (const scaleUs of [50, 3_000, 400_000, 30_000_000, 5_000_000_000])
      for (let seed = 1; seed <= 6; seed++) {
        const wheel = await churn("wheel", seed, scaleUs);
        expect(wheel).toEqual(await churn("reference", seed, scaleUs));
        expect(wheel.pending).toBe(0);
      }
  });
});

describe("bitset", () => {
  it("finds the next set index like a plain search, once round", () => {
    const index = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(fc.array(index, { maxLength: 12 }), fc.array(index), index, (on, off, from) => {
        const bits = new Bitset();
        const plain = new Set(on);
        for (const one of on) bits.set(one);
        for (const one of off) bits.clear(one);
        for (const one of off) plain.delete(one);
        const sorted = [...plain].sort((a, b) => a - b);
        const expected = sorted.find((one) => one >= from) ?? sorted[0] ?? -1;
        expect(bits.next(from)).toBe(expected);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
