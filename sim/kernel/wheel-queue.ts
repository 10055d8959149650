// The pending set as a two-level timing wheel over a heap. Level one has a slot for each of the next 65,536
// spans of 1,024 us (67 s: the commonest timers never wrap); level zero has one for each microsecond of the
// current span, so nothing is ever sorted: lists kept in order of insertion are already in order of sequence.
// What lies beyond waits in the heap and moves in, in order, before anything later can join the same slot.

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

// Fields of one event's record in the links array.
const NEXT = 0;
const PREVIOUS = 1;
const LABEL = 2;
const GENERATION = 3;

export class WheelQueue implements EventQueue {
  size = 0;
  takenId: EventId = 0;
  takenTimeUs = 0;
  takenLabel = 0;
  takenHandler: Handler<never> = nothing;
  takenArg: unknown = undefined;

  // One record per event slot; slot 0 is unused, so that 0 ends a list.
  #links = new Int32Array(4 * 1024);
  #times = new Float64Array(1024);
  readonly #calls: unknown[] = [nothing, undefined];
  #free = 0;

  // First and last event of each list: the microseconds of the current span, then the spans ahead.
  readonly #nearFirst = new Int32Array(SPAN_US);
  readonly #nearLast = new Int32Array(SPAN_US);
  readonly #nearWords = new Int32Array(SPAN_US >> 5);
  #nearSummary = 0;
  readonly #spanFirst = new Int32Array(SPAN_COUNT);
  readonly #spanLast = new Int32Array(SPAN_COUNT);
  readonly #spans = new Bitset();
  readonly #far = new FarHeap();
  #spanStartUs = 0;
  #span = 0;

  push(timeUs: number, label: number, handler: Handler<never>, arg: unknown): EventId {
    let slot = this.#free;
    if (slot === 0) slot = this.#newSlot();
    else this.#free = this.#links[slot << 2]!;
    const record = slot << 2;
    const links = this.#links;
    links[record + LABEL] = label;
    this.#times[slot] = timeUs;
    this.#calls[slot << 1] = handler;
    this.#calls[(slot << 1) + 1] = arg;
    this.size += 1;
    this.#insert(slot, timeUs);
    return makeEventId(slot, links[record + GENERATION]!);
  }

  cancel(id: EventId): boolean {
    const slot = slotOf(id);
    const record = slot << 2;
    const links = this.#links;
    if (slot === 0 || record >= links.length) return false;
    if (makeEventId(slot, links[record + GENERATION]!) !== id) return false;
    this.size -= 1;
    const aheadUs = this.#times[slot]! - this.#spanStartUs;
    if (aheadUs >= HORIZON_US) {
      // The heap cannot drop it: the slot stays taken, without a call, until the horizon reaches it.
      this.#calls[slot << 1] = undefined;
      this.#calls[(slot << 1) + 1] = undefined;
      this.#nextGeneration(record);
      return true;
    }
    this.#unlink(slot, aheadUs);
    this.#release(slot);
    return true;
  }

  take(untilUs: number): boolean {
    while (this.#nearSummary === 0) if (!this.#advance(untilUs)) return false;
    const word = lowestBit(this.#nearSummary);
    const index = (word << 5) + lowestBit(this.#nearWords[word]!);
    const timeUs = this.#spanStartUs + index;
    if (timeUs > untilUs) return false;
    const slot = this.#nearFirst[index]!;
    const record = slot << 2;
    const links = this.#links;
    const next = links[record]!;
    this.#nearFirst[index] = next;
    if (next === 0) this.#clearNear(index);
    else links[(next << 2) + PREVIOUS] = 0;
    this.takenTimeUs = timeUs;
    this.takenLabel = links[record + LABEL]!;
    this.takenId = makeEventId(slot, links[record + GENERATION]!);
    this.takenHandler = this.#calls[slot << 1] as Handler<never>;
    this.takenArg = this.#calls[(slot << 1) + 1];
    this.size -= 1;
    this.#release(slot);
    return true;
  }

  #insert(slot: number, timeUs: number): void {
    const aheadUs = timeUs - this.#spanStartUs;
    if (aheadUs < SPAN_US) this.#insertNear(slot, aheadUs);
    else if (aheadUs < HORIZON_US)
      this.#insertSpan(slot, (this.#span + (aheadUs >>> 10)) & (SPAN_COUNT - 1));
    else this.#far.push(timeUs, slot);
  }

  #insertNear(slot: number, index: number): void {
    const links = this.#links;
    const record = slot << 2;
    const last = this.#nearLast[index]!;
    links[record] = 0;
    if (this.#nearFirst[index] === 0) {
      links[record + PREVIOUS] = 0;
      this.#nearFirst[index] = slot;
      this.#nearWords[index >> 5]! |= 1 << (index & 31);
      this.#nearSummary |= 1 << (index >> 5);
    } else {
      links[record + PREVIOUS] = last;
      links[last << 2] = slot;
    }
    this.#nearLast[index] = slot;
  }

  #insertSpan(slot: number, span: number): void {
    const links = this.#links;
    const record = slot << 2;
    const last = this.#spanLast[span]!;
    links[record] = 0;
    if (this.#spanFirst[span] === 0) {
      links[record + PREVIOUS] = 0;
      this.#spanFirst[span] = slot;
      this.#spans.set(span);
    } else {
      links[record + PREVIOUS] = last;
      links[last << 2] = slot;
    }
    this.#spanLast[span] = slot;
  }

