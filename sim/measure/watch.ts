// A watch follows one threshold while the run goes on, where the final metric alone cannot judge it: several
// tags, windows (over 30s), a phase, the time after a fault, or aborting early.
import type { Threshold } from "../scenario/types.ts";
import { enoughSamples, Histogram } from "./histogram.ts";
import { staysDown, type Scope } from "./scope.ts";

const US_PER_MS = 1000;
const SECOND_US = 1_000_000;
const ANY = -2;
const KINDS: readonly string[] = ["text", "image", "voice", "file", "void"];
export const STORES = ["redis", "cassandra", "s3"] as const;

export interface Judged {
  readonly value: number | null;
  readonly ok: boolean | null;
  readonly why?: string;
}

/** Figures between two moments. Trends come as milliseconds, counters as amounts, gauges as levels. */
class Window {
  readonly histogram: Histogram | undefined;
  count = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;
  last = 0;

  constructor(needsPercentiles: boolean) {
    this.histogram = needsPercentiles ? new Histogram() : undefined;
  }

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.last = value;
    this.histogram?.record(value * US_PER_MS);
  }

  clear(): void {
    this.histogram?.reset();
    this.count = 0;
    this.sum = 0;
    this.min = Infinity;
    this.max = -Infinity;
  }
}

export class Watch {
  readonly threshold: Threshold;
  readonly #scope: Scope;
  readonly #counts: boolean;
  readonly #phase: number;
  readonly #fault: number;
  readonly #place: number;
  readonly #after: number;
  readonly #window: Window;
  #windowSinceUs = 0;
  #open: boolean;
  #opensAtUs = Infinity;
  #heardSinceUs = 0;
  #worst: Judged | undefined;

  constructor(threshold: Threshold, scope: Scope, counts: boolean) {
    this.threshold = threshold;
    this.#scope = scope;
    this.#counts = counts;
    const { phases, faults } = scope.scenario;
    const phase = threshold.tags["phase"] ?? threshold.inPhase;
    this.#phase = phase === undefined ? ANY : phases.findIndex(({ name }) => name === phase);
    const fault = threshold.tags["fault"];
    this.#fault = fault === undefined ? ANY : faults.findIndex(({ name }) => name === fault);
    this.#place = placeOf(threshold);
    const after = threshold.after?.fault;
    this.#after = after === undefined ? ANY : faults.findIndex(({ name }) => name === after);
    this.#open = this.#after === ANY;
    this.#window = new Window(threshold.aggregate === "p" || threshold.aggregate === "med");
  }

