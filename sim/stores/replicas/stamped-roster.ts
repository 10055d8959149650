// A roster in which each row knows when it was written, so that of two writes the later one stands in whatever
// order they come: hints and repairs come late.
import type { UserId } from "../../../server/protocol/ids.ts";
import type { FriendRequest, FriendRow, Friendship } from "../../../server/ports/roster-store.ts";
import { MemoryRosterStore } from "../../../server/memory/roster-store.ts";

export class StampedRoster extends MemoryRosterStore {
  /** When what is written now was written by its node, in us. */
  stampUs = 0;
  readonly #requests = new Map<UserId, Map<UserId, number>>();
  readonly #copies = new Map<UserId, Map<UserId, number>>();
  readonly #friendships = new Map<UserId, Map<UserId, number>>();

  override requestNow(request: FriendRequest): void {
    if (later(this.#requests, request.to, request.from, this.stampUs)) super.requestNow(request);
  }

  override putFriendNow(row: FriendRow): void {
    if (later(this.#copies, row.user, row.friend, this.stampUs)) super.putFriendNow(row);
  }

  override replaceFriendshipNow(friendship: Friendship): void {
    const { userLow, userHigh } = friendship;
    if (later(this.#friendships, userLow, userHigh, this.stampUs))
      super.replaceFriendshipNow(friendship);
  }

  override rewrapNow(friendship: Friendship): void {
    const { userLow, userHigh } = friendship;
    this.replaceFriendshipNow(friendship);
    const { chat, keyVersion, kekId, wrapped } = friendship;
    const key = { chat, keyVersion, kekId, wrapped };
    this.putFriendNow({ ...key, user: userLow, friend: userHigh });
    this.putFriendNow({ ...key, user: userHigh, friend: userLow });
  }

  requestStampUs(to: UserId, from: UserId): number {
    return this.#requests.get(to)?.get(from) ?? -1;
  }

  copyStampUs(user: UserId, friend: UserId): number {
    return this.#copies.get(user)?.get(friend) ?? -1;
  }

  friendshipStampUs(userLow: UserId, userHigh: UserId): number {
    return this.#friendships.get(userLow)?.get(userHigh) ?? -1;
  }
}

/** Whether a write with this stamp stands; notes it then. */
function later(
  stamps: Map<UserId, Map<UserId, number>>,
  user: UserId,
  other: UserId,
  stampUs: number,
): boolean {
  let ofUser = stamps.get(user);
  if (ofUser === undefined) {
    ofUser = new Map();
    stamps.set(user, ofUser);
  }
  if ((ofUser.get(other) ?? -1) > stampUs) return false;
  ofUser.set(other, stampUs);
  return true;
}
