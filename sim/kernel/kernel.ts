// The discrete-event kernel: one thread, one queue, one total order (time, sequence), integer microseconds.
// It pops an event, runs it, lets every microtask drain, pops the next. What an event means is its handler's
// business; the host passes in the macrotask (setImmediate) on whose boundary the draining rests.

import type { EventId, EventQueue, Handler } from "./event-queue.ts";
import { callSite, type DrawObserver, type EventRecorder } from "./recorder.ts";
import { ReferenceQueue } from "./reference-queue.ts";
import { TraceHash } from "./trace-hash.ts";
import { WheelQueue } from "./wheel-queue.ts";

export type { EventId, Handler } from "./event-queue.ts";
export type { EventRecorder } from "./recorder.ts";

export interface KernelOptions {
  /** Runs the callback after all microtasks have drained: setImmediate. */
  readonly macrotask: (callback: () => void) => void;
  readonly queue?: "wheel" | "reference";
  /** "always" drains after every event, also where `touched` was not called: slower, and the same hash unless
   * some handler forgets to call it. Default "touched". */
  readonly drain?: "touched" | "always";
  /** A digest is handed over every so many events. */
  readonly digestEvery?: number;
  readonly onDigest?: (eventIndex: number, lo: number, hi: number) => void;
  readonly recorder?: EventRecorder;
  /** Starts to report errors that nobody caught (unhandled rejections) while a run goes on; the function that
   * it returns ends that. The host knows how; without it the process decides. */
  readonly watchFailures?: (report: (error: unknown) => void) => () => void;
}

// So many macrotasks are scheduled at a time: one at a time costs four times as much.
const CALLBACKS_PER_BATCH = 256;
// So many events that touched no promise run in one callback; more would keep the host's own loop waiting.
const EVENTS_PER_CALLBACK = 64;

const TWO_TO_MINUS_32 = 1 / 4294967296;

export class Kernel {
  /** Virtual time in integer microseconds. Read it; only the kernel moves it. */
  now = 0;
  /** Events executed so far; the index of the running event is this minus one. */
  events = 0;

  readonly #macrotask: (callback: () => void) => void;
  readonly #eventsPerCallback: number;
  readonly #queue: EventQueue;
  readonly #hash = new TraceHash();
  readonly #digestEvery: number;
  readonly #onDigest: ((eventIndex: number, lo: number, hi: number) => void) | undefined;
  readonly #recorder: EventRecorder | undefined;
  readonly #callSites = new Map<EventId, string>();
  readonly #watchFailures: KernelOptions["watchFailures"];
  readonly #callback: () => void;
  readonly #onFailure: (error: unknown) => void;

  #untilDigest: number;
  #callbacksDue = 0;
  #touched = false;
  #running = false;
  #stopping = false;
  #failed = false;
  #error: unknown = undefined;
  #untilUs = 0;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #unwatch: () => void = () => {};

  constructor(options: KernelOptions) {
    this.#macrotask = options.macrotask;
    this.#eventsPerCallback = options.drain === "always" ? 1 : EVENTS_PER_CALLBACK;
    this.#queue = options.queue === "reference" ? new ReferenceQueue() : new WheelQueue();
    this.#digestEvery = options.digestEvery ?? 65536;
    this.#untilDigest = this.#digestEvery;
    this.#onDigest = options.onDigest;
    this.#recorder = options.recorder;
    this.#watchFailures = options.watchFailures;
    this.#callback = () => this.#onMacrotask();
    this.#onFailure = (error) =>
      this.stop(error ?? new Error("async work failed without a reason"));
  }

  get pending(): number {
    return this.#queue.size;
  }

