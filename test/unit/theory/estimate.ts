// Statistics of one long run: the mean by batches, whose averages are nearly independent, with its 99%
// confidence interval.

/** The 99.5% quantile of Student's t with 29 degrees of freedom: for 30 batches. */
const T_29 = 2.756;
const BATCHES = 30;

export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
}

/** Leaves out the first tenth as warm-up. */
export function estimateMean(values: readonly number[]): Estimate {
  const kept = values.slice(Math.floor(values.length / 10));
  const size = Math.floor(kept.length / BATCHES);
  const averages: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += kept[batch * size + i]!;
    averages.push(sum / size);
  }
  const mean = averages.reduce((sum, average) => sum + average, 0) / BATCHES;
  const squares = averages.reduce((sum, average) => sum + (average - mean) ** 2, 0);
  return { mean, halfWidth: T_29 * Math.sqrt(squares / (BATCHES - 1) / BATCHES) };
}
