// Events of a history on their way between threads: one array of numbers, an event's code and then its numbers,
// in the order of t. Which code is which event follows from the history's own table.
import { EVENTS, FIELDS } from "../../../history/fields.ts";
import type { History, HistoryEvent } from "../../../history/history.ts";

/** Numbers of each event, t among them, by code. */
export const FIELD_COUNTS: readonly number[] = EVENTS.map((event) => FIELDS[event].length);
const CHUNK_NUMBERS = 32_768;
const EVENT_NUMBERS_MAX = 13;

/** Chunks of whole events, in order. */
export type Chunk = Float64Array;

export class EventLane {
  readonly #full: (chunk: Chunk) => void;
  #numbers = new Float64Array(CHUNK_NUMBERS);
  #used = 0;
  /** t never goes back within a lane. */
  #lastUs = 0;

  /** `full` is given every chunk that has no room left, and what there is at each `flush`. */
  constructor(full: (chunk: Chunk) => void) {
    this.#full = full;
  }

  flush(): void {
    if (this.#used === 0) return;
    const chunk = this.#numbers.slice(0, this.#used);
    this.#used = 0;
    this.#full(chunk);
  }

  /** Events told later have at least this time. */
  raise(timeUs: number): void {
    if (timeUs > this.#lastUs) this.#lastUs = timeUs;
  }

  /** The numbers behind the event's count mean nothing. */
  put(
    code: number,
    count: number,
    t: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
    i: number,
    j: number,
    k: number,
    l: number,
  ): void {
    if (this.#used + EVENT_NUMBERS_MAX > CHUNK_NUMBERS) this.#turnOver();
    const numbers = this.#numbers;
    const at = this.#used;
    if (t > this.#lastUs) this.#lastUs = t;
    numbers[at] = code;
    numbers[at + 1] = this.#lastUs;
    numbers[at + 2] = b;
    numbers[at + 3] = c;
    numbers[at + 4] = d;
    numbers[at + 5] = e;
    numbers[at + 6] = f;
    if (count > 6) {
      numbers[at + 7] = g;
      numbers[at + 8] = h;
      numbers[at + 9] = i;
      numbers[at + 10] = j;
      numbers[at + 11] = k;
      numbers[at + 12] = l;
    }
    this.#used = at + 1 + count;
  }

  #turnOver(): void {
    const chunk = this.#numbers.subarray(0, this.#used);
    this.#numbers = new Float64Array(CHUNK_NUMBERS);
    this.#used = 0;
    this.#full(chunk);
  }
}

/** All methods of a history, each writing its event into the lane. */
export function laneWriter(lane: EventLane): History {
  const writer: Partial<Record<HistoryEvent, unknown>> = {};
  EVENTS.forEach((event, code) => {
    const count = FIELD_COUNTS[code]!;
    writer[event] = (
      t: number,
      b: number,
      c: number,
      d: number,
      e: number,
      f: number,
      g: number,
      h: number,
      i: number,
      j: number,
      k: number,
      l: number,
    ): void => lane.put(code, count, t, b, c, d, e, f, g, h, i, j, k, l);
  });
  return writer as unknown as History;
}

type Told = (...numbers: number[]) => void;

/** Tells one event of a chunk to a history. */
export class Teller {
  readonly #told: readonly Told[];

  constructor(history: History) {
    this.#told = EVENTS.map((event) => (history[event] as Told).bind(history));
  }

  /** The event at `at`; gives where the next one begins. */
  tell(n: Chunk, at: number): number {
    const code = n[at]!;
    const told = this.#told[code]!;
    const count = FIELD_COUNTS[code]!;
    const a = at + 1;
    switch (count) {
      case 1:
        told(n[a]!);
        break;
      case 2:
        told(n[a]!, n[a + 1]!);
        break;
      case 3:
        told(n[a]!, n[a + 1]!, n[a + 2]!);
        break;
      case 4:
        told(n[a]!, n[a + 1]!, n[a + 2]!, n[a + 3]!);
        break;
      case 5:
        told(n[a]!, n[a + 1]!, n[a + 2]!, n[a + 3]!, n[a + 4]!);
        break;
      case 6:
        told(n[a]!, n[a + 1]!, n[a + 2]!, n[a + 3]!, n[a + 4]!, n[a + 5]!);
        break;
      case 7:
        told(n[a]!, n[a + 1]!, n[a + 2]!, n[a + 3]!, n[a + 4]!, n[a + 5]!, n[a + 6]!);
        break;
      case 8:
        told(n[a]!, n[a + 1]!, n[a + 2]!, n[a + 3]!, n[a + 4]!, n[a + 5]!, n[a + 6]!, n[a + 7]!);
        break;
      case 9:
        told(
          n[a]!,
          n[a + 1]!,
          n[a + 2]!,
          n[a + 3]!,
          n[a + 4]!,
          n[a + 5]!,
          n[a + 6]!,
          n[a + 7]!,
          n[a + 8]!,
        );
        break;
      case 11:
        told(
          n[a]!,
          n[a + 1]!,
          n[a + 2]!,
          n[a + 3]!,
          n[a + 4]!,
          n[a + 5]!,
          n[a + 6]!,
          n[a + 7]!,
          n[a + 8]!,
          n[a + 9]!,
          n[a + 10]!,
        );
        break;
      default:
        told(...n.subarray(a, a + count));
    }
    return a + count;
  }
}
