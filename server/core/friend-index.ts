// Which sessions of this node care about which friend: one record a friend, however many sessions.
import type { UserId } from "../protocol/ids.ts";
import { PRESENCE_BUCKETS } from "../protocol/presence-bucket.ts";
import type { FriendGroup, FriendInfo, NodeContext } from "./context.ts";
import type { Session } from "./session.ts";

/** A divisor of the wheel's slots. Few, so that what is read together is much; a group's calls come one by one. */
export const FRIEND_GROUPS = 8;
const BUCKETS_PER_GROUP = PRESENCE_BUCKETS / FRIEND_GROUPS;

const NOBODY: readonly Session[] = Object.freeze([]);

export function watchFriend(node: NodeContext, session: Session, user: UserId): FriendInfo {
  let info = node.friends.get(user);
  if (info === undefined) {
    const { friends } = groupOf(node, user);
    info = {
      user,
      epoch: "",
      state: "unknown",
      lastSeenMs: 0,
      notices: 0,
      leaving: false,
      slot: friends.length,
      sessions: NOBODY,
    };
    node.friends.set(user, info);
    friends.push(info);
    node.freshFriends.push(info);
  }
  // Exactly as long as needed: there are very many of these, and they change seldom.
  info.sessions = info.sessions.concat(session);
  return info;
}

export function unwatchFriends(node: NodeContext, session: Session): void {
  for (const user of session.friendUsers) {
    const info = node.friends.get(user);
    if (info === undefined) continue;
    info.sessions = info.sessions.filter((each) => each !== session);
    if (info.sessions.length === 0) forget(node, info);
  }
}

function forget(node: NodeContext, info: FriendInfo): void {
  node.friends.delete(info.user);
  const { friends } = groupOf(node, info.user);
  const last = friends.pop()!;
  if (last === info) return;
  friends[info.slot] = last;
  last.slot = info.slot;
}

function groupOf(node: NodeContext, user: UserId): FriendGroup {
  return node.friendGroups[Math.floor(node.ports.presence.bucket(user) / BUCKETS_PER_GROUP)]!;
}

export function newFriendGroups(): FriendGroup[] {
  return Array.from({ length: FRIEND_GROUPS }, () => ({
    friends: [],
    reading: false,
    readFailures: 0,
  }));
}
