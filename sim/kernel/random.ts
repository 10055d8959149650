// All chance in a simulated world: named streams (a consumer more or less disturbs no other stream) and keyed
// draws (one entity's draws disturb no other entity). Vectors recorded in a test freeze what a seed means.

import { exp, log, normalQuantile } from "./math.ts";
import { callSite, type DrawObserver } from "./recorder.ts";
import alea from "seedrandom/lib/alea.js";

/** Replaces draws: stream name, then ordinal (from 0) or "all" for whatever has none, then the value in [0, 1). */
export type Choices = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const ALL_DRAWS = "all";

const TWO_TO_32 = 4294967296;
const TWO_TO_MINUS_32 = 1 / TWO_TO_32;
/** What a number above 2^32 has room for behind its point. */
const CHOSEN_STEPS = 1_048_576;

export class Streams {
  readonly #seed: string;
  readonly #observer: DrawObserver | undefined;
  readonly #choices: Choices;
  readonly #streams = new Map<string, Stream>();

  constructor(seed: number | string, observer?: DrawObserver, choices: Choices = {}) {
    this.#seed = String(seed);
    this.#observer = observer;
    this.#choices = choices;
  }

  /** The stream of that name; always the same one. Keep it: looking it up costs a map access. */
  stream(name: string): Stream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new Stream(name, `${this.#seed}/${name}`, this.#observer, this.#choices[name]);
      this.#streams.set(name, stream);
    }
    return stream;
  }

  /**
   * A 32-bit seed for keyed draws, derived from the name like a stream but drawing from none. Where all of them are
   * chosen it is 2^32 and the value instead, which `keyed` understands: the draws are too many to ask each time.
   */
  seed32(name: string): number {
    const chosen = this.#choices[name]?.[ALL_DRAWS];
    if (chosen !== undefined) return TWO_TO_32 + Math.floor(chosen * CHOSEN_STEPS) / CHOSEN_STEPS;
    return Math.floor(alea(`${this.#seed}/${name}`)() * TWO_TO_32);
  }
}

/** One of several seeds for keyed draws made out of one. */
export function seedBeside(seed32: number, place: number): number {
  return seed32 >= TWO_TO_32 ? seed32 : (seed32 + place) | 0;
}

export class Stream {
  readonly name: string;
  /** How many values were drawn so far: the ordinal of the next one. */
  ordinal = 0;
  readonly #draw: () => number;
  readonly #observer: DrawObserver | undefined;
  readonly #choices: ReadonlyMap<number, number> | undefined;
  readonly #otherwise: number | undefined;

  constructor(
    name: string,
    seed: string,
    observer?: DrawObserver,
    choices?: Readonly<Record<string, number>>,
  ) {
    this.name = name;
    this.#draw = alea(seed);
    this.#observer = observer;
    this.#choices = choices === undefined ? undefined : readChoices(name, choices);
    this.#otherwise = choices?.[ALL_DRAWS];
  }

  /** In [0, 1), a multiple of 2^-32. */
  next(): number {
    const ordinal = this.ordinal++;
    let value = this.#draw();
    // A choice takes the place of the draw, which is made all the same: later draws stay what they were.
    if (this.#choices !== undefined) value = this.#choices.get(ordinal) ?? this.#otherwise ?? value;
    if (this.#observer !== undefined && this.#observer.wantsDraw())
      this.#observer.draw(this.name, ordinal, value, callSite());
    return value;
  }

  uint32(): number {
    return Math.floor(this.next() * 4294967296);
  }

  /** An integer from lo to hi, both included; at most 2^32 of them. */
  int(lo: number, hi: number): number {
    const count = hi - lo + 1;
    if (!Number.isInteger(lo) || !(count >= 1) || count > 4294967296 || !Number.isInteger(count))
      throw new RangeError(`no integers to draw from ${lo} to ${hi}`);
    return lo + Math.floor(this.next() * count);
  }

  bool(probability: number): boolean {
    return this.next() < probability;
  }

  exponential(mean: number): number {
    return -mean * log(1 - this.next());
  }

  lognormal(median: number, sigma: number): number {
    return median * exp(sigma * normalQuantile(this.#inside()));
  }

  /** How many arrivals of a Poisson process fall into a stretch where `mean` are expected. */
  poisson(mean: number): number {
    let left = mean;
    let count = 0;
    // Products of uniforms, sixteen expected arrivals at a time: exact, and exp() never underflows.
    while (left > 0) {
      const part = left < 16 ? left : 16;
      left -= part;
      const floor = exp(-part);
      for (let product = this.next(); product > floor; product *= this.next()) count += 1;
    }
    return count;
  }

  pick<T>(array: readonly T[]): T {
    if (array.length === 0) throw new RangeError(`stream ${this.name}: nothing to pick from`);
    return array[Math.floor(this.next() * array.length)]!;
  }

  /** In place; returns the same array. */
  shuffle<T>(array: T[]): T[] {
    for (let i = array.length - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      const kept = array[i]!;
      array[i] = array[j]!;
      array[j] = kept;
    }
    return array;
  }

  /** A draw in (0, 1): the quantile of 0 is minus infinity. */
  #inside(): number {
    return this.next() + TWO_TO_MINUS_32 / 2;
  }
}

function readChoices(name: string, choices: Readonly<Record<string, number>>): Map<number, number> {
  const read = new Map<number, number>();
  for (const [ordinal, value] of Object.entries(choices)) {
    const isAll = ordinal === ALL_DRAWS;
    if (!(isAll || /^\d+$/.test(ordinal)) || !(value >= 0 && value < 1))
      throw new RangeError(
        `choice ${name}.${ordinal} = ${value}: wants an ordinal or "${ALL_DRAWS}", and a value in [0, 1)`,
      );
    if (!isAll) read.set(Number(ordinal), value);
  }
  return read;
}

/** A well-mixed function of its four integers, in [0, 1). `entity` may have up to 53 bits, the others 32. */
export function keyed(seed32: number, entity: number, purpose: number, ordinal: number): number {
  if (seed32 >= TWO_TO_32) return seed32 - TWO_TO_32;
  return keyedUint32(seed32, entity, purpose, ordinal) * TWO_TO_MINUS_32;
}

export function keyedUint32(
  seed32: number,
  entity: number,
  purpose: number,
  ordinal: number,
): number {
  let h = seed32 ^ 0x9e3779b9;
  h = scramble(h ^ Math.imul(entity | 0, 0x85ebca6b));
  h = scramble(h ^ Math.imul(Math.floor(entity * TWO_TO_MINUS_32) ^ (purpose << 22), 0xc2b2ae35));
  h = scramble(h ^ Math.imul(purpose, 0x27d4eb2f) ^ Math.imul(ordinal, 0x165667b1));
  return h >>> 0;
}

/** A bijection of 32 bits in which each input bit changes about half of the output bits. */
function scramble(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}
