// Friendships, their wrapped keys, and requests. Cassandra live. The same outcomes and deadlines as
// MessageStore.
import type { ChatId, UserId } from "../protocol/ids.ts";
import type { Outcome } from "./outcome.ts";

/** A friendship's key as it is stored: encrypted under the master key `kekId`. */
export interface WrappedKey {
  readonly keyVersion: number;
  readonly kekId: string;
  /** Opaque text (base64 live). */
  readonly wrapped: string;
}

/** Decided once: of two accepts at the same time one wins, and both see the winner's chat and key. */
export interface Friendship extends WrappedKey {
  /** userLow < userHigh */
  readonly userLow: UserId;
  readonly userHigh: UserId;
  readonly chat: ChatId;
}

/** One direction's copy of a friendship: the article's User table. */
export interface FriendRow extends WrappedKey {
  readonly user: UserId;
  readonly friend: UserId;
  readonly chat: ChatId;
}

export interface FriendRequest {
  readonly to: UserId;
  readonly from: UserId;
  readonly requestedAt: number;
}

export interface RosterStore {
  /** Notes a request; never deleted: pending while no friendship exists. */
  request(request: FriendRequest): Promise<Outcome<undefined>>;
  requests(to: UserId): Promise<Outcome<readonly FriendRequest[]>>;
  /** Writes the friendship if there is none (a lightweight transaction) and answers the one that stands. */
  establish(candidate: Friendship): Promise<Outcome<Friendship>>;
  friendship(userLow: UserId, userHigh: UserId): Promise<Outcome<Friendship | undefined>>;
  /** Writes one direction's copy; repeating it changes nothing. */
  putFriend(row: FriendRow): Promise<Outcome<undefined>>;
  /** All copies of one user, by friend: one partition. */
  friends(user: UserId): Promise<Outcome<readonly FriendRow[]>>;
  friend(user: UserId, friend: UserId): Promise<Outcome<FriendRow | undefined>>;
  /**
   * Replaces the wrapped key of all three rows of a friendship by the same key under another master key.
   * The plain key never changes, so the order of racing re-wraps does not matter.
   */
  rewrap(friendship: Friendship): Promise<Outcome<undefined>>;
}
