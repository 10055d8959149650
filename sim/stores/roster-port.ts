// The RosterStore port in a simulation: each method as an operation at Cassandra's model.
import { OK, ok, type Outcome } from "../../server/ports/outcome.ts";
import type {
  FriendRequest,
  FriendRow,
  Friendship,
  RosterStore,
} from "../../server/ports/roster-store.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import { listBytes, type BoundOperation, type StoreOperation } from "./store-call.ts";
import type { StoreClient } from "./store-client.ts";

const REQUEST_ROW_BYTES = 32;
/** The live wrapped key is 60 bytes, as base64 80. */
const KEY_ROW_BYTES = 128;

export const ROSTER_OPERATIONS = {
  request: {
    portCall: "roster.request",
    apply(memory, call) {
      memory.roster.requestNow(call.a as FriendRequest);
      return OK;
    },
    requestBytes: () => REQUEST_ROW_BYTES,
    replyBytes: none,
  },
  requests: {
    portCall: "roster.requests",
    apply: (memory, call) => ok(memory.roster.requestsNow(call.a as UserId)),
    requestBytes: none,
    replyBytes: (outcome) => listBytes(outcome, REQUEST_ROW_BYTES),
  },
  establish: {
    portCall: "roster.establish",
    apply: (memory, call) => ok(memory.roster.establishNow(call.a as Friendship)),
    requestBytes: () => KEY_ROW_BYTES,
    replyBytes: () => KEY_ROW_BYTES,
  },
  friendship: {
    portCall: "roster.friendship",
    apply: (memory, call) => ok(memory.roster.friendshipNow(call.a as UserId, call.b as UserId)),
    requestBytes: none,
    replyBytes: () => KEY_ROW_BYTES,
  },
  putFriend: {
    portCall: "roster.putFriend",
    apply(memory, call) {
      memory.roster.putFriendNow(call.a as FriendRow);
      return OK;
    },
    requestBytes: () => KEY_ROW_BYTES,
    replyBytes: none,
  },
  friends: {
    portCall: "roster.friends",
    apply: (memory, call) => ok(memory.roster.friendsNow(call.a as UserId)),
    requestBytes: none,
    replyBytes: (outcome) => listBytes(outcome, KEY_ROW_BYTES),
  },
  friend: {
    portCall: "roster.friend",
    apply: (memory, call) => ok(memory.roster.friendNow(call.a as UserId, call.b as UserId)),
    requestBytes: none,
    replyBytes: () => KEY_ROW_BYTES,
  },
  rewrap: {
    portCall: "roster.rewrap",
    apply(memory, call) {
      memory.roster.rewrapNow(call.a as Friendship);
      return OK;
    },
    requestBytes: () => 3 * KEY_ROW_BYTES,
    replyBytes: none,
  },
} as const satisfies Record<keyof RosterStore, StoreOperation>;

export class SimulatedRoster implements RosterStore {
  #client: StoreClient;
  #bound: Readonly<Record<keyof RosterStore, BoundOperation>>;

  constructor(client: StoreClient, bound: Readonly<Record<keyof RosterStore, BoundOperation>>) {
    this.#client = client;
    this.#bound = bound;
  }

  request(request: FriendRequest): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.request, request);
  }

  requests(to: UserId): Promise<Outcome<readonly FriendRequest[]>> {
    return this.#client.call(this.#bound.requests, to);
  }

  establish(candidate: Friendship): Promise<Outcome<Friendship>> {
    return this.#client.call(this.#bound.establish, candidate);
  }

  friendship(userLow: UserId, userHigh: UserId): Promise<Outcome<Friendship | undefined>> {
    return this.#client.call(this.#bound.friendship, userLow, userHigh);
  }

  putFriend(row: FriendRow): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.putFriend, row);
  }

  friends(user: UserId): Promise<Outcome<readonly FriendRow[]>> {
    return this.#client.call(this.#bound.friends, user);
  }

  friend(user: UserId, friend: UserId): Promise<Outcome<FriendRow | undefined>> {
    return this.#client.call(this.#bound.friend, user, friend);
  }

  rewrap(friendship: Friendship): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.rewrap, friendship);
  }
}

function none(): number {
  return 0;
}
