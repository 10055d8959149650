// Counters and histograms that cost one addition on the hot path: a caller holds the cell of its labels, and
// labels are put together only when somebody reads the metrics. Registered beside prom-client's own.
import type { Metric, Registry } from "prom-client";

export interface Cell {
  value: number;
}

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly value: number;
  readonly labels: Labels;
  readonly metricName?: string;
}

export class CellMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly #cells = new Map<string, { readonly labels: Labels; readonly cell: Cell }>();

  constructor(registry: Registry, type: "counter" | "gauge", name: string, help: string) {
    this.name = name;
    this.help = help;
    this.type = type;
    register(registry, this);
  }

  /** The same cell for the same labels: keep it. */
  cell(labels: Labels = {}): Cell {
    const key = Object.values(labels).join("\n");
    let found = this.#cells.get(key);
    if (found === undefined) {
      found = { labels, cell: { value: 0 } };
      this.#cells.set(key, found);
    }
    return found.cell;
  }

  /** What prom-client's registry asks for. */
  get(): object {
    const values: Sample[] = [];
    for (const { labels, cell } of this.#cells.values()) values.push({ value: cell.value, labels });
    return { name: this.name, help: this.help, type: this.type, values };
  }

  reset(): void {
    for (const { cell } of this.#cells.values()) cell.value = 0;
  }
}

/** Upper bounds in seconds: half a millisecond to the longest deadline. */
const BOUNDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 60];

export class TimeCell {
  readonly counts = new Float64Array(BOUNDS.length + 1);
  sum = 0;

  observe(seconds: number): void {
    let index = 0;
    while (index < BOUNDS.length && seconds > BOUNDS[index]!) index += 1;
    this.counts[index]! += 1;
    this.sum += seconds;
  }
}

export class TimeMetric {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram";
  readonly #cells: { readonly labels: Labels; readonly cell: TimeCell }[] = [];

  constructor(registry: Registry, name: string, help: string) {
    this.name = name;
    this.help = help;
    register(registry, this);
  }

  newCell(labels: Labels): TimeCell {
    const cell = new TimeCell();
    this.#cells.push({ labels, cell });
    return cell;
  }

  get(): object {
    const values: Sample[] = [];
    for (const { labels, cell } of this.#cells) {
      let count = 0;
      for (let index = 0; index <= BOUNDS.length; index += 1) {
        count += cell.counts[index]!;
        const le = index < BOUNDS.length ? String(BOUNDS[index]) : "+Inf";
        values.push({
          value: count,
          labels: { ...labels, le },
          metricName: `${this.name}_bucket`,
        });
      }
      values.push({ value: cell.sum, labels, metricName: `${this.name}_sum` });
      values.push({ value: count, labels, metricName: `${this.name}_count` });
    }
    return { name: this.name, help: this.help, type: this.type, values };
  }

  reset(): void {
    for (const { cell } of this.#cells) {
      cell.counts.fill(0);
      cell.sum = 0;
    }
  }
}

/** The registry's type names prom-client's own classes; it calls `get` and `reset` alone. */
function register(registry: Registry, metric: CellMetric | TimeMetric): void {
  registry.registerMetric(metric as unknown as Metric);
}
