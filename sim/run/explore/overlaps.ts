// How often each kind of fault met each operation of a device: begun or under way while the fault was in force. A
// pair that never met in many seeds was never tried, whatever the two did apart.
import { isInstant } from "../../faults/plan.ts";
import type { Fault } from "../../scenario/types.ts";

export const OPERATIONS = [
  "sign-in",
  "sign-out",
  "send",
  "receive",
  "read",
  "receipt",
  "presence",
  "befriend",
  "accept",
  "history",
  "upload",
  "download",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What happens at one moment is repaired for at least this long: the smallest bound of SPEC.md. */
const AFTERMATH_US = 15_000_000;

/** Kinds that mean one thing for a node, another for a store, and a third for one replica of a store. */
const BY_PLACE: readonly string[] = ["kill", "pause", "slow", "isolate"];

/** The name of a row: a fault's kind, and what it hits where that makes several faults of it. */
export function faultRow(fault: Fault): string {
  if (!BY_PLACE.includes(fault.kind) || !("target" in fault)) return fault.kind;
  return `${fault.kind} ${place(fault.target)}`;
}

/** "any" stands for a node. */
function place(target: string): string {
  if (/^(node|any$)/.test(target)) return "node";
  return /^cassandra-/.test(target) ? "replica" : "store";
}

export class Overlaps {
  readonly #faults: readonly Fault[];
  readonly #counts = new Map<string, Record<Operation, number>>();
  /** Row -> how many faults of it are in force. */
  readonly #inForce = new Map<string, number>();
  /** Row -> until when the last moment's aftermath lasts. */
  readonly #aftermath = new Map<string, number>();
  readonly #open: Record<Operation, Set<number>>;

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
    this.#open = perOperation(() => new Set<number>());
  }

  faultBegan(t: number, index: number): void {
    const fault = this.#faults[index]!;
    const row = faultRow(fault);
    const counts = this.#countsOf(row);
    for (const operation of OPERATIONS) counts[operation] += this.#open[operation].size;
    if (isInstant(fault)) this.#aftermath.set(row, t + AFTERMATH_US);
    else this.#inForce.set(row, (this.#inForce.get(row) ?? 0) + 1);
  }

  faultEnded(_t: number, index: number): void {
    const fault = this.#faults[index]!;
    if (isInstant(fault)) return;
    const row = faultRow(fault);
    const left = (this.#inForce.get(row) ?? 0) - 1;
    if (left > 0) this.#inForce.set(row, left);
    else this.#inForce.delete(row);
  }

  /** A repeat of what is open already begins nothing. */
  begin(t: number, operation: Operation, key: number): void {
    const open = this.#open[operation];
    if (open.has(key)) return;
    open.add(key);
    this.moment(t, operation);
  }

  end(operation: Operation, key: number): void {
    this.#open[operation].delete(key);
  }

  /** An operation that takes no time as a device sees it. */
  moment(t: number, operation: Operation): void {
    for (const row of this.#inForce.keys()) this.#countsOf(row)[operation] += 1;
    for (const [row, untilT] of this.#aftermath)
      if (t > untilT) this.#aftermath.delete(row);
      else this.#countsOf(row)[operation] += 1;
  }

  /** In the order in which the faults were first met. */
  counts(): ReadonlyMap<string, Readonly<Record<Operation, number>>> {
    return this.#counts;
  }

  #countsOf(row: string): Record<Operation, number> {
    let counts = this.#counts.get(row);
    if (counts === undefined) {
      counts = perOperation(() => 0);
      this.#counts.set(row, counts);
    }
    return counts;
  }
}

function perOperation<T>(value: () => T): Record<Operation, T> {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, value()])) as Record<
    Operation,
    T
  >;
}
