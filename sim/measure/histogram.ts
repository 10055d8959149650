// A latency histogram over integer microseconds with three significant digits, laid out as HdrHistogram lays
// its buckets out: recording is an index and an add. Saved and read in HdrHistogram's own encoding.
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type JsHistogram,
} from "hdr-histogram-js";

/** Below this every microsecond has a bucket of its own; above, 1024 buckets for each doubling. */
const LINEAR = 2048;
const HALF = 1024;
const TWO_TO_31 = 2147483648;
const TWO_TO_21 = 2097152;
/** A percentile counts as known with at least so many samples beyond it. */
const SAMPLES_BEYOND_MIN = 10;

export interface Quantile {
  /** 0 to 100. */
  readonly percentile: number;
  readonly valueUs: number;
}

export class Histogram {
  count = 0;
  sumUs = 0;
  minUs = Infinity;
  maxUs = 0;
  #counts = new Uint32Array(LINEAR + 4 * HALF);
  #top = 0;

  record(valueUs: number): void {
    this.recordMany(valueUs, 1);
  }

  recordMany(valueUs: number, count: number): void {
    const value = valueUs > 0 ? Math.floor(valueUs) : 0;
    this.count += count;
    this.sumUs += value * count;
    if (value < this.minUs) this.minUs = value;
    if (value > this.maxUs) this.maxUs = value;
    this.#add(bucketOf(value), count);
  }

  merge(other: Histogram): void {
    if (other.count === 0) return;
    this.count += other.count;
    this.sumUs += other.sumUs;
    this.minUs = Math.min(this.minUs, other.minUs);
    this.maxUs = Math.max(this.maxUs, other.maxUs);
    for (let bucket = 0; bucket <= other.#top; bucket += 1) {
      const count = other.#counts[bucket]!;
      if (count > 0) this.#add(bucket, count);
    }
  }

  reset(): void {
    this.#counts.fill(0, 0, this.#top + 1);
    this.#top = 0;
    this.count = 0;
    this.sumUs = 0;
    this.minUs = Infinity;
    this.maxUs = 0;
  }

  /** The smallest value that at least this share (0 to 100) of the samples does not exceed; NaN where empty. */
  percentile(percentile: number): number {
    return this.percentiles([percentile])[0]!;
  }

  /** The same at several shares, ascending, in one walk. */
  percentiles(percentiles: readonly number[]): number[] {
    let bucket = -1;
    let seen = 0;
    return percentiles.map((percentile) => {
      if (this.count === 0) return NaN;
      const rank = Math.max(1, Math.ceil((percentile / 100) * this.count - 1e-9));
      while (seen < rank && bucket < this.#top) seen += this.#counts[++bucket]!;
      if (seen < rank) return this.maxUs;
      return Math.max(this.minUs, Math.min(this.maxUs, highestIn(bucket)));
    });
  }

  average(): number {
    return this.count === 0 ? NaN : this.sumUs / this.count;
  }

  /** The whole curve: one point for each bucket in use. */
  curve(): Quantile[] {
    const points: Quantile[] = [];
    let seen = 0;
    for (let bucket = 0; bucket <= this.#top; bucket += 1) {
      const count = this.#counts[bucket]!;
      if (count === 0) continue;
      seen += count;
      const valueUs = Math.min(this.maxUs, highestIn(bucket));
      points.push({ percentile: (100 * seen) / this.count, valueUs });
    }
    return points;
  }

  encode(): string {
    const encoded = build({ highestTrackableValue: 2, autoResize: true, bitBucketSize: 32 });
    for (let bucket = 0; bucket <= this.#top; bucket += 1) {
      const count = this.#counts[bucket]!;
      if (count > 0) encoded.recordValueWithCount(Math.min(highestIn(bucket), this.maxUs), count);
    }
    return encodeIntoCompressedBase64(encoded);
  }

  #add(bucket: number, count: number): void {
    if (bucket >= this.#counts.length) this.#grow(bucket);
    this.#counts[bucket]! += count;
    if (bucket > this.#top) this.#top = bucket;
  }

  #grow(bucket: number): void {
    const larger = new Uint32Array(bucket + 2 * HALF);
    larger.set(this.#counts);
    this.#counts = larger;
  }
}

/** What `encode` wrote; minimum, average and maximum are those of the buckets' upper ends. */
export function decodeHistogram(encoded: string): Histogram {
  const saved = decodeFromCompressedBase64(encoded) as JsHistogram;
  const histogram = new Histogram();
  for (let bucket = 0; bucket < saved.countsArrayLength; bucket += 1) {
    const count = saved.getCountAtIndex(bucket);
    if (count > 0) histogram.recordMany(Math.min(highestIn(bucket), saved.maxValue), count);
  }
  return histogram;
}

/** Whether enough samples lie beyond a percentile for it to mean something. */
export function enoughSamples(count: number, percentile: number): boolean {
  return count * (1 - percentile / 100) >= SAMPLES_BEYOND_MIN - 1e-9;
}

/** For what keeps values one by one and answers as a histogram would. */
export function bucketTop(valueUs: number): number {
  return highestIn(bucketOf(valueUs));
}

function bucketOf(value: number): number {
  if (value < LINEAR) return value;
  if (value >= TWO_TO_31) {
    const scaled = Math.floor(value / TWO_TO_21);
    return bucketOfScaled(scaled, 21);
  }
  return bucketOfScaled(value, 0);
}

function bucketOfScaled(value: number, scaledBy: number): number {
  const shift = 21 - Math.clz32(value);
  const half = shift < 0 ? value : value >> shift;
  return LINEAR + (shift + scaledBy - 1) * HALF + (half - HALF);
}

function highestIn(bucket: number): number {
  if (bucket < LINEAR) return bucket;
  const above = bucket - LINEAR;
  const shift = Math.floor(above / HALF) + 1;
  let width = 1;
  for (let i = 0; i < shift; i += 1) width *= 2;
  return (HALF + (above % HALF) + 1) * width - 1;
}
