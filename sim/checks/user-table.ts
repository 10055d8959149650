// What is known of people: who means to be online, on which connection, and what each is shown of each
// friend. Written by the facts stage; presence rules keep their own fields where it says so.
import type { LogFacts } from "./log-table.ts";

export interface UserFacts {
  readonly user: number;
  meansOnline: boolean;
  signedInT: number;
  signedOutT: number;
  /** The device of the last sign-in. */
  device: number;
  /** The newest connection attempt, since when, and whether it is still open. */
  attempt: number;
  attemptT: number;
  attemptOpen: boolean;
  /** The session that is connected, 0 for none. */
  session: number;
  node: number;
  connectedT: number;
  /** Within the session; -1 before. */
  syncedT: number;
  /** The last sign of life from the node: connected, synced, pong. */
  heardT: number;
  /** When the newest attempt closed, and when the last connection was lost. */
  closedT: number;
  lostT: number;
  /** The last sign-out was a device that just disappeared. */
  vanished: boolean;
  slow: boolean;
  slowEndedT: number;
  /** Logs of which this user is the recipient, and of which the sender. */
  readonly inbound: LogFacts[];
  readonly outbound: LogFacts[];
  readonly friends: number[];
  /** Where the pair table holds what this user is shown of friends[i]; mirrorOf: what the friend is shown. */
  readonly pairs: number[];
  /** Since when nobody of this user is connected, and how long friends may not know; -1: present. By PRE1. */
  absentT: number;
  absentWithinUs: number;
  /** The presence record as it stands: its epoch, the highest released, who holds it since when. By PRE4. */
  rank: number;
  releasedRank: number;
  rankNode: number;
  rankT: number;
}

export function newUser(user: number): UserFacts {
  return {
    user,
    meansOnline: false,
    signedInT: -1,
    signedOutT: -1,
    device: 0,
    attempt: 0,
    attemptT: -1,
    attemptOpen: false,
    session: 0,
    node: -1,
    connectedT: -1,
    syncedT: -1,
    heardT: -1,
    closedT: -1,
    lostT: -1,
    vanished: false,
    slow: false,
    slowEndedT: -Infinity,
    inbound: [],
    outbound: [],
    friends: [],
    pairs: [],
    absentT: -1,
    absentWithinUs: 0,
    rank: -1,
    releasedRank: -1,
    rankNode: -1,
    rankT: -1,
  };
}

const PAIRS_FIRST = 256;

/** A friendship's two views lie side by side: mine, and my friend's of me. */
export function mirrorOf(pair: number): number {
  return pair ^ 1;
}

/** What one user is shown of one friend; it holds for the observer's session that it was shown in. */
export class PairTable {
  count = 0;
  /** Means something within the session that it was shown in. */
  state = new Uint8Array(PAIRS_FIRST);
  session = new Int32Array(PAIRS_FIRST);
  /** Since when it is shown otherwise than online, where it is. */
  since = new Float64Array(PAIRS_FIRST);
  lastSeenMs = new Float64Array(PAIRS_FIRST);
  /** Since when the observer knows of the friendship; Infinity: not yet. */
  knownT = new Float64Array(PAIRS_FIRST);

  /** Two rows: of the lower user and of the higher. */
  addFriendship(knownT: number): number {
    const pair = this.count;
    if (pair === this.state.length) this.#grow();
    this.count += 2;
    this.knownT[pair] = knownT;
    this.knownT[pair + 1] = knownT;
    return pair;
  }

  #grow(): void {
    const state = new Uint8Array(this.count * 2);
    const session = new Int32Array(state.length);
    const since = new Float64Array(state.length);
    const lastSeenMs = new Float64Array(state.length);
    const knownT = new Float64Array(state.length);
    knownT.set(this.knownT);
    this.knownT = knownT;
    state.set(this.state);
    session.set(this.session);
    since.set(this.since);
    lastSeenMs.set(this.lastSeenMs);
    this.state = state;
    this.session = session;
    this.since = since;
    this.lastSeenMs = lastSeenMs;
  }
}
