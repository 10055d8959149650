// What is known of people: who means to be online, on which connection, and what each is shown of each
// friend. Written by the facts stage; presence rules keep their own fields where it says so.
import { STATE } from "../history/history.ts";
import type { LogFacts } from "./log-table.ts";

export interface UserFacts {
  readonly user: number;
  meansOnline: boolean;
  signedInT: number;
  signedOutT: number;
  /** The device of the last sign-in. */
  device: number;
  /** The newest connection attempt, and whether it is still open. */
  attempt: number;
  attemptOpen: boolean;
  /** The session that is connected, 0 for none. */
  session: number;
  node: number;
  connectedT: number;
  /** Within the session; -1 before. */
  syncedT: number;
  /** The last sign of life from the node: connected, synced, pong. */
  heardT: number;
  slow: boolean;
  slowEndedT: number;
  /** Logs of which this user is the recipient, and of which the sender. */
  readonly inbound: LogFacts[];
  readonly outbound: LogFacts[];
  readonly friends: number[];
  /** Where the pair table holds what this user is shown of friends[i]. */
  readonly pairs: number[];
  /** Since when nobody of this user is connected, and how long friends may not know; -1: present. By PRE1. */
  absentT: number;
  absentWithinUs: number;
  /** The highest epoch applied, and the highest released. By PRE4. */
  rank: number;
  releasedRank: number;
}

export function newUser(user: number): UserFacts {
  return {
    user,
    meansOnline: false,
    signedInT: -1,
    signedOutT: -1,
    device: 0,
    attempt: 0,
    attemptOpen: false,
    session: 0,
    node: -1,
    connectedT: -1,
    syncedT: -1,
    heardT: -1,
    slow: false,
    slowEndedT: -1,
    inbound: [],
    outbound: [],
    friends: [],
    pairs: [],
    absentT: -1,
    absentWithinUs: 0,
    rank: -1,
    releasedRank: -1,
  };
}

const PAIRS_FIRST = 256;

/** What one user is shown of one friend. */
export class PairTable {
  count = 0;
  state = new Uint8Array(PAIRS_FIRST);
  /** Since when it is online, or is not. */
  since = new Float64Array(PAIRS_FIRST);
  lastSeenMs = new Float64Array(PAIRS_FIRST);

  add(): number {
    const pair = this.count;
    if (pair === this.state.length) this.#grow();
    this.count += 1;
    this.state[pair] = STATE.unknown;
    return pair;
  }

  #grow(): void {
    const state = new Uint8Array(this.state.length * 2);
    const since = new Float64Array(state.length);
    const lastSeenMs = new Float64Array(state.length);
    state.set(this.state);
    since.set(this.since);
    lastSeenMs.set(this.lastSeenMs);
    this.state = state;
    this.since = since;
    this.lastSeenMs = lastSeenMs;
  }
}
