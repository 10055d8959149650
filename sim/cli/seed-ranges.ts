// Seeds as they are typed: "300" for 1 to 300, "40..90", "1..5,9".
import { readRanges, seedCount, type SeedRange } from "../run/seeds/seed-ranges.ts";
import { UsageError } from "./command.ts";

const SEEDS_MAX = 1_000_000;

export function typedSeeds(written: string): readonly SeedRange[] {
  const ranges = /^\d{1,15}$/.test(written) ? readRanges(`1..${written}`) : readRanges(written);
  if (ranges === undefined)
    throw new UsageError(`--seeds needs a number or a range such as 1..300, not "${written}"`);
  if (seedCount(ranges) > SEEDS_MAX) throw new UsageError(`--seeds: at most ${SEEDS_MAX} at once`);
  return ranges;
}
