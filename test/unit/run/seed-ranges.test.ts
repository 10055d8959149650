// Sets of seeds as text, and the ledger that is kept in them.
import { describe, expect, it } from "vitest";
import {
  addToLedger,
  lineOf,
  readLedger,
  writeLedger,
  type LedgerLine,
} from "../../../sim/run/explore/ledger.ts";
import {
  firstFree,
  joinRanges,
  rangesOf,
  readRanges,
  seedCount,
  writeRanges,
} from "../../../sim/run/seeds/seed-ranges.ts";

const KEY = { version: "1.0.0", code: "c1", scenario: "swarm", sha: "s1" };

function line(seeds: string, failed = "", key: Partial<LedgerLine> = {}): LedgerLine {
  return {
    ...KEY,
    ...key,
    seeds: readRanges(seeds)!,
    failed: failed === "" ? [] : readRanges(failed)!,
  };
}

describe("ranges of seeds", () => {
  it.each([
    ["7", "7"],
    ["1..3", "1..3"],
    ["4..6,1..3", "1..6"],
    ["1..3,5", "1..3,5"],
    ["1..9,2..3,9..12", "1..12"],
    ["0", "0"],
  ])("%s is written %s", (written, again) => {
    expect(writeRanges(readRanges(written)!)).toBe(again);
  });

  it.each(["", "a", "3..1", "1..", "1,,2", "-1", "1.5", "1..2..3"])("%j is no list", (written) => {
    expect(readRanges(written)).toBeUndefined();
  });

  it("are counted, and made of single seeds in any order", () => {
    expect(seedCount(readRanges("1..10,20")!)).toBe(11);
    expect(writeRanges(rangesOf([5, 1, 2, 3, 9, 2]))).toBe("1..3,5,9");
    expect(joinRanges([])).toEqual([]);
  });

  it.each([
    ["2..9", 1],
    ["1..9", 10],
    ["1..9,10..12,20", 13],
    ["0..4", 5],
  ])("of %s the first free is %i", (written, free) => {
    expect(firstFree(readRanges(written)!)).toBe(free);
  });

  it("of none the first free is 1", () => {
    expect(firstFree([])).toBe(1);
  });
});

describe("the ledger", () => {
  it("joins the seeds and the failures of one code and scenario", () => {
    const lines = addToLedger([line("1..100", "17")], line("90..200", "150"));
    expect(lines).toHaveLength(1);
    expect(writeLedger(lines)).toBe(
      '{"version":"1.0.0","scenario":"swarm","code":"c1","sha":"s1","seeds":"1..200","count":200,"failed":"17,150"}\n',
    );
  });

  it("keeps apart what another code, scenario or version ran", () => {
    let lines = addToLedger([], line("1..10"));
    for (const key of [{ code: "c2" }, { sha: "s2" }, { scenario: "other" }, { version: "2.0.0" }])
      lines = addToLedger(lines, line("1..5", "", key));
    expect(lines).toHaveLength(5);
    expect(lineOf(lines, { ...KEY, code: "c2" })?.seeds).toEqual([{ first: 1, last: 5 }]);
  });

  it("does not depend on the order in which it was filled", () => {
    const added = [line("1..5", "2"), line("6..9"), line("1..3", "", { code: "c2" })];
    const fill = (order: readonly LedgerLine[]): string =>
      writeLedger(order.reduce<readonly LedgerLine[]>(addToLedger, []));
    expect(fill(added.toReversed())).toBe(fill(added));
  });

  it("is read back as it was written, two lines of one key joined", () => {
    const text = writeLedger([line("1..5", "2"), line("7")]);
    const read = readLedger(`${text}\n`);
    expect(read).toEqual({ lines: [line("1..5,7", "2")] });
  });

  it.each([
    ["{", "this is no JSON"],
    ['{"version":"1"}', "needs version, code, scenario, sha, seeds and failed"],
    [
      '{"version":"1","code":"c","scenario":"s","sha":"x","seeds":"9..1","failed":""}',
      "needs version",
    ],
  ])("names the line that it cannot read: %s", (wrong, why) => {
    const read = readLedger(`${writeLedger([line("1")])}${wrong}\n`);
    expect(read).toMatchObject({ wrong: { line: 2, why: expect.stringContaining(why) as string } });
  });
});
