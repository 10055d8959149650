// What many seeds have tried, added up, and what they have not: a fault kind, a crash point, an end of a port call
// or a rule that never came up proves nothing.
import { CRASH_POINT_NAMES } from "../../scenario/crash-points.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { CoverageRow } from "../result.ts";

/** From so many seeds on, each listed fault kind must have come up so often. */
const SEEDS_FOR_KINDS = 300;
const TIMES_A_KIND = 100;
const CALL_ENDS = ["refused", "unknownApplied", "unknownNotApplied"];

/** Counts of many runs, added up as they come in. */
export class CoverageSum {
  readonly #sums = new Map<string, Record<string, number>>();

  add(rows: readonly CoverageRow[]): void {
    for (const { what, counts } of rows) {
      let sums = this.#sums.get(what);
      if (sums === undefined) this.#sums.set(what, (sums = {}));
      for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
    }
  }

  /** By name. */
  rows(): readonly CoverageRow[] {
    return [...this.#sums.keys()].sort().map((what) => ({ what, counts: this.#sums.get(what)! }));
  }
}

export function mergeCoverage(all: readonly (readonly CoverageRow[])[]): readonly CoverageRow[] {
  const sum = new CoverageSum();
  for (const rows of all) sum.add(rows);
  return sum.rows();
}

/** One line for everything that a sweep over a swarm should have met and has not. */
export function gapsOf(
  scenario: ResolvedScenario,
  coverage: readonly CoverageRow[],
  seeds: number,
): readonly string[] {
  const gaps: string[] = [];
  const countOf = (what: string, name: string): number =>
    coverage.find((row) => row.what === what)?.counts[name] ?? 0;
  const wanted = seeds >= SEEDS_FOR_KINDS ? TIMES_A_KIND : 1;
  for (const kind of [...new Set(scenario.faults.map((fault) => fault.kind))].sort()) {
    const times = countOf(`fault ${kind}`, "times");
    if (times < wanted) gaps.push(`fault ${kind}: ${times} times, wanted ${wanted}`);
  }
  for (const point of CRASH_POINT_NAMES)
    if (countOf(`crash point ${point}`, "crashed") === 0) gaps.push(`crash point ${point}: never`);
  for (const { what, counts } of coverage) {
    if (what.startsWith("call "))
      for (const end of CALL_ENDS) if ((counts[end] ?? 0) === 0) gaps.push(`${what} ${end}: never`);
    if (what.startsWith("rule ") && counts["counted"] === 0) gaps.push(`${what}: counted nothing`);
  }
  return gaps;
}
