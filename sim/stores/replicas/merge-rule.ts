// What is to be said of a read for its answers to be merged.
import type { StoreCall } from "../store-call.ts";
import type { Replica } from "./replica.ts";

export interface MergeRule<T> {
  /** Of two answers to the same call. */
  merge(one: T, other: T, call: StoreCall, replicas: readonly Replica[]): T;
  same(one: T, other: T): boolean;
  /** Writes what the merged answer holds; what the replica has already stays. */
  repair(replica: Replica, merged: T, call: StoreCall, replicas: readonly Replica[]): void;
}
