// The interface of the pending set. It orders events by (time, sequence of scheduling) and nothing else;
// the wheel is the fast implementation, the reference queue the slow one that proves it right.

export type Handler<A> = (arg: A) => void;

/** 0 = none. Holds a slot and its generation, so that a cancel that comes too late is a no-op. */
export type EventId = number;

export interface EventQueue {
  /** Events that are scheduled and not cancelled. */
  readonly size: number;

  /** `timeUs` is an integer and not before the last taken event nor the last `untilUs` asked for. */
  push(timeUs: number, label: number, handler: Handler<never>, arg: unknown): EventId;

  /** True if the event was still pending; it will not run. */
  cancel(id: EventId): boolean;

  /** Takes out the earliest event at or before `untilUs`; false if there is none. What was taken
   * stands in the `taken` fields until the next call. */
  take(untilUs: number): boolean;
  readonly takenId: EventId;
  takenTimeUs: number;
  takenLabel: number;
  takenHandler: Handler<never>;
  takenArg: unknown;
}

const SLOT_COUNT_MAX = 0x1000000;

export function makeEventId(slot: number, generation: number): EventId {
  return generation * SLOT_COUNT_MAX + slot;
}

export function slotOf(id: EventId): number {
  return id % SLOT_COUNT_MAX;
}

export function nothing(): void {}
