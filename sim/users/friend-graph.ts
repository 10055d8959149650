// Who is friends with whom: an undirected random graph with the asked-for number of friends a user, built once
// and kept in typed arrays. Users are 1 to N; each user's friends are sorted.
import type { ChatId, UserId } from "../../server/protocol/ids.ts";
import { type Distribution, Sampler } from "../kernel/distribution.ts";
import type { Streams } from "../kernel/random.ts";
import type { ResolvedScenario } from "../scenario/types.ts";

export interface FriendEdge {
  readonly low: UserId;
  readonly high: UserId;
  readonly chat: ChatId;
}

interface Draws {
  next(): number;
}

/** Chat ids have 48 bits, of which 30 are used here: see sim/world/simulated-ids.ts. */
const CHAT_RANGE = 1_073_741_823;

export class FriendGraph {
  readonly users: number;
  /** Friends of user u: places offsets[u] to offsets[u + 1] of `friends` and `chats`. */
  readonly #offsets: Int32Array;
  readonly #friends: Int32Array;
  readonly #chats: Int32Array;

  constructor(users: number, offsets: Int32Array, friends: Int32Array, chats: Int32Array) {
    this.users = users;
    this.#offsets = offsets;
    this.#friends = friends;
    this.#chats = chats;
  }

  degree(user: UserId): number {
    return this.#offsets[user + 1]! - this.#offsets[user]!;
  }

  /** The friend at `place` of `user`, 0 to degree - 1. */
  friend(user: UserId, place: number): UserId {
    return this.#friends[this.#offsets[user]! + place]!;
  }

  chat(user: UserId, place: number): ChatId {
    return this.#chats[this.#offsets[user]! + place]!;
  }

  /** The chat of two friends; 0 where they are none. */
  chatOf(user: UserId, friend: UserId): ChatId {
    let low = this.#offsets[user]!;
    let high = this.#offsets[user + 1]! - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#friends[middle]!;
      if (found === friend) return this.#chats[middle]!;
      if (found < friend) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }

  /** Every friendship once, by (low, high). */
  *edges(): IterableIterator<FriendEdge> {
    for (let low = 1; low <= this.users; low++)
      for (let place = 0; place < this.degree(low); place++) {
        const high = this.friend(low, place);
        if (high > low) yield { low, high, chat: this.chat(low, place) };
      }
  }
}

/** The graph of a scenario's population: the same for whoever plays it and whoever fills the stores. */
export function friendGraphOf(
  { population }: Pick<ResolvedScenario, "population">,
  streams: Streams,
): FriendGraph {
  const { users, friendPairs } = population;
  if (friendPairs !== undefined)
    return graphOfPairs(users, friendPairs, streams.stream("chat-ids"));
  return buildFriendGraph(
    users,
    population.friendsPerUser,
    streams.stream("friend-counts"),
    streams.stream("friend-pairs"),
    streams.stream("chat-ids"),
  );
}

/** Exactly these friendships; the rest of the people have no friends. */
function graphOfPairs(
  users: number,
  written: readonly (readonly [number, number])[],
  chatIds: Draws,
): FriendGraph {
  const sorted = written
    .map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)))
    .toSorted(([lowA, highA], [lowB, highB]) => lowA - lowB || highA - highB);
  const low = Int32Array.from(sorted, ([one]) => one);
  const high = Int32Array.from(sorted, ([, other]) => other);
  return bothWays(users, { low, high }, drawChats(sorted.length, chatIds));
}

/** One id from each span: unique without a table. */
function drawChats(count: number, chatIds: Draws): Int32Array {
  const chats = new Int32Array(count);
  const span = Math.floor(CHAT_RANGE / Math.max(1, count));
  for (let i = 0; i < count; i++) chats[i] = i * span + 1 + Math.floor(chatIds.next() * (span - 1));
  return chats;
}

/** The configuration model: every user holds out as many hands as it wants friends, and hands are paired at
 * random; loops and doubles are dropped, and nobody stays alone. */
export function buildFriendGraph(
  users: number,
  friendsPerUser: Distribution,
  degrees: Draws,
  pairing: Draws,
  chatIds: Draws,
): FriendGraph {
  const hands = shuffledHands(users, friendsPerUser, degrees, pairing);
  const pairs = uniquePairs(users, hands);
  return bothWays(users, pairs, drawChats(pairs.low.length, chatIds));
}

function shuffledHands(
  users: number,
  friendsPerUser: Distribution,
  degrees: Draws,
  pairing: Draws,
): Int32Array {
  const sampler = new Sampler(friendsPerUser);
  const wanted = new Int32Array(users + 1);
  let total = 0;
  for (let user = 1; user <= users; user++) {
    const drawn = Math.round(sampler.at(degrees.next()));
    wanted[user] = Math.max(users > 1 ? 1 : 0, Math.min(drawn, users - 1));
    total += wanted[user]!;
  }
  const hands = new Int32Array(total);
  let filled = 0;
  for (let user = 1; user <= users; user++)
    for (let i = 0; i < wanted[user]!; i++) hands[filled++] = user;
  for (let i = total - 1; i > 0; i--) {
    const other = Math.floor(pairing.next() * (i + 1));
    const kept = hands[i]!;
    hands[i] = hands[other]!;
    hands[other] = kept;
  }
  return hands;
}

interface Pairs {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Pairs of neighbouring hands, sorted by (low, high), each once, with one more for whoever has none. */
function uniquePairs(users: number, hands: Int32Array): Pairs {
  const keys = new Float64Array((hands.length >> 1) + users);
  const base = users + 1;
  const isPaired = new Uint8Array(users + 1);
  let count = 0;
  const add = (a: number, b: number): void => {
    keys[count++] = a < b ? a * base + b : b * base + a;
    isPaired[a] = 1;
    isPaired[b] = 1;
  };
  for (let i = 0; i + 1 < hands.length; i += 2)
    if (hands[i] !== hands[i + 1]) add(hands[i]!, hands[i + 1]!);
  for (let user = 1; user <= users && users > 1; user++)
    if (isPaired[user] === 0) add(user, (user % users) + 1);
  const sorted = keys.subarray(0, count).sort();
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    low[kept] = Math.floor(sorted[i]! / base);
    high[kept] = sorted[i]! - low[kept]! * base;
    kept += 1;
  }
  return { low: low.slice(0, kept), high: high.slice(0, kept) };
}

function bothWays(users: number, pairs: Pairs, chatOfPair: Int32Array): FriendGraph {
  const offsets = new Int32Array(users + 2);
  const { low, high } = pairs;
  for (let i = 0; i < low.length; i++) {
    offsets[low[i]! + 1]! += 1;
    offsets[high[i]! + 1]! += 1;
  }
  for (let user = 1; user <= users + 1; user++) offsets[user]! += offsets[user - 1]!;
  const next = offsets.slice();
  const friends = new Int32Array(low.length * 2);
  const chats = new Int32Array(low.length * 2);
  const put = (user: number, friend: number, chat: number): void => {
    const at = next[user]!;
    next[user] = at + 1;
    friends[at] = friend;
    chats[at] = chat;
  };
  // Friends below a user come first and in order, then those above: sorted without sorting.
  for (let i = 0; i < low.length; i++) put(high[i]!, low[i]!, chatOfPair[i]!);
  for (let i = 0; i < low.length; i++) put(low[i]!, high[i]!, chatOfPair[i]!);
  return new FriendGraph(users, offsets, friends, chats);
}
