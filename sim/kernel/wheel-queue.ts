// The pending set as a two-level timing wheel over a heap. Level one has a list for each of the next 65,536
// spans of 1,024 us (67 s: the commonest timers never wrap); level zero has one for each microsecond of the
// current span, so nothing is ever sorted: the lists themselves keep the order of scheduling. What lies beyond
// waits in the heap and moves in, in order, before anything later can join the same span.
//
// Speed is cache misses here, so pushing touches one record and one list head: span lists are kept newest
// first (turned round when their span begins), and a cancelled event stays in its list until it is reached.

import { Bitset, lowestBit } from "./bitset.ts";
import {
  makeEventId,
  nothing,
  slotOf,
  type EventId,
  type EventQueue,
  type Handler,
} from "./event-queue.ts";
import { FarHeap } from "./far-heap.ts";

const SPAN_US = 1024;
const SPAN_COUNT = 65536;
const HORIZON_US = SPAN_US * SPAN_COUNT;
const GENERATION_MAX = 0xfffffff;

// An event's record is 32 bytes, seen as integers (8 a record) and as doubles (4 a record).
const NEXT = 0;
const LABEL = 1;
const GENERATION = 2;
const TIME = 2; // as a double: behind the first four integers
const RECORD_BYTES = 32;

export class WheelQueue implements EventQueue {
  size = 0;
  takenTimeUs = 0;
  takenLabel = 0;
  takenHandler: Handler<never> = nothing;
  takenArg: unknown = undefined;
  #takenSlot = 0;
  #takenGeneration = 0;

  // Slot 0 is unused, so that 0 ends a list. An event without a handler was cancelled.
  #integers = new Int32Array(0);
  #doubles = new Float64Array(0);
  readonly #calls: unknown[] = [undefined, undefined];
  #free = 0;

  // First and last event of each microsecond of the current span, oldest first.
  readonly #nearFirst = new Int32Array(SPAN_US);
  readonly #nearLast = new Int32Array(SPAN_US);
  readonly #nearWords = new Int32Array(SPAN_US >> 5);
  #nearSummary = 0;
  // The newest event of each span ahead.
  readonly #spanNewest = new Int32Array(SPAN_COUNT);
  readonly #spans = new Bitset();
  readonly #far = new FarHeap();
  #spanStartUs = 0;
  #span = 0;

  constructor() {
    this.#resize(1024);
  }

