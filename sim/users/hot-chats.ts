// A few chats that get a large share of all messages: two people who write to each other all the time. Which chats
// they are does not depend on the load: the first friendships of which no two share a person.
import type { UserId } from "../../server/protocol/ids.ts";
import type { Stream } from "../kernel/random.ts";
import type { Behaviour } from "../scenario/types.ts";
import type { FriendGraph } from "./friend-graph.ts";

/** Who writes, and at which place of his friends the other one stands. */
export interface HotSender {
  readonly user: UserId;
  readonly place: number;
}

export class HotChats {
  readonly #draws: Stream;
  readonly #share: number;
  readonly #senders: readonly HotSender[];

  constructor(
    { chats, share }: NonNullable<Behaviour["hotChats"]>,
    graph: FriendGraph,
    draws: Stream,
  ) {
    this.#draws = draws;
    this.#share = share;
    this.#senders = sendersOf(graph, chats);
  }

  /** Of the next message; undefined where it is not for a hot chat. */
  next(): HotSender | undefined {
    if (this.#draws.next() >= this.#share) return undefined;
    return this.#senders[Math.floor(this.#draws.next() * this.#senders.length)];
  }
}

function sendersOf(graph: FriendGraph, chats: number): HotSender[] {
  const senders: HotSender[] = [];
  const taken = new Set<UserId>();
  for (const { low, high } of graph.edges()) {
    if (senders.length === 2 * chats) break;
    if (taken.has(low) || taken.has(high)) continue;
    taken.add(low).add(high);
    senders.push({ user: low, place: placeOf(graph, low, high) });
    senders.push({ user: high, place: placeOf(graph, high, low) });
  }
  return senders;
}

function placeOf(graph: FriendGraph, user: UserId, friend: UserId): number {
  let place = 0;
  while (graph.friend(user, place) !== friend) place += 1;
  return place;
}
