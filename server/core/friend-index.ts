// Which sessions of this node care about which friend: one record a friend, however many sessions.
import type { UserId } from "../protocol/ids.ts";
import type { FriendInfo, NodeContext } from "./context.ts";
import type { Session } from "./session.ts";

export function watchFriend(node: NodeContext, session: Session, user: UserId): FriendInfo {
  let info = node.friends.get(user);
  if (info === undefined) {
    const bucket = node.buckets[node.ports.presence.bucket(user)]!;
    info = {
      user,
      epoch: "",
      state: "unknown",
      lastSeenMs: 0,
      notices: 0,
      leaving: false,
      slot: bucket.friends.length,
      sessions: [],
    };
    node.friends.set(user, info);
    bucket.friends.push(info);
    node.freshFriends.push(info);
  }
  info.sessions.push(session);
  return info;
}

export function unwatchFriends(node: NodeContext, session: Session): void {
  for (const user of session.friendUsers) {
    const info = node.friends.get(user);
    if (info === undefined) continue;
    const index = info.sessions.indexOf(session);
    if (index < 0) continue;
    const last = info.sessions.pop()!;
    if (last !== session) info.sessions[index] = last;
    if (info.sessions.length === 0) forget(node, info);
  }
}

function forget(node: NodeContext, info: FriendInfo): void {
  node.friends.delete(info.user);
  const { friends } = node.buckets[node.ports.presence.bucket(info.user)]!;
  const last = friends.pop()!;
  if (last === info) return;
  friends[info.slot] = last;
  last.slot = info.slot;
}
