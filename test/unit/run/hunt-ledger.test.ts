// The ledger of the planted bugs, and the verdict on a hunt.
import { describe, expect, it } from "vitest";
import {
  bugLine,
  huntCauses,
  medianSeeds,
  mergeBugLines,
  readBugLines,
  writeBugLines,
  type BugLine,
} from "../../../sim/run/bugs/hunt-ledger.ts";

function line(id: number, seed: number | null, name = `bug-${id}`): BugLine {
  return { id, name, rule: "MSG1", scenario: "swarm", seed, tried: seed ?? 2_000 };
}

describe("the ledger of the hunt", () => {
  it("keeps of a hunt the seed that caught, or none", () => {
    const row = {
      id: 3,
      name: "n",
      rule: "MSG1",
      caught: true,
      caughtBy: "MSG1",
      seeds: 12,
    } as const;
    expect(bugLine(row, "swarm")).toEqual({ ...line(3, 12, "n") });
    expect(bugLine({ ...row, caught: false, caughtBy: "LIV1" }, "swarm")).toMatchObject({
      ...{ seed: null, tried: 12 },
    });
  });

  it("is written a line a bug in the order of the zoo, and read back", () => {
    const lines = [line(2, 5), line(1, null)];
    expect(writeBugLines(lines).split("\n")).toHaveLength(3);
    expect(readBugLines(writeBugLines(lines))).toEqual([line(1, null), line(2, 5)]);
    expect(readBugLines("")).toEqual([]);
  });

  it("takes new lines for old ones, and lets bugs go that are no more", () => {
    const before = [line(1, 7), line(2, 8), line(3, 9)];
    const merged = mergeBugLines(before, [line(2, 80)], ["bug-1", "bug-2"]);
    expect(merged).toEqual([line(1, 7), line(2, 80)]);
  });
});

describe("the verdict on a hunt", () => {
  it("rests on the median of those that were caught", () => {
    expect(medianSeeds([line(1, 9), line(2, 1), line(3, 5)])).toBe(5);
    expect(medianSeeds([line(1, 9), line(2, 1), line(3, 5), line(4, 7)])).toBe(6);
    expect(medianSeeds([line(1, 9), line(2, null)])).toBe(9);
    expect(medianSeeds([])).toBeUndefined();
  });

  it("names what was not caught, and a median that is too high", () => {
    expect(huntCauses([line(1, 1), line(2, 99)])).toEqual({ missed: [], slow: undefined });
    expect(huntCauses([line(1, 100), line(2, null)])).toEqual({
      missed: ["bug bug-2 did not break MSG1 in 2000 seeds"],
      slow: "the median bug took 100 seeds, which must be below 100",
    });
  });
});
