// What is to happen when, in one worker: people's actions and devices' timers in one heap, in the order of
// (time, order of planning), driven by one wake-up of the thread. An action sees its intended time as now, so
// that every worker computes the same plan whatever its own delay is.
import type { Clock, TimerHandle } from "../../../../server/ports/clock.ts";
import type { UserClock } from "./worker-clock.ts";

/** Wakes the thread at a time or a little later; a later call replaces an earlier one. */
export interface Waker {
  wakeAt(timeUs: number): void;
  /** Time that the thread slept though its event loop was not idle. */
  readonly nappedUs: number;
  close(): void;
}
export type MakeWaker = (clock: UserClock, wake: () => void) => Waker;

/** Sockets are served in between: a burst of actions ends its turn after so long. */
const TURN_US_MAX = 4_000;

export class Planned implements TimerHandle {
  readonly timeUs: number;
  readonly order: number;
  readonly isAction: boolean;
  handler: ((arg: never) => void) | undefined;
  arg: unknown;

  constructor(
    timeUs: number,
    order: number,
    isAction: boolean,
    handler: (arg: never) => void,
    arg: unknown,
  ) {
    this.timeUs = timeUs;
    this.order = order;
    this.isAction = isAction;
    this.handler = handler;
    this.arg = arg;
  }

  /** It stays in the heap until its time and then does nothing. */
  cancel(): void {
    this.handler = undefined;
    this.arg = undefined;
  }
}

export class Schedule implements Clock {
  readonly clock: UserClock;
  readonly #heap: Planned[] = [];
  readonly #waker: Waker;
  /** Told how late each action began. */
  readonly #slipped: (slipUs: number) => void;
  #order = 0;
  #wakesUs = Infinity;
  /** The intended time of the action under way; -1 outside of actions. */
  #intendedUs = -1;
  #doneUs = 0;
  #stopped = false;

  constructor(clock: UserClock, makeWaker: MakeWaker, slipped: (slipUs: number) => void) {
    this.clock = clock;
    this.#slipped = slipped;
    this.#waker = makeWaker(clock, () => this.#run());
  }

  /** Intended time within an action, the clock's time elsewhere. */
  nowUs(): number {
    return this.#intendedUs < 0 ? this.clock.nowUs() : this.#intendedUs;
  }

  atUs<A>(timeUs: number, handler: (arg: A) => void, arg: A): void {
    this.#plan(Math.ceil(timeUs), true, handler as (arg: never) => void, arg);
  }

  /** Nothing that is planned for before that time is still to come. */
  settledUntilUs(): number {
    const next = this.#next();
    const nowUs = this.clock.nowUs();
    return next === undefined || next.timeUs > nowUs ? nowUs : next.timeUs;
  }

  /** The intended time of the last action that began. */
  get doneUs(): number {
    return this.#doneUs;
  }

  get nappedUs(): number {
    return this.#waker.nappedUs;
  }

  stop(): void {
    this.#stopped = true;
    this.#heap.length = 0;
    this.#waker.close();
  }

  // ── the clock of devices
  wallMs(): number {
    return this.clock.wallMs();
  }

  monotonicMs(): number {
    return Math.floor(this.clock.nowUs() / 1000);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve, undefined));
  }

  after<A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle {
    const atUs = (Math.floor(this.clock.nowUs() / 1000) + Math.max(0, ms)) * 1000;
    return this.#plan(Math.ceil(atUs), false, fire as (arg: never) => void, arg);
  }

  #plan(timeUs: number, isAction: boolean, handler: (arg: never) => void, arg: unknown): Planned {
    const planned = new Planned(timeUs, this.#order++, isAction, handler, arg);
    if (this.#stopped) return planned;
    push(this.#heap, planned);
    if (timeUs < this.#wakesUs) this.#arm(timeUs);
    return planned;
  }

  #arm(timeUs: number): void {
    this.#wakesUs = timeUs;
    this.#waker.wakeAt(timeUs);
  }

  #next(): Planned | undefined {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0]!.handler === undefined) pop(heap);
    return heap[0];
  }

  #run(): void {
    // Whatever is planned meanwhile is found below, so nothing needs arming until the end.
    this.#wakesUs = -Infinity;
    const startUs = this.clock.nowUs();
    let nowUs = startUs;
    let next = this.#next();
    while (next !== undefined && next.timeUs <= nowUs && nowUs - startUs < TURN_US_MAX) {
      pop(this.#heap);
      this.#begin(next, nowUs);
      nowUs = this.clock.nowUs();
      next = this.#next();
    }
    this.#wakesUs = Infinity;
    if (next !== undefined) this.#arm(next.timeUs);
  }

  #begin(planned: Planned, nowUs: number): void {
    const handler = planned.handler!;
    planned.handler = undefined;
    if (!planned.isAction) {
      handler(planned.arg as never);
      return;
    }
    this.#slipped(nowUs - planned.timeUs);
    this.#intendedUs = planned.timeUs;
    this.#doneUs = planned.timeUs;
    try {
      handler(planned.arg as never);
    } finally {
      this.#intendedUs = -1;
    }
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order);
}

function push(heap: Planned[], added: Planned): void {
  let at = heap.length;
  heap.push(added);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(added, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = added;
}

function pop(heap: Planned[]): void {
  const last = heap.pop()!;
  const size = heap.length;
  if (size === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
