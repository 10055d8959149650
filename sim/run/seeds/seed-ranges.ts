// Sets of seeds as ranges, written "1..2000,2100..2200,3000": read, written, joined, and where a set leaves off.
// Nothing else is known of seeds here.

export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** Undefined where the text is no such list. */
export function readRanges(text: string): readonly SeedRange[] | undefined {
  const ranges: SeedRange[] = [];
  for (const part of text.split(",")) {
    const match = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(part.trim());
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return undefined;
    ranges.push({ first, last });
  }
  return joinRanges(ranges);
}

export function writeRanges(ranges: readonly SeedRange[]): string {
  return ranges
    .map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`))
    .join(",");
}

/** The same seeds in as few ranges as can be, in order. */
export function joinRanges(ranges: readonly SeedRange[]): readonly SeedRange[] {
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else joined.push({ first, last });
  }
  return joined;
}

export function rangesOf(seeds: readonly number[]): readonly SeedRange[] {
  return joinRanges(seeds.map((seed) => ({ first: seed, last: seed })));
}

export function seedCount(ranges: readonly SeedRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** The first seed from 1 on that is not among them. */
export function firstFree(ranges: readonly SeedRange[]): number {
  let free = 1;
  for (const { first, last } of joinRanges(ranges))
    if (first <= free && last >= free) free = last + 1;
  return free;
}
