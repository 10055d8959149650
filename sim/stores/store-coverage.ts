// How often each port call ended in each way. A run in which one of them never happened has not tried what a
// messenger must survive, so the zeros count as much as the figures.

export type CallEnd = "ok" | "refused" | "unknownApplied" | "unknownNotApplied";

export type CallCounts = Record<CallEnd, number>;

/** A line of the run's coverage table. */
export interface CoverageLine {
  readonly what: string;
  readonly counts: Readonly<Record<string, number>>;
}

export class StoreCoverage {
  #calls = new Map<string, CallCounts>();

  /** The counts of a port call ("messages.append"); from now on it is listed, also with zeros. Keep it. */
  counts(portCall: string): CallCounts {
    let counts = this.#calls.get(portCall);
    if (counts === undefined) {
      counts = { ok: 0, refused: 0, unknownApplied: 0, unknownNotApplied: 0 };
      this.#calls.set(portCall, counts);
    }
    return counts;
  }

  count(portCall: string, end: CallEnd): void {
    this.counts(portCall)[end] += 1;
  }

  /** By name. */
  lines(): CoverageLine[] {
    const names = [...this.#calls.keys()].sort();
    return names.map((what) => ({ what, counts: { ...this.counts(what) } }));
  }

  /** "messages.append refused", ...: the ends besides ok that never happened. */
  missing(): string[] {
    const missing: string[] = [];
    for (const { what, counts } of this.lines())
      for (const end of ["refused", "unknownApplied", "unknownNotApplied"])
        if (counts[end] === 0) missing.push(`${what} ${end}`);
    return missing;
  }
}
