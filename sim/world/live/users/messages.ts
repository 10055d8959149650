// What the main thread and a worker say to each other.
import type { ResolvedScenario } from "../../../scenario/types.ts";
import type { LiveNodeAddress, WorkerLoad } from "./contract.ts";

/** Given to a worker when it starts. */
export interface WorkerSetup {
  readonly worker: number;
  readonly workers: number;
  readonly scenario: ResolvedScenario;
  readonly nodes: readonly LiveNodeAddress[];
  readonly sharedNodes: SharedArrayBuffer;
  readonly tokenKey: string;
  readonly startedNs: bigint;
  readonly epochMs: number;
}

/** What a person's plan hangs on is done at one time by all workers. */
export type Order =
  | { readonly type: "begin" }
  | { readonly type: "quiet"; readonly atUs: number; readonly step: 1 | 2 }
  | { readonly type: "vanish"; readonly atUs: number; readonly share: number }
  | {
      readonly type: "skew";
      readonly atUs: number;
      readonly byMs: number;
      readonly driftPpm: number;
    }
  | {
      readonly type: "slow-reader";
      readonly atUs: number;
      readonly share: number;
      readonly on: boolean;
    }
  | {
      readonly type: "half-open";
      readonly atUs: number;
      readonly share: number;
      readonly on: boolean;
    }
  | { readonly type: "reconnect-all"; readonly atUs: number }
  | { readonly type: "stop" };
export type TimedOrder = Extract<Order, { readonly atUs: number }>;

export interface WorkerStatus {
  readonly type: "status";
  /** No intended event, and no seen one, before these times is still to come. */
  readonly intendedUntilUs: number;
  readonly seenUntilUs: number;
  readonly settled: boolean;
  /** 0 before the quiet phase. */
  readonly quietStep: number;
  readonly online: number;
  /** This worker's people who are synced. */
  readonly synced: number;
  readonly figures: WorkerFigures;
}

export interface WorkerFigures extends WorkerLoad {
  /** An order for all workers came after its time: their plans may differ from here on. */
  readonly lateOrders: number;
}

export type Report =
  | { readonly type: "ready" }
  | { readonly type: "chunk"; readonly lane: number; readonly chunk: Float64Array }
  | WorkerStatus
  | { readonly type: "stopped" };