  hear(t: number, value: number, phase: number, place: number, faults: readonly number[]): void {
    if (t >= this.#opensAtUs) this.#start(this.#opensAtUs);
    if (!this.#open || !this.#fits(phase, place, faults)) return;
    if (this.threshold.overUs !== undefined) this.#turn(t);
    this.#window.add(value);
  }

  phaseBegan(t: number): void {
    this.#turn(t);
    this.#window.histogram?.reset();
    if (this.threshold.overUs !== undefined) this.#window.clear();
    this.#windowSinceUs = t;
  }

  faultBegan(t: number, fault: number): void {
    this.#opensAtUs = Infinity;
    if (this.#after !== ANY && this.#open && fault !== this.#after) this.#stop(t);
    // Nothing comes after a fault that lasts to the end: what counts is life without that node.
    if (fault === this.#after && staysDown(this.#scope.scenario.faults[fault]))
      this.#opensAtUs = t + this.threshold.after!.withinUs;
  }

  faultEnded(t: number, fault: number): void {
    if (fault !== this.#after || staysDown(this.#scope.scenario.faults[fault])) return;
    this.#opensAtUs = t + this.threshold.after!.withinUs;
  }

  /** The verdict so far, or at the end. */
  judge(t: number): Judged {
    if (this.threshold.overUs !== undefined) {
      this.#turn(t);
      return (
        this.#worst ?? { value: null, ok: null, why: "no full window held enough to be judged" }
      );
    }
    if (this.#after !== ANY && !this.#open && this.#heardSinceUs === 0)
      return {
        value: null,
        ok: null,
        why: `nothing was measured after ${this.threshold.after!.fault}`,
      };
    return this.#verdict(this.#spanUs(t));
  }

  #start(t: number): void {
    this.#open = true;
    this.#opensAtUs = Infinity;
    this.#heardSinceUs = t;
    this.#windowSinceUs = t;
  }

  #stop(t: number): void {
    this.#turn(t);
    this.#open = false;
  }

  #fits(phase: number, place: number, faults: readonly number[]): boolean {
    if (this.#phase === ANY ? !this.#scope.judged(phase) : phase !== this.#phase) return false;
    if (this.#fault !== ANY && !faults.includes(this.#fault)) return false;
    return this.#place === ANY || place === this.#place;
  }

  /** Closes the windows that are full at t. */
  #turn(t: number): void {
    const over = this.threshold.overUs;
    if (over === undefined || !this.#open) return;
    while (t >= this.#windowSinceUs + over) {
      if (this.#scope.judged(this.#scope.phase)) this.#note(this.#verdict(over));
      this.#window.clear();
      this.#windowSinceUs += over;
      if (this.#window.count === 0 && !this.#counts)
        this.#windowSinceUs += Math.floor((t - this.#windowSinceUs) / over) * over;
    }
  }

  #note(judged: Judged): void {
    if (judged.ok === null) return;
    const worst = this.#worst;
    if (worst === undefined || (worst.ok === true && judged.ok === false)) this.#worst = judged;
    else if (worst.ok === judged.ok && worse(this.threshold.op, judged.value!, worst.value!))
      this.#worst = judged;
  }

  #spanUs(t: number): number {
    if (this.#after !== ANY) return t - this.#heardSinceUs;
    if (this.#phase === ANY) return this.#scope.judgedUs;
    return this.#scope.scenario.phases[this.#phase]!.durationUs;
  }

  #verdict(spanUs: number): Judged {
    const window = this.#window;
    const { aggregate, percentile } = this.threshold;
    if (this.#counts) {
      const value = aggregate === "rate" ? window.sum / (spanUs / SECOND_US) : window.sum;
      return verdictOf(this.threshold, value);
    }
    if (aggregate === "count") return verdictOf(this.threshold, window.count);
    if (window.count === 0) return { value: null, ok: null, why: "nothing was measured" };
    const value = aggregateOf(window, aggregate, percentile);
    if (aggregate === "p" && !enoughSamples(window.count, percentile!))
      return { value, ok: null, why: tooFew(window.count, percentile!) };
    return verdictOf(this.threshold, value);
  }
}

function aggregateOf(
  window: Window,
  aggregate: Threshold["aggregate"],
  percentile: number | undefined,
): number {
  switch (aggregate) {
    case "avg":
      return window.sum / window.count;
    case "min":
      return window.min;
    case "max":
      return window.max;
    case "med":
      return window.histogram!.percentile(50) / US_PER_MS;
    case "p":
      return window.histogram!.percentile(percentile!) / US_PER_MS;
    case "count":
    case "rate":
    case "value":
      return window.last;
  }
}

function placeOf({ name, tags }: Threshold): number {
  if (tags["kind"] !== undefined) return KINDS.indexOf(tags["kind"]);
  if (tags["store"] !== undefined) return STORES.findIndex((store) => store === tags["store"]);
  if (tags["node"] !== undefined) return Number(tags["node"].slice("node-".length)) - 1;
  return ["sessions", "node_cpu", "node_rss", "loop_delay"].includes(name) ? -1 : ANY;
}

export function verdictOf(threshold: Threshold, value: number): Judged {
  const rounded = Math.round(value * 1000) / 1000;
  return { value: rounded, ok: holds(threshold.op, rounded, threshold.value) };
}

export function tooFew(count: number, percentile: number): string {
  return `${count} samples are too few for p(${percentile}): fewer than ten lie beyond it`;
}

export function holds(op: Threshold["op"], value: number, limit: number): boolean {
  switch (op) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "==":
      return value === limit;
    case "!=":
      return value !== limit;
  }
}

function worse(op: Threshold["op"], value: number, than: number): boolean {
  return op === ">" || op === ">=" ? value < than : value > than;
}
