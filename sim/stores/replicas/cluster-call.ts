// One attempt of a node's call at one coordinator. A read may have two attempts under way; the first answer counts.
import type { Outcome } from "../../../server/ports/outcome.ts";
import type { Link } from "../../net/link.ts";
import type { StoreCall } from "../store-call.ts";
import type { Replica } from "./replica.ts";

/** Who made the attempt and hears how it ended. */
export interface ClusterCaller {
  replied(at: ClusterCall): void;
}

export interface ClusterCall {
  readonly call: StoreCall;
  readonly driver: ClusterCaller;
  readonly coordinator: Replica;
  readonly down: Link;
  readonly sentUs: number;
  /** The coordinator's life in which it arrived. */
  life: number;
  outcome: Outcome<unknown> | undefined;
  /** Nobody listens there: surely not taken. */
  isClosed: boolean;
  /** Something came back. */
  isAnswered: boolean;
}
