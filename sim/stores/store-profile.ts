// How fast the stores are: what one call costs inside the store. The way there and back is the network's. All
// times are microseconds.
import type { Distribution } from "../kernel/distribution.ts";

export const STORE_NAMES = ["redis", "cassandra", "s3", "vault"] as const;
export type StoreName = (typeof STORE_NAMES)[number];

export interface StoreServiceProfile {
  /** Calls that are served at the same time; more wait in one queue. */
  readonly concurrency: number;
  /** Service time of a call, unless `operations` names it. */
  readonly serviceUs: Distribution;
  /** By port call, "messages.append". */
  readonly operations?: Readonly<Record<string, Distribution>>;
  /** Added for each row, claim or user of a call after the first. */
  readonly itemUs: number;
  /** Added for each KiB that a call carries there or back. */
  readonly kibUs: number;
  /** What taking a reply costs the node's CPU. */
  readonly nodeReplyUs: number;
}

export type StoreProfile = Readonly<Record<StoreName, StoreServiceProfile>>;