  /** Schedules `handler(arg)`; events of the same time run in the order of scheduling. A handler is never
   * awaited: async work is started inside it, and it must then call `touched()`. */
  at<A>(timeUs: number, label: number, handler: Handler<A>, arg: A): EventId {
    if (!(timeUs >= this.now) || timeUs > Number.MAX_SAFE_INTEGER || Math.floor(timeUs) !== timeUs)
      throw new RangeError(`an event at ${timeUs} us: not an integer from ${this.now} us on`);
    const id = this.#queue.push(timeUs, label, handler, arg);
    if (this.#recorder !== undefined && this.#recorder.wantsEvent(this.events))
      this.#callSites.set(id, callSite());
    return id;
  }

  after<A>(delayUs: number, label: number, handler: Handler<A>, arg: A): EventId {
    return this.at(this.now + delayUs, label, handler, arg);
  }

  /** True if the event was pending: it will not run. 0 and ids of past events are no-ops. */
  cancel(id: EventId): boolean {
    const wasPending = this.#queue.cancel(id);
    if (wasPending && this.#recorder !== undefined) this.#callSites.delete(id);
    return wasPending;
  }

  /** A promise was settled or an async function called: all microtasks drain before the next event. */
  touched(): void {
    this.#touched = true;
  }

  /** Starts async work from an event: drains, and a rejection that nobody else handles ends the run. */
  spawn(work: Promise<unknown>): void {
    this.#touched = true;
    work.then(undefined, this.#onFailure);
  }

  /** Folds a 32-bit integer fact into the trace hash. */
  mix(value: number): void {
    this.#hash.mix(value | 0);
    if (this.#recorder?.fact !== undefined && this.#recorder.wantsEvent(this.#lastBegun()))
      this.#recorder.fact(this.#lastBegun(), value | 0, callSite());
  }

  /** The trace hash so far, 16 hex digits. */
  hash(): string {
    return this.#hash.hex();
  }

  /** For streams: their draws reach the recorder with the index of the running event. */
  get drawObserver(): DrawObserver | undefined {
    const recorder = this.#recorder;
    if (recorder === undefined) return undefined;
    return {
      wantsDraw: () => recorder.wantsEvent(this.#lastBegun()),
      draw: (stream, ordinal, value, site) =>
        recorder.draw(this.#lastBegun(), stream, ordinal, value, site),
    };
  }

  /** Runs every event up to and including `untilUs`, then sets the time to it. Rejects with what a handler
   * threw, or with the error given to `stop`. Between two runs the world stands still. */
  run(untilUs: number): Promise<void> {
    if (this.#running) throw new Error("the kernel is running already");
    if (!(untilUs >= this.now) || Math.floor(untilUs) !== untilUs)
      throw new RangeError(`cannot run until ${untilUs} us: it is ${this.now} us`);
    this.#running = true;
    this.#untilUs = untilUs;
    if (this.#watchFailures !== undefined) this.#unwatch = this.#watchFailures(this.#onFailure);
    const finished = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (this.#callbacksDue === 0) this.#scheduleCallbacks();
    return finished;
  }

  /** Ends the run after the current event; with an error it rejects. Between runs an error waits for the next
   * run, and the first error wins. */
  stop(error?: unknown): void {
    if (error !== undefined && !this.#failed) {
      this.#failed = true;
      this.#error = error;
    }
    if (this.#running || this.#failed) this.#stopping = true;
  }

  /** The index of the running event, or of the last one; 0 before the first. */
  #lastBegun(): number {
    return Math.max(0, this.events - 1);
  }

  #scheduleCallbacks(): void {
    this.#callbacksDue = CALLBACKS_PER_BATCH;
    for (let i = 0; i < CALLBACKS_PER_BATCH; i++) this.#macrotask(this.#callback);
  }

  #onMacrotask(): void {
    this.#callbacksDue -= 1;
    if (!this.#running) return;
    this.#touched = false;
    try {
      this.#runEvents();
    } catch (error) {
      this.stop(error ?? new Error("a handler threw without a reason"));
      this.#finish();
      return;
    }
    if (this.#running && this.#callbacksDue === 0) this.#scheduleCallbacks();
  }

  #runEvents(): void {
    const queue = this.#queue;
    for (let i = 0; i < this.#eventsPerCallback; i++) {
      if (this.#stopping || !queue.take(this.#untilUs)) {
        this.#finish();
        return;
      }
      const timeUs = queue.takenTimeUs;
      const handler = queue.takenHandler;
      this.now = timeUs;
      this.#fold(timeUs, queue.takenLabel);
      if (this.#recorder !== undefined) this.#record(this.#recorder);
      this.events += 1;
      handler(queue.takenArg as never);
      if (--this.#untilDigest === 0) this.#digest();
      if (this.#touched) return;
    }
  }

  #fold(timeUs: number, label: number): void {
    const hash = this.#hash;
    hash.mix(timeUs | 0);
    // Labels are small and the high word of the time is too (below 2^21): one word holds both.
    hash.mix(((timeUs * TWO_TO_MINUS_32) << 10) ^ label);
  }

  #digest(): void {
    this.#untilDigest = this.#digestEvery;
    if (this.#onDigest !== undefined) this.#onDigest(this.events, this.#hash.lo, this.#hash.hi);
  }

  #record(recorder: EventRecorder): void {
    const id = this.#queue.takenId;
    const site = this.#callSites.get(id) ?? "";
    this.#callSites.delete(id);
    if (recorder.wantsEvent(this.events))
      recorder.event(this.events, this.now, this.#queue.takenLabel, site);
  }

  #finish(): void {
    this.#running = false;
    this.#unwatch();
    this.#unwatch = () => {};
    const failed = this.#failed;
    const error = this.#error;
    if (!this.#stopping) this.now = this.#untilUs;
    this.#stopping = false;
    this.#failed = false;
    this.#error = undefined;
    if (failed) this.#reject(error);
    else this.#resolve();
  }
}
