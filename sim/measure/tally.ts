// What accumulates under a name: trends (histograms), counters and gauges, each filed by phase and by one more
// tag, and turned into the metrics of a result. Watches hear everything that is recorded.
import type { Metric } from "../run/result.ts";
import { Histogram } from "./histogram.ts";
import type { Scope } from "./scope.ts";
import type { Watch } from "./watch.ts";

const PLACES_MAX = 8;
const US_PER_MS = 1000;
/** Ascending. */
const TREND_PERCENTILES = [50, 90, 95, 99, 99.9];

export class Trend {
  readonly name: string;
  readonly #scope: Scope;
  readonly #watches: readonly Watch[];
  /** By (phase + 1) * PLACES_MAX + place. */
  readonly #cells: (Histogram | undefined)[] = [];
  readonly #byFault: (Histogram | undefined)[] = [];

  constructor(name: string, scope: Scope, watches: readonly Watch[]) {
    this.name = name;
    this.#scope = scope;
    this.#watches = watches.filter((watch) => watch.threshold.name === name);
  }

  /** place: the kind of a message; 0 where there is none. */
  record(
    t: number,
    valueUs: number,
    phase: number,
    place: number,
    faults: readonly number[],
  ): void {
    const cell = (phase + 1) * PLACES_MAX + place;
    const histogram = this.#cells[cell];
    if (histogram === undefined) (this.#cells[cell] = new Histogram()).record(valueUs);
    else histogram.record(valueUs);
    for (let i = 0; i < faults.length; i += 1)
      (this.#byFault[faults[i]!] ??= new Histogram()).record(valueUs);
    for (let i = 0; i < this.#watches.length; i += 1)
      this.#watches[i]!.hear(t, valueUs / US_PER_MS, phase, place, faults);
  }

  /** Merged over the phases that are judged. */
  total(): Histogram {
    return this.#merged((phase) => this.#scope.judged(phase));
  }

  ofPhase(phase: number): Histogram {
    return this.#merged((other) => other === phase);
  }

  ofPlace(place: number): Histogram {
    return this.#merged(
      (phase) => this.#scope.judged(phase),
      (other) => other === place,
    );
  }

  ofFault(fault: number): Histogram {
    return this.#byFault[fault] ?? new Histogram();
  }

  /** For what belongs to faults and not to phases. */
  overall(): Histogram {
    return this.#merged(() => true);
  }

  #merged(
    phaseFits: (phase: number) => boolean,
    placeFits: (place: number) => boolean = () => true,
  ): Histogram {
    const merged = new Histogram();
    this.#cells.forEach((histogram, cell) => {
      if (histogram === undefined) return;
      if (phaseFits(Math.floor(cell / PLACES_MAX) - 1) && placeFits(cell % PLACES_MAX))
        merged.merge(histogram);
    });
    return merged;
  }
}

export class Counter {
  readonly name: string;
  readonly #scope: Scope;
  readonly #watches: readonly Watch[];
  readonly #cells: number[] = [];

  constructor(name: string, scope: Scope, watches: readonly Watch[]) {
    this.name = name;
    this.#scope = scope;
    this.#watches = watches.filter((watch) => watch.threshold.name === name);
  }

  /** place: the store; 0 where there is none. A negative amount takes back. */
  add(t: number, amount: number, phase: number, place: number): void {
    const cell = (phase + 1) * PLACES_MAX + place;
    this.#cells[cell] = (this.#cells[cell] ?? 0) + amount;
    const { faults } = this.#scope;
    for (let i = 0; i < this.#watches.length; i += 1)
      this.#watches[i]!.hear(t, amount, phase, place, faults);
  }

  total(place?: number): number {
    return this.#sum((phase) => this.#scope.judged(phase), place);
  }

  ofPhase(phase: number): number {
    return this.#sum((other) => other === phase, undefined);
  }

  #sum(phaseFits: (phase: number) => boolean, place: number | undefined): number {
    let sum = 0;
    this.#cells.forEach((amount, cell) => {
      if (place !== undefined && cell % PLACES_MAX !== place) return;
      if (phaseFits(Math.floor(cell / PLACES_MAX) - 1)) sum += amount;
    });
    return sum;
  }
}

interface Level {
  value: number;
  min: number;
  max: number;
}

export class Gauge {
  readonly name: string;
  readonly #scope: Scope;
  readonly #watches: readonly Watch[];
  readonly #nodes: (Level | undefined)[] = [];
  #all: Level | undefined;

  constructor(name: string, scope: Scope, watches: readonly Watch[]) {
    this.name = name;
    this.#scope = scope;
    this.#watches = watches.filter((watch) => watch.threshold.name === name);
  }

  node(t: number, node: number, value: number): void {
    if (!this.#scope.judged(this.#scope.phase)) return;
    this.#nodes[node] = moved(this.#nodes[node], value);
    this.#tell(t, value, node);
  }

  all(t: number, value: number): void {
    if (!this.#scope.judged(this.#scope.phase)) return;
    this.#all = moved(this.#all, value);
    this.#tell(t, value, -1);
  }

  ofNode(node: number): Level | undefined {
    return this.#nodes[node];
  }

  total(): Level | undefined {
    return this.#all;
  }

  #tell(t: number, value: number, node: number): void {
    for (let i = 0; i < this.#watches.length; i += 1)
      this.#watches[i]!.hear(t, value, this.#scope.phase, node, this.#scope.faults);
  }
}

function moved(level: Level | undefined, value: number): Level {
  if (level === undefined) return { value, min: value, max: value };
  level.value = value;
  if (value < level.min) level.min = value;
  if (value > level.max) level.max = value;
  return level;
}

/** Percentiles are absent where nothing was measured. */
export function trendMetric(histogram: Histogram): Metric {
  const values: Record<string, number> = { count: histogram.count };
  if (histogram.count === 0) return { type: "trend", unit: "ms", values };
  values["min"] = milliseconds(histogram.minUs);
  values["avg"] = milliseconds(histogram.average());
  const [median, ...upper] = histogram.percentiles(TREND_PERCENTILES);
  values["med"] = milliseconds(median!);
  upper.forEach((valueUs, i) => {
    values[`p(${TREND_PERCENTILES[i + 1]!})`] = milliseconds(valueUs);
  });
  values["max"] = milliseconds(histogram.maxUs);
  return {
    type: "trend",
    unit: "ms",
    values,
    // Encoding is dear, and a sweep over many seeds looks at no curve.
    get hdr() {
      return histogram.encode();
    },
  };
}

export function counterMetric(count: number, unit: string, overUs: number): Metric {
  const rate = overUs > 0 ? rounded(count / (overUs / 1_000_000)) : 0;
  return { type: "counter", unit, values: { count, rate } };
}

export function gaugeMetric(level: Level, unit: string): Metric {
  const { value, min, max } = level;
  return {
    type: "gauge",
    unit,
    values: { value: rounded(value), min: rounded(min), max: rounded(max) },
  };
}

export function milliseconds(us: number): number {
  return Math.round(us) / US_PER_MS;
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