  get takenId(): EventId {
    return makeEventId(this.#takenSlot, this.#takenGeneration);
  }

  push(timeUs: number, label: number, handler: Handler<never>, arg: unknown): EventId {
    let slot = this.#free;
    if (slot === 0) slot = this.#newSlot();
    else this.#free = this.#integers[slot << 3]!;
    const integers = this.#integers;
    const record = slot << 3;
    integers[record + LABEL] = label;
    this.#doubles[(slot << 2) + TIME] = timeUs;
    this.#calls[slot << 1] = handler;
    this.#calls[(slot << 1) + 1] = arg;
    this.size += 1;
    this.#insert(slot, timeUs);
    return makeEventId(slot, integers[record + GENERATION]!);
  }

  cancel(id: EventId): boolean {
    const slot = slotOf(id);
    const record = slot << 3;
    if (slot === 0 || record >= this.#integers.length) return false;
    if (makeEventId(slot, this.#integers[record + GENERATION]!) !== id) return false;
    this.#nextGeneration(record);
    this.#calls[slot << 1] = undefined;
    this.#calls[(slot << 1) + 1] = undefined;
    this.size -= 1;
    return true;
  }

  take(untilUs: number): boolean {
    for (;;) {
      while (this.#nearSummary === 0) if (!this.#advance(untilUs)) return false;
      const word = lowestBit(this.#nearSummary);
      const index = (word << 5) + lowestBit(this.#nearWords[word]!);
      const timeUs = this.#spanStartUs + index;
      if (timeUs > untilUs) return false;
      const slot = this.#nearFirst[index]!;
      const next = this.#integers[slot << 3]!;
      this.#nearFirst[index] = next;
      if (next === 0) this.#clearNear(index);
      const handler = this.#calls[slot << 1] as Handler<never> | undefined;
      if (handler === undefined) {
        this.#addFree(slot);
        continue;
      }
      this.takenTimeUs = timeUs;
      this.takenHandler = handler;
      this.#takeRecord(slot);
      return true;
    }
  }

  #takeRecord(slot: number): void {
    const record = slot << 3;
    this.#takenSlot = slot;
    this.#takenGeneration = this.#integers[record + GENERATION]!;
    this.takenLabel = this.#integers[record + LABEL]!;
    this.takenArg = this.#calls[(slot << 1) + 1];
    this.#calls[(slot << 1) + 1] = undefined;
    this.#nextGeneration(record);
    this.#addFree(slot);
    this.size -= 1;
  }

  #insert(slot: number, timeUs: number): void {
    const aheadUs = timeUs - this.#spanStartUs;
    if (aheadUs < SPAN_US) this.#appendNear(slot, aheadUs);
    else if (aheadUs < HORIZON_US) {
      const span = (this.#span + (aheadUs >>> 10)) & (SPAN_COUNT - 1);
      const newest = this.#spanNewest[span]!;
      this.#integers[slot << 3] = newest;
      this.#spanNewest[span] = slot;
      if (newest === 0) this.#spans.set(span);
    } else this.#far.push(timeUs, slot);
  }

  #appendNear(slot: number, index: number): void {
    this.#integers[slot << 3] = 0;
    if (this.#nearFirst[index] === 0) {
      this.#nearFirst[index] = slot;
      this.#setNear(index);
    } else this.#integers[this.#nearLast[index]! << 3] = slot;
    this.#nearLast[index] = slot;
  }

  /** Enters the next span that holds an event and starts at or before `untilUs`. */
  #advance(untilUs: number): boolean {
    const found = this.#spans.next((this.#span + 1) & (SPAN_COUNT - 1));
    if (found < 0) return this.#jump(untilUs);
    const startUs = this.#spanStartUs + ((found - this.#span) & (SPAN_COUNT - 1)) * SPAN_US;
    if (startUs > untilUs) return false;
    this.#spanStartUs = startUs;
    this.#span = found;
    if (this.#far.size > 0) this.#admitFar();
    this.#openSpan(found);
    return true;
  }

  /** The wheel is empty: goes straight to the earliest far event. */
  #jump(untilUs: number): boolean {
    const earliestUs = this.#far.earliestUs;
    if (earliestUs > untilUs) return false;
    const steps = Math.floor((earliestUs - this.#spanStartUs) / SPAN_US);
    this.#spanStartUs += steps * SPAN_US;
    this.#span = (this.#span + (steps % SPAN_COUNT)) & (SPAN_COUNT - 1);
    this.#admitFar();
    return true;
  }

  #admitFar(): void {
    const endUs = this.#spanStartUs + HORIZON_US;
    while (this.#far.earliestUs < endUs) {
      const slot = this.#far.pop();
      if (this.#calls[slot << 1] === undefined) this.#addFree(slot);
      else this.#insert(slot, this.#doubles[(slot << 2) + TIME]!);
    }
  }

  /** Spreads the span's list over its microseconds. Newest first, each put before the ones already there:
   * they end up oldest first. The lists of the current span are empty when this begins. */
  #openSpan(span: number): void {
    const integers = this.#integers;
    let slot = this.#spanNewest[span]!;
    this.#spanNewest[span] = 0;
    this.#spans.clear(span);
    while (slot !== 0) {
      const record = slot << 3;
      const older = integers[record + NEXT]!;
      // Dropping the cancelled here also brings the calls of the whole span into the cache before they are
      // taken one by one: half as fast again at 100,000 pending events.
      if (this.#calls[slot << 1] === undefined) {
        this.#addFree(slot);
        slot = older;
        continue;
      }
      const index = this.#doubles[(slot << 2) + TIME]! - this.#spanStartUs;
      const first = this.#nearFirst[index]!;
      integers[record + NEXT] = first;
      this.#nearFirst[index] = slot;
      if (first === 0) {
        this.#nearLast[index] = slot;
        this.#setNear(index);
      }
      slot = older;
    }
  }

  #setNear(index: number): void {
    this.#nearWords[index >> 5]! |= 1 << (index & 31);
    this.#nearSummary |= 1 << (index >> 5);
  }

  #clearNear(index: number): void {
    const word = (this.#nearWords[index >> 5]! &= ~(1 << (index & 31)));
    if (word === 0) this.#nearSummary &= ~(1 << (index >> 5));
  }

  #addFree(slot: number): void {
    this.#integers[slot << 3] = this.#free;
    this.#free = slot;
  }

  #nextGeneration(record: number): void {
    const generation = this.#integers[record + GENERATION]!;
    this.#integers[record + GENERATION] = generation === GENERATION_MAX ? 1 : generation + 1;
  }

  #newSlot(): number {
    const slot = this.#calls.length >> 1;
    if (slot << 3 === this.#integers.length) this.#resize(slot * 2);
    this.#calls.push(undefined, undefined);
    this.#integers[(slot << 3) + GENERATION] = 1;
    return slot;
  }

  #resize(capacity: number): void {
    const bytes = new ArrayBuffer(capacity * RECORD_BYTES);
    const integers = new Int32Array(bytes);
    integers.set(this.#integers);
    this.#integers = integers;
    this.#doubles = new Float64Array(bytes);
  }
}
