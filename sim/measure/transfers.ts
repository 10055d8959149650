// Uploads and downloads of pictures, voice and files: how long each took, and how many bytes went up.
import type { Scope } from "./scope.ts";
import type { Counter, Trend } from "./tally.ts";

const UPLOAD = 3;
const DOWNLOAD = 4;
const OK = 0;
const NO_FAULTS: readonly number[] = [];

interface Transfer {
  readonly type: number;
  readonly beganUs: number;
  readonly phase: number;
}

export interface TransferMeasures {
  readonly upload: Trend;
  readonly download: Trend;
  readonly bytes: Counter;
}

export class Transfers {
  readonly #scope: Scope;
  readonly #to: TransferMeasures;
  readonly #open = new Map<number, Transfer>();

  constructor(scope: Scope, measures: TransferMeasures) {
    this.#scope = scope;
    this.#to = measures;
  }

  began(t: number, operation: number, type: number): void {
    if (type !== UPLOAD && type !== DOWNLOAD) return;
    this.#open.set(operation, { type, beganUs: t, phase: this.#scope.phase });
  }

  /** A stranger's planted request is no download of a user's. */
  forget(operation: number): void {
    this.#open.delete(operation);
  }

  ended(t: number, operation: number, outcome: number): void {
    const transfer = this.#open.get(operation);
    if (transfer === undefined) return;
    this.#open.delete(operation);
    if (outcome !== OK) return;
    const trend = transfer.type === UPLOAD ? this.#to.upload : this.#to.download;
    trend.record(t, t - transfer.beganUs, transfer.phase, 0, NO_FAULTS);
  }

  uploaded(t: number, bytes: number, outcome: number): void {
    if (outcome === OK) this.#to.bytes.add(t, bytes, this.#scope.phase, 0);
  }
}
