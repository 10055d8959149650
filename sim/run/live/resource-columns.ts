// Columns of series.json that only a live run has: memory, collections and queues of each node, and processor and
// memory of each store and of the generator.
import type { ResourceSample } from "../../world/live/resources.ts";

const SECOND_US = 1_000_000;

export class ResourceColumns {
  readonly #columns = new Map<string, (number | null)[]>();
  readonly #nodes: number;

  constructor(nodes: number) {
    this.#nodes = nodes;
  }

  add(t: number, sample: ResourceSample): void {
    const second = Math.max(0, Math.ceil(t / SECOND_US) - 1);
    for (let node = 0; node < this.#nodes; node += 1) {
      const resources = sample.nodes[node];
      if (resources === undefined || !resources.up) continue;
      const tag = `{node:node-${node + 1}}`;
      this.#set(`node_rss${tag}`, second, resources.rssBytes);
      this.#set(`node_gc${tag}`, second, rounded(resources.gcShare));
      this.#set(`queued_bytes${tag}`, second, resources.queuedBytes);
      this.#set(`requests_in_flight${tag}`, second, resources.inFlight);
    }
    for (const [name, { cpuShare, rssBytes }] of sample.processes) {
      this.#set(`process_cpu{process:${name}}`, second, rounded(cpuShare));
      this.#set(`process_rss{process:${name}}`, second, rssBytes);
    }
  }

  /** As many rows as the other columns have. */
  columns(rows: number): Readonly<Record<string, readonly (number | null)[]>> {
    const columns: Record<string, readonly (number | null)[]> = {};
    for (const name of [...this.#columns.keys()].sort()) {
      const known = this.#columns.get(name)!;
      columns[name] = Array.from({ length: rows }, (_, row) => known[row] ?? null);
    }
    return columns;
  }

  #set(name: string, second: number, value: number): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = [];
      this.#columns.set(name, column);
    }
    while (column.length < second) column.push(null);
    column[second] = value;
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
