// Ids for tests on stores that keep what tests wrote: 48-bit numbers that nobody else draws, rising.
import { randomInt } from "node:crypto";

const BASE_MAX = 2 ** 47;

export function risingIds(): () => number {
  let last = idBase();
  return () => ++last;
}

/** Far enough from every other base that a test may add small numbers to it. */
export function idBase(): number {
  return 2 ** 46 + randomInt(BASE_MAX - 2 ** 46);
}
