// Figures second by second: columns of doubles that grow, NaN where nothing was measured.
import type { Series } from "../run/result.ts";

const SECOND_US = 1_000_000;
const FIRST_SECONDS = 1024;

export class Column {
  readonly name: string;
  readonly #empty: number;
  #values: Float64Array;

  /** `empty`: 0 for what is counted, NaN for what is sampled. */
  constructor(name: string, empty: number) {
    this.name = name;
    this.#empty = empty;
    this.#values = new Float64Array(FIRST_SECONDS).fill(empty);
  }

  set(second: number, value: number): void {
    if (second >= this.#values.length) this.#grow(second);
    this.#values[second] = value;
  }

  increment(second: number): void {
    if (second >= this.#values.length) this.#grow(second);
    this.#values[second]! += 1;
  }

  first(seconds: number): (number | null)[] {
    const values: (number | null)[] = [];
    for (let second = 0; second < seconds; second += 1) {
      const value = this.#values[second] ?? this.#empty;
      values.push(value !== value ? null : Math.round(value * 1000) / 1000);
    }
    return values;
  }

  #grow(second: number): void {
    const larger = new Float64Array(2 * second).fill(this.#empty);
    larger.set(this.#values);
    this.#values = larger;
  }
}

export class Seconds {
  readonly #columns: Column[] = [];

  counted(name: string): Column {
    return this.#add(new Column(name, 0));
  }

  sampled(name: string): Column {
    return this.#add(new Column(name, NaN));
  }

  series(endUs: number): Series {
    const seconds = Math.ceil(endUs / SECOND_US);
    const columns: Record<string, (number | null)[]> = {};
    for (const column of this.#columns) columns[column.name] = column.first(seconds);
    return { secondUs: SECOND_US, columns };
  }

  #add(column: Column): Column {
    this.#columns.push(column);
    return column;
  }
}

/** The row of something that happens at t. */
export function secondOf(t: number): number {
  return Math.floor(t / SECOND_US);
}

/** The row that a sample taken at t closes. */
export function secondBefore(t: number): number {
  return Math.max(0, Math.ceil(t / SECOND_US) - 1);
}
