// One call of a store port, from the node that makes it to its end. The record travels: the node's side
// (store-client.ts) sends it and settles it, the store's side (store-model.ts) serves it.
import type { Outcome } from "../../server/ports/outcome.ts";
import type { Sampler } from "../kernel/distribution.ts";
import type { MemoryStores } from "./memory-stores.ts";
import type { StoreClient } from "./store-client.ts";
import type { CallCounts } from "./store-coverage.ts";
import type { StoreModel } from "./store-model.ts";
import type { StoreObserver } from "./store-observer.ts";

/** What a port's method does at the store. Its arguments are in the call, `a` to `f`, in their order. */
export interface StoreOperation {
  /** "messages.append" */
  readonly portCall: string;
  /** Called once, or more often where the request was duplicated or repeated. */
  apply(memory: MemoryStores, call: StoreCall, observer: StoreObserver): Outcome<unknown>;
  /** Rows, claims or users in the call; absent: 1. */
  items?(call: StoreCall): number;
  /** Payload without the fixed part. */
  requestBytes(call: StoreCall): number;
  replyBytes(outcome: Outcome<unknown>): number;
}

/** An operation in one run: where it is served, how fast, and how its calls ended. */
export interface BoundOperation {
  readonly operation: StoreOperation;
  readonly model: StoreModel;
  readonly service: Sampler;
  readonly counts: CallCounts;
  readonly deadlineUs: number;
}

export const PENDING = 0;
export const DROPPED = 1;
export const APPLIED = 2;

export interface StoreCall {
  readonly client: StoreClient;
  readonly bound: BoundOperation;
  readonly a: unknown;
  readonly b: unknown;
  readonly c: unknown;
  readonly d: unknown;
  readonly e: unknown;
  readonly f: unknown;
  readonly resolve: (outcome: Outcome<never>) => void;
  /** The how-manieth call of its node to this store: the ordinal of its keyed draws. */
  readonly ordinal: number;
  readonly departedUs: number;
  readonly deadlineAtUs: number;
  /** The store's life in which it arrived. */
  storeLife: number;
  arrivals: number;
  replyLost: boolean;
  outcome: Outcome<unknown> | undefined;
  /** PENDING until the store has applied it, or surely never will. */
  applied: typeof PENDING | typeof DROPPED | typeof APPLIED;
  settled: boolean;
  /** Neighbours among the calls that wait, by deadline. */
  before: StoreCall | undefined;
  after: StoreCall | undefined;
}

/** A reply of a list: 0 where there is none. */
export function listBytes(outcome: Outcome<unknown>, itemBytes: number): number {
  return outcome.kind === "ok" ? itemBytes * (outcome.value as readonly unknown[]).length : 0;
}
