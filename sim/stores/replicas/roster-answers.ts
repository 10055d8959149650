// Answers about friendships, their keys and requests: the last written stands, whatever order writes came in.
import type { FriendRequest, FriendRow, Friendship } from "../../../server/ports/roster-store.ts";
import type { MergeRule } from "./merge-rule.ts";
import type { Replica } from "./replica.ts";
import { either, mergeSorted, sameItems, sameOrAbsent, type Maybe } from "./sorted-lists.ts";

export const REQUESTS: MergeRule<readonly FriendRequest[]> = {
  merge: (one, other, _call, replicas) =>
    mergeSorted(
      one,
      other,
      (a, b) => a.from - b.from,
      (a, b) => (requestStampUs(replicas, b) > requestStampUs(replicas, a) ? b : a),
    ),
  same: (one, other) => sameItems(one, other, sameRequest),
  repair: (replica, requests, _call, replicas) => {
    for (const request of requests) {
      replica.stores.roster.stampUs = requestStampUs(replicas, request);
      replica.stores.roster.requestNow(request);
    }
  },
};

export const FRIENDSHIP: MergeRule<Maybe<Friendship>> = {
  merge: (one, other, _call, replicas) =>
    either(one, other, (a, b) =>
      friendshipStampUs(replicas, b) > friendshipStampUs(replicas, a) ? b : a,
    ),
  same: (one, other) => sameOrAbsent(one, other, (a, b) => a.wrapped === b.wrapped),
  repair: (replica, friendship, _call, replicas) =>
    writeFriendship(replica, friendship!, friendshipStampUs(replicas, friendship!)),
};

export const FRIENDS: MergeRule<readonly FriendRow[]> = {
  merge: (one, other, _call, replicas) =>
    mergeSorted(
      one,
      other,
      (a, b) => a.friend - b.friend,
      (a, b) => laterCopy(replicas, a, b),
    ),
  same: (one, other) => sameItems(one, other, sameCopy),
  repair: (replica, rows, _call, replicas) => {
    for (const row of rows) writeCopy(replica, row, copyStampUs(replicas, row));
  },
};

export const FRIEND: MergeRule<Maybe<FriendRow>> = {
  merge: (one, other, _call, replicas) => either(one, other, (a, b) => laterCopy(replicas, a, b)),
  same: (one, other) => sameOrAbsent(one, other, sameCopy),
  repair: (replica, row, _call, replicas) => writeCopy(replica, row!, copyStampUs(replicas, row!)),
};

function sameCopy(a: FriendRow, b: FriendRow): boolean {
  return a.friend === b.friend && a.wrapped === b.wrapped;
}

function writeCopy(replica: Replica, row: FriendRow, stampUs: number): void {
  const { roster } = replica.stores;
  roster.stampUs = stampUs;
  roster.putFriendNow(row);
}

function writeFriendship(replica: Replica, friendship: Friendship, stampUs: number): void {
  const { roster } = replica.stores;
  roster.establishNow(friendship);
  roster.stampUs = stampUs;
  roster.replaceFriendshipNow(friendship);
}

/** When what stands on some replica under this content was written there last. */
function copyStampUs(replicas: readonly Replica[], row: FriendRow): number {
  let stampUs = -1;
  for (const { stores } of replicas)
    if (stores.roster.friendNow(row.user, row.friend)?.wrapped === row.wrapped)
      stampUs = Math.max(stampUs, stores.roster.copyStampUs(row.user, row.friend));
  return stampUs;
}

function friendshipStampUs(replicas: readonly Replica[], friendship: Friendship): number {
  const { userLow, userHigh, wrapped } = friendship;
  let stampUs = -1;
  for (const { stores } of replicas)
    if (stores.roster.friendshipNow(userLow, userHigh)?.wrapped === wrapped)
      stampUs = Math.max(stampUs, stores.roster.friendshipStampUs(userLow, userHigh));
  return stampUs;
}

function laterCopy(replicas: readonly Replica[], a: FriendRow, b: FriendRow): FriendRow {
  return copyStampUs(replicas, b) > copyStampUs(replicas, a) ? b : a;
}

function sameRequest(a: FriendRequest, b: FriendRequest): boolean {
  return a.from === b.from && a.requestedAt === b.requestedAt;
}

function requestStampUs(replicas: readonly Replica[], request: FriendRequest): number {
  let stampUs = -1;
  for (const { stores } of replicas) {
    const { roster } = stores;
    const standing = roster.requestsNow(request.to).find(({ from }) => from === request.from);
    if (standing?.requestedAt === request.requestedAt)
      stampUs = Math.max(stampUs, roster.requestStampUs(request.to, request.from));
  }
  return stampUs;
}
