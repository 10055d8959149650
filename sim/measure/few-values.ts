// The values of one second, kept one by one: a second sees few, and walking a histogram's thousands of buckets for
// each of them costs more than sorting these. Answers as sim/measure/histogram.ts would.
import { bucketTop } from "./histogram.ts";

const FIRST_VALUES = 64;

export class FewValues {
  #values = new Float64Array(FIRST_VALUES);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Whole microseconds, 0 or more. */
  record(valueUs: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = valueUs > 0 ? Math.floor(valueUs) : 0;
  }

  /** At each of these (0 to 100), the smallest value that at least this share does not exceed; then it is empty. */
  take(percentiles: readonly number[]): number[] {
    const count = this.#count;
    const values = this.#values.subarray(0, count).sort();
    this.#count = 0;
    const highest = values[count - 1] ?? NaN;
    return percentiles.map((percentile) => {
      const rank = Math.max(1, Math.ceil((percentile / 100) * count - 1e-9));
      return Math.min(highest, bucketTop(values[rank - 1] ?? NaN));
    });
  }
}