  /** Enters the next span that holds an event and starts at or before `untilUs`. */
  #advance(untilUs: number): boolean {
    const found = this.#spans.next((this.#span + 1) & (SPAN_COUNT - 1));
    if (found < 0) return this.#jump(untilUs);
    const steps = (found - this.#span) & (SPAN_COUNT - 1);
    const startUs = this.#spanStartUs + steps * SPAN_US;
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
      else this.#insert(slot, this.#times[slot]!);
    }
  }

  /** Spreads the span's list over its microseconds, in the order of the list. */
  #openSpan(span: number): void {
    const links = this.#links;
    let slot = this.#spanFirst[span]!;
    this.#spanFirst[span] = 0;
    this.#spans.clear(span);
    while (slot !== 0) {
      const next = links[slot << 2]!;
      this.#insertNear(slot, this.#times[slot]! - this.#spanStartUs);
      slot = next;
    }
  }

  #unlink(slot: number, aheadUs: number): void {
    const links = this.#links;
    const next = links[(slot << 2) + NEXT]!;
    const previous = links[(slot << 2) + PREVIOUS]!;
    if (next !== 0) links[(next << 2) + PREVIOUS] = previous;
    if (previous !== 0) links[previous << 2] = next;
    if (next !== 0 && previous !== 0) return;
    if (aheadUs < SPAN_US) {
      if (previous === 0) this.#nearFirst[aheadUs] = next;
      if (next === 0) this.#nearLast[aheadUs] = previous;
      if (next === 0 && previous === 0) this.#clearNear(aheadUs);
      return;
    }
    const span = (this.#span + (aheadUs >>> 10)) & (SPAN_COUNT - 1);
    if (previous === 0) this.#spanFirst[span] = next;
    if (next === 0) this.#spanLast[span] = previous;
    if (next === 0 && previous === 0) this.#spans.clear(span);
  }

  #clearNear(index: number): void {
    const word = (this.#nearWords[index >> 5]! &= ~(1 << (index & 31)));
    if (word === 0) this.#nearSummary &= ~(1 << (index >> 5));
  }

  #release(slot: number): void {
    this.#calls[(slot << 1) + 1] = undefined;
    this.#nextGeneration(slot << 2);
    this.#addFree(slot);
  }

  #addFree(slot: number): void {
    this.#links[slot << 2] = this.#free;
    this.#free = slot;
  }

  #nextGeneration(record: number): void {
    const generation = this.#links[record + GENERATION]!;
    this.#links[record + GENERATION] = generation === GENERATION_MAX ? 1 : generation + 1;
  }

  #newSlot(): number {
    const slot = this.#calls.length >> 1;
    if (slot === this.#times.length) this.#grow();
    this.#calls.push(nothing, undefined);
    this.#links[(slot << 2) + GENERATION] = 1;
    return slot;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    const links = new Int32Array(4 * capacity);
    const times = new Float64Array(capacity);
    links.set(this.#links);
    times.set(this.#times);
    this.#links = links;
    this.#times = times;
  }
}
