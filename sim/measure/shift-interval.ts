// How far apart two sets of independent figures lie: the shift between them and the interval that the Mann-Whitney
// test gives for it, exactly, also for few. It assumes no distribution, and one wild run does not move it.

/** With fewer on a side nothing is said: 5 against 5 is the least at which both tails have room. */
export const RUNS_MIN = 5;

export interface Shift {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Of what `of(base, head)` gives for every pair, one from each side. */
export function shiftInterval(
  base: readonly number[],
  head: readonly number[],
  of: (base: number, head: number) => number,
  confidence: number,
): Shift {
  const shifts = base.flatMap((was) => head.map((is) => of(was, is))).sort((a, b) => a - b);
  const at = Math.max(0, outsideCount(base.length, head.length, (1 - confidence) / 2) - 1);
  const middle = shifts.length >> 1;
  const median =
    shifts.length % 2 === 1 ? shifts[middle]! : (shifts[middle - 1]! + shifts[middle]!) / 2;
  return { median, low: shifts[at]!, high: shifts[shifts.length - 1 - at]! };
}

/** The largest k with P(U < k) within the tail, of the test's statistic U for n and m without ties. */
function outsideCount(n: number, m: number, tail: number): number {
  const shares = statisticShares(n, m);
  let sum = 0;
  let k = 0;
  while (k < shares.length && sum + shares[k]! <= tail) sum += shares[k++]!;
  return k;
}

/** P(U = u): each order of n and m is as likely, counted by adding one figure after the other. */
function statisticShares(n: number, m: number): readonly number[] {
  // counts[j][u]: orders of the figures so far, with j of them of the first side.
  let counts: number[][] = Array.from({ length: n + 1 }, (_, j) => (j === 0 ? [1] : []));
  for (let placed = 1; placed <= n + m; placed += 1) counts = oneMore(counts, placed, n, m);
  const ways = counts[n]!;
  const all = ways.reduce((sum, count) => sum + (count ?? 0), 0);
  return Array.from({ length: n * m + 1 }, (_, u) => (ways[u] ?? 0) / all);
}

function oneMore(counts: readonly number[][], placed: number, n: number, m: number): number[][] {
  return Array.from({ length: n + 1 }, (_, j) => {
    const others = placed - j;
    const next: number[] = [];
    if (others < 0 || others > m) return next;
    // The new figure is the largest: of the second side it adds nothing, of the first it beats the others.
    if (others > 0) counts[j]!.forEach((count, u) => (next[u] = (next[u] ?? 0) + count));
    if (j > 0)
      counts[j - 1]!.forEach((count, u) => (next[u + others] = (next[u + others] ?? 0) + count));
    return next;
  });
}
