// Lines that others can cause as often as they like.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Seldom } from "../../../server/live/logging.ts";

describe("what is seldom said", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is said at once, then once in so long, with how often it was since the last time", () => {
    vi.advanceTimersByTime(1);
    const said: unknown[] = [];
    const seldom = new Seldom<string>((times, about) => void said.push([times, about]), 1_000);
    seldom.happened("first");
    for (let count = 0; count < 5; count += 1) seldom.happened("again");
    expect(said).toEqual([[1, "first"]]);
    vi.advanceTimersByTime(1_000);
    seldom.happened("later", 3);
    expect(said).toEqual([
      [1, "first"],
      [8, "later"],
    ]);
  });
});
