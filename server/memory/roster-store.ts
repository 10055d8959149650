// The plain meaning of the RosterStore port: friendships decided once, one copy per direction, requests. The
// three rows of a friendship share one key object as long as they are equal: a roster is mostly keys.
import type { ChatId, UserId } from "../protocol/ids.ts";
import type { FriendRequest, FriendRow, Friendship } from "../ports/roster-store.ts";

interface ChatKey {
  readonly chat: ChatId;
  readonly keyVersion: number;
  readonly kekId: string;
  readonly wrapped: string;
}

/** Keys by user, ordered by user; both lists exactly as long as needed. */
interface KeysByUser {
  users: readonly UserId[];
  keys: readonly ChatKey[];
}

export class MemoryRosterStore {
  /** By userLow, then userHigh. */
  #friendships = new Map<UserId, KeysByUser>();
  #copies = new Map<UserId, KeysByUser>();
  #requests = new Map<UserId, FriendRequest[]>();

  /** Of two requests of one user the later write stands. */
  requestNow(request: FriendRequest): void {
    const standing = this.#requests.get(request.to);
    if (standing === undefined) {
      this.#requests.set(request.to, [request]);
      return;
    }
    let place = 0;
    while (place < standing.length && standing[place]!.from < request.from) place++;
    const same = standing[place]?.from === request.from;
    standing.splice(place, same ? 1 : 0, request);
  }

  requestsNow(to: UserId): FriendRequest[] {
    return this.#requests.get(to)?.slice() ?? [];
  }

  /** The first candidate stands for ever; everyone is answered the one that stands. */
  establishNow(candidate: Friendship): Friendship {
    const { userLow, userHigh } = candidate;
    if (!(userLow < userHigh)) throw new Error("establish: userLow must be below userHigh");
    const standing = this.friendshipNow(userLow, userHigh);
    if (standing !== undefined) return standing;
    put(this.#friendships, userLow, userHigh, chatKey(candidate));
    return candidate;
  }

  friendshipNow(userLow: UserId, userHigh: UserId): Friendship | undefined {
    const key = find(this.#friendships, userLow, userHigh);
    if (key === undefined) return undefined;
    return {
      userLow,
      userHigh,
      chat: key.chat,
      keyVersion: key.keyVersion,
      kekId: key.kekId,
      wrapped: key.wrapped,
    };
  }

  putFriendNow(row: FriendRow): void {
    const low = Math.min(row.user, row.friend);
    const shared = find(this.#friendships, low, Math.max(row.user, row.friend));
    const key = shared !== undefined && sameKey(shared, row) ? shared : chatKey(row);
    put(this.#copies, row.user, row.friend, key);
  }

  friendsNow(user: UserId): FriendRow[] {
    const copies = this.#copies.get(user);
    const rows: FriendRow[] = [];
    if (copies === undefined) return rows;
    for (let index = 0; index < copies.users.length; index++)
      rows.push(friendRow(user, copies.users[index]!, copies.keys[index]!));
    return rows;
  }

  friendNow(user: UserId, friend: UserId): FriendRow | undefined {
    const key = find(this.#copies, user, friend);
    return key === undefined ? undefined : friendRow(user, friend, key);
  }

  /** Writes the key of all three rows. */
  rewrapNow(friendship: Friendship): void {
    const { userLow, userHigh } = friendship;
    const key = chatKey(friendship);
    put(this.#friendships, userLow, userHigh, key);
    put(this.#copies, userLow, userHigh, key);
    put(this.#copies, userHigh, userLow, key);
  }

  /** The friendship's own row, without its copies. */
  replaceFriendshipNow(friendship: Friendship): void {
    put(this.#friendships, friendship.userLow, friendship.userHigh, chatKey(friendship));
  }

  scanRequests(visit: (request: FriendRequest) => void): void {
    for (const requests of this.#requests.values()) for (const request of requests) visit(request);
  }

  /** Every copy, user by user in the order of their first one, by friend. */
  scan(visit: (row: FriendRow) => void): void {
    for (const user of this.#copies.keys()) for (const row of this.friendsNow(user)) visit(row);
  }

  scanFriendships(visit: (friendship: Friendship) => void): void {
    for (const [userLow, { users }] of this.#friendships)
      for (const userHigh of users) visit(this.friendshipNow(userLow, userHigh)!);
  }
}

function chatKey({ chat, keyVersion, kekId, wrapped }: ChatKey): ChatKey {
  return { chat, keyVersion, kekId, wrapped };
}

function sameKey(one: ChatKey, other: ChatKey): boolean {
  return (
    one.chat === other.chat &&
    one.keyVersion === other.keyVersion &&
    one.kekId === other.kekId &&
    one.wrapped === other.wrapped
  );
}

function friendRow(user: UserId, friend: UserId, key: ChatKey): FriendRow {
  return {
    user,
    friend,
    chat: key.chat,
    keyVersion: key.keyVersion,
    kekId: key.kekId,
    wrapped: key.wrapped,
  };
}

function find(table: Map<UserId, KeysByUser>, user: UserId, other: UserId): ChatKey | undefined {
  const found = table.get(user);
  if (found === undefined) return undefined;
  const place = placeOf(found.users, other);
  return found.users[place] === other ? found.keys[place] : undefined;
}

function put(table: Map<UserId, KeysByUser>, user: UserId, other: UserId, key: ChatKey): void {
  let found = table.get(user);
  if (found === undefined) {
    found = { users: [], keys: [] };
    table.set(user, found);
  }
  const place = placeOf(found.users, other);
  if (found.users[place] === other) {
    found.keys = found.keys.with(place, key);
    return;
  }
  found.users = found.users.toSpliced(place, 0, other);
  found.keys = found.keys.toSpliced(place, 0, key);
}

/** Where `user` stands or would stand. */
function placeOf(users: readonly UserId[], user: UserId): number {
  let low = 0;
  let high = users.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (users[middle]! < user) low = middle + 1;
    else high = middle;
  }
  return low;
}
