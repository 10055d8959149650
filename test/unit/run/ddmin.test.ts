// The search itself, on lists whose needed members are known.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ddmin } from "../../../sim/run/shrink/ddmin.ts";

/** Does what the whole does exactly if all of these are in it. */
function needing(needed: readonly number[], asked: (readonly number[])[] = []) {
  return (candidates: readonly (readonly number[])[]): Promise<number | undefined> => {
    asked.push(...candidates);
    const found = candidates.findIndex((list) => needed.every((item) => list.includes(item)));
    return Promise.resolve(found < 0 ? undefined : found);
  };
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe("delta debugging", () => {
  it("keeps what is needed and nothing else, in its order", async () => {
    expect(await ddmin(upTo(100), needing([70, 3, 4]))).toEqual([3, 4, 70]);
  });

  it("keeps nothing where nothing is needed, after a single question", async () => {
    const asked: (readonly number[])[] = [];
    expect(await ddmin(upTo(50), needing([], asked))).toEqual([]);
    expect(asked).toEqual([[]]);
  });

  it("keeps everything where everything is needed", async () => {
    expect(await ddmin(upTo(7), needing(upTo(7)))).toEqual(upTo(7));
  });

  it("asks nothing about an empty list", async () => {
    expect(await ddmin([], () => Promise.reject(new Error("asked")))).toEqual([]);
  });

  it("takes the first of several that do, whatever the others are", async () => {
    const either = (candidates: readonly (readonly number[])[]): Promise<number | undefined> => {
      const found = candidates.findIndex((list) => list.includes(2) || list.includes(9));
      return Promise.resolve(found < 0 ? undefined : found);
    };
    expect(await ddmin(upTo(10), either)).toEqual([2]);
  });

  it("finds any needed set, and asks few questions about a small one in a long list", async () => {
    const sets = fc.uniqueArray(fc.nat(199), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sets, async (needed) => {
        const asked: (readonly number[])[] = [];
        const kept = await ddmin(upTo(200), needing(needed, asked));
        expect(kept).toEqual(needed.toSorted((a, b) => a - b));
        expect(asked.length).toBeLessThan(400);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
