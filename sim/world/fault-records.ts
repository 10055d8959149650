// What is told of a scenario's faults in either world: when each began and ended, for the history as it happens
// and for the result.
import type { FaultRecord } from "../run/result.ts";
import type { Fault } from "../scenario/types.ts";

export interface FaultRecordsParts {
  readonly faults: readonly Fault[];
  readonly describe: (fault: Fault) => string;
  readonly nowUs: () => number;
  /** The history, or what passes events on to it. */
  readonly told: {
    faultBegan(t: number, fault: number): void;
    faultEnded(t: number, fault: number): void;
  };
}

export class FaultRecords {
  readonly #parts: FaultRecordsParts;
  readonly #records: { -readonly [K in keyof FaultRecord]: FaultRecord[K] }[] = [];
  /** Place among the records of each fault's last beginning. */
  readonly #recordOf = new Map<number, number>();

  constructor(parts: FaultRecordsParts) {
    this.#parts = parts;
  }

  began(index: number): void {
    const { faults, describe, nowUs, told } = this.#parts;
    const fault = faults[index]!;
    const t = nowUs();
    this.#recordOf.set(index, this.#records.length);
    this.#records.push({
      name: fault.name,
      kind: fault.kind,
      text: describe(fault),
      beganUs: t,
      endedUs: null,
    });
    told.faultBegan(t, index);
  }

  /** Nothing where it has ended, or never began: a crash point that was not met. */
  ended(index: number): void {
    const place = this.#recordOf.get(index);
    if (place === undefined || this.#records[place]!.endedUs !== null) return;
    const t = this.#parts.nowUs();
    this.#records[place]!.endedUs = t;
    this.#parts.told.faultEnded(t, index);
  }

  result(): readonly FaultRecord[] {
    return this.#records;
  }
}
