// The ledger of the hunt: a line a planted bug, with the seed that caught it, so that CI need not hunt but only look
// again; and the verdict on a whole hunt. Pure.
import type { Hunted } from "./hunt.ts";

export interface BugLine {
  readonly id: number;
  readonly name: string;
  readonly rule: string;
  /** Where it was hunted. */
  readonly scenario: string;
  /** The seed that caught it, counted from 1; null where none did. */
  readonly seed: number | null;
  /** How many were tried. */
  readonly tried: number;
}

export function bugLine(row: Hunted, scenario: string): BugLine {
  const { id, name, rule, caught, seeds } = row;
  return { id, name, rule, scenario, seed: caught ? seeds : null, tried: seeds };
}

export function writeBugLines(lines: readonly BugLine[]): string {
  return lines
    .toSorted((a, b) => a.id - b.id)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

export function readBugLines(text: string): readonly BugLine[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as BugLine);
}

/** New lines take the place of old ones of the same bug; bugs that are no more go. */
export function mergeBugLines(
  before: readonly BugLine[],
  hunted: readonly BugLine[],
  names: readonly string[],
): readonly BugLine[] {
  const fresh = new Set(hunted.map(({ name }) => name));
  const kept = before.filter(({ name }) => names.includes(name) && !fresh.has(name));
  return [...kept, ...hunted].toSorted((a, b) => a.id - b.id);
}

/** Of the seeds that it took, the middle one; the mean of two. Undefined where nothing was caught. */
export function medianSeeds(lines: readonly BugLine[]): number | undefined {
  const seeds = lines
    .flatMap(({ seed }) => (seed === null ? [] : [seed]))
    .toSorted((a, b) => a - b);
  const middle = Math.floor(seeds.length / 2);
  const upper = seeds[middle];
  if (upper === undefined) return undefined;
  return seeds.length % 2 === 1 ? upper : (seeds[middle - 1]! + upper) / 2;
}

/** A planted bug must be found this fast, by the median. */
export const MEDIAN_BELOW = 100;

/** A line for each thing that a hunt shows to be wrong. */
export function huntCauses(lines: readonly BugLine[]): {
  readonly missed: readonly string[];
  readonly slow: string | undefined;
} {
  const missed = lines
    .filter(({ seed }) => seed === null)
    .map(({ name, rule, tried }) => `bug ${name} did not break ${rule} in ${tried} seeds`);
  const median = medianSeeds(lines);
  const slow =
    median !== undefined && median >= MEDIAN_BELOW
      ? `the median bug took ${median} seeds, which must be below ${MEDIAN_BELOW}`
      : undefined;
  return { missed, slow };
}
