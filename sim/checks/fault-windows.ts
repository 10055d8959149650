// When faults were active, and until when a promise made at some instant may be late because of them.
import { additionUs, isInstant, NODE_CHANGE_US, presenceAdditionUs } from "./bounds.ts";
import type { FaultFact } from "./context.ts";

const NODE_CHANGE = -1;

export class FaultWindows {
  readonly #faults: readonly FaultFact[];
  readonly #fault: number[] = [];
  readonly #began: number[] = [];
  readonly #ended: number[] = [];
  readonly #addition: number[] = [];
  readonly #presenceAddition: number[] = [];

  constructor(faults: readonly FaultFact[]) {
    this.#faults = faults;
  }

  began(t: number, fault: number): void {
    const fact = this.#faults[fault];
    const kind = fact?.kind ?? "";
    const sites = fact?.sites ?? [];
    this.#fault.push(fault);
    this.#began.push(t);
    this.#ended.push(isInstant(kind, sites) ? t : Infinity);
    this.#addition.push(additionUs(kind, sites));
    this.#presenceAddition.push(presenceAdditionUs(kind, sites));
  }

  ended(t: number, fault: number): void {
    if (this.#faults[fault]?.staysDown === true) return;
    const window = this.#fault.lastIndexOf(fault);
    if (window >= 0) this.#ended[window] = t;
  }

  nodeChanged(t: number): void {
    this.#fault.push(NODE_CHANGE);
    this.#began.push(t);
    this.#ended.push(t);
    this.#addition.push(NODE_CHANGE_US);
    this.#presenceAddition.push(presenceAdditionUs("", []));
  }

  /** The quiet phase lets nothing stay broken. */
  allEnded(t: number): void {
    for (let window = 0; window < this.#ended.length; window += 1) {
      if (this.#ended[window] === Infinity) this.#ended[window] = t;
    }
  }

  /** Until when what is due within `withinUs` of `fromT` may come, overlapping faults counted. */
  dueT(fromT: number, withinUs: number): number {
    return this.#extended(fromT, withinUs, withinUs, this.#addition);
  }

  /** The same for presence, which a read of the friends repairs after each fault. */
  presenceDueT(fromT: number, withinUs: number): number {
    return this.#extended(fromT, withinUs, 0, this.#presenceAddition);
  }

  #extended(
    fromT: number,
    withinUs: number,
    againUs: number,
    additions: readonly number[],
  ): number {
    let dueT = fromT + withinUs;
    for (let moved = true; moved;) {
      moved = false;
      for (let window = 0; window < this.#began.length; window += 1) {
        const againT = this.#ended[window]! + additions[window]! + againUs;
        if (this.#began[window]! > dueT || againT <= dueT) continue;
        dueT = againT;
        moved = true;
      }
    }
    return dueT;
  }

  /** Whether a fault for which `touches` holds was active, or had its addition running, in a span. */
  overlaps(fromT: number, toT: number, touches: (fault: FaultFact) => boolean): boolean {
    for (let window = 0; window < this.#began.length; window += 1) {
      const fact = this.#faults[this.#fault[window]!];
      if (!fact || this.#began[window]! > toT) continue;
      if (this.#ended[window]! + this.#addition[window]! >= fromT && touches(fact)) return true;
    }
    return false;
  }

  /** Faults that began and were active still at t, additions left out; node changes are not among them. */
  activeAt(t: number): { fault: FaultFact; began: number; ended: number }[] {
    const active = [];
    for (let window = 0; window < this.#began.length; window += 1) {
      const fault = this.#faults[this.#fault[window]!];
      const began = this.#began[window]!;
      const ended = this.#ended[window]!;
      if (fault && ended >= t) active.push({ fault, began, ended });
    }
    return active;
  }
}
