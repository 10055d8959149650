// What this node's sessions are shown of their friends. Notices over the links are hints that make it
// fast; reading each friend every 30 s makes it true. Changes only are sent.
import type { Outcome } from "../ports/outcome.ts";
import type { LinkNote } from "../ports/node-link.ts";
import type { Epoch, Presence } from "../ports/presence-store.ts";
import type { FriendState } from "../protocol/frames.ts";
import { type FriendGroup, type FriendInfo, type NodeContext, spawn } from "./context.ts";
import { reply } from "./reply.ts";
import type { Session } from "./session.ts";

/** Hints to the nodes at which friends may be connected, this one included. */
export function tellFriends(
  node: NodeContext,
  session: Session,
  state: "online" | "offline",
): void {
  if (session.friendUsers.length === 0) return;
  const note = {
    type: "presence" as const,
    user: session.user,
    epoch: session.epoch,
    state,
    lastSeenMs: 0,
    friends: session.friendUsers,
  };
  const { link } = node.ports;
  for (const peer of link.peers()) if (link.live(peer)) link.note(peer, note);
  node.parts.notice(node, note);
}

export function notice(node: NodeContext, note: Extract<LinkNote, { type: "presence" }>): void {
  const info = node.friends.get(note.user);
  if (info === undefined || note.epoch < info.epoch) return;
  info.notices += 1;
  if (note.state === "online") {
    info.leaving = false;
    // What was read last may be older than what another node has told: the next read says when.
    node.parts.showFriend(node, info, "online", note.epoch, 0);
  } else if (info.state === "online") {
    info.epoch = note.epoch;
    holdBack(node, info);
  }
}

/** A friend who leaves is often back at once, on another node: looked at again before it is shown. */
function holdBack(node: NodeContext, info: FriendInfo): void {
  if (info.leaving) return;
  info.leaving = true;
  node.ports.clock.after(node.config.offlineHoldMs, lookOnce, { node, info });
}

function lookOnce(held: { readonly node: NodeContext; readonly info: FriendInfo }): void {
  if (held.info.leaving) spawn(held.node, confirmLeft(held.node, held.info));
}

async function confirmLeft(node: NodeContext, info: FriendInfo): Promise<void> {
  const notices = info.notices;
  const outcome = await node.ports.presence.lookup(info.user);
  if (!info.leaving) return;
  info.leaving = false;
  if (node.friends.get(info.user) !== info) return;
  if (info.notices !== notices) {
    // Left once more while this was asked: the answer may be older than that.
    holdBack(node, info);
    return;
  }
  if (outcome.kind !== "ok") {
    node.parts.showFriend(node, info, "unknown", info.epoch, 0);
    return;
  }
  const { record, online } = outcome.value;
  node.parts.showFriend(
    node,
    info,
    online ? "online" : "offline",
    record?.epoch ?? info.epoch,
    record?.heartbeatMs ?? 0,
  );
}

/** Friends that nobody here watched before, soon and together. */
export function readFresh(node: NodeContext): void {
  readFreshAfter(node, node.config.friendsGatherMs);
}

function readFreshAfter(node: NodeContext, waitMs: number): void {
  if (node.freshTimer || node.freshFriends.length === 0) return;
  node.freshTimer = true;
  node.ports.clock.after(waitMs, gathered, node);
}

function gathered(node: NodeContext): void {
  node.freshTimer = false;
  const fresh = node.freshFriends;
  node.freshFriends = [];
  const unread: FriendInfo[] = [];
  for (const info of fresh)
    if (node.friends.get(info.user) === info && info.state === "unknown") unread.push(info);
  if (unread.length > 0) spawn(node, readUnread(node, unread));
}

async function readUnread(node: NodeContext, infos: readonly FriendInfo[]): Promise<void> {
  const readTo = await readInOrder(node, infos);
  for (let index = readTo; index < infos.length; index += 1) node.freshFriends.push(infos[index]!);
  readFreshAfter(node, node.config.retryMs);
}

export async function refreshFriends(node: NodeContext, group: FriendGroup): Promise<void> {
  if (group.reading) return;
  group.reading = true;
  const infos = group.friends.slice();
  const readTo = await readInOrder(node, infos);
  group.reading = false;
  if (readTo >= infos.length) {
    group.readFailures = 0;
    return;
  }
  group.readFailures += 1;
  // Once may be a lost reply; twice, nothing is known any more.
  if (group.readFailures > 1)
    for (const info of group.friends) node.parts.showFriend(node, info, "unknown", info.epoch, 0);
}

/** One call after the other, until one does not answer; how many friends were read. */
async function readInOrder(node: NodeContext, infos: readonly FriendInfo[]): Promise<number> {
  const { friendsPerCall } = node.config;
  for (let first = 0; first < infos.length; first += friendsPerCall)
    if (!(await readSome(node, infos.slice(first, first + friendsPerCall)))) return first;
  return infos.length;
}

async function readSome(node: NodeContext, infos: readonly FriendInfo[]): Promise<boolean> {
  const notices = infos.map((info) => info.notices);
  const outcome: Outcome<readonly Presence[]> = await node.ports.presence.lookupMany(
    infos.map((info) => info.user),
  );
  if (outcome.kind !== "ok") return false;
  for (let index = 0; index < infos.length; index += 1) {
    const info = infos[index]!;
    const presence = outcome.value[index];
    if (presence === undefined || info.notices !== notices[index]) continue;
    if (node.friends.get(info.user) === info) node.parts.seeFriend(node, info, presence);
  }
  return true;
}

/** What a read found. A friend shown online who seems to have left is looked at once more. */
export function seeFriend(node: NodeContext, info: FriendInfo, presence: Presence): void {
  const { record, online } = presence;
  if (online && record !== undefined) {
    info.leaving = false;
    node.parts.showFriend(node, info, "online", record.epoch, record.heartbeatMs);
  } else if (info.state === "online") holdBack(node, info);
  else
    node.parts.showFriend(
      node,
      info,
      "offline",
      record?.epoch ?? info.epoch,
      record?.heartbeatMs ?? 0,
    );
}

export function showFriend(
  node: NodeContext,
  info: FriendInfo,
  state: FriendState,
  epoch: Epoch,
  lastSeenMs: number,
): void {
  const changed = state !== info.state || (state !== "online" && lastSeenMs !== info.lastSeenMs);
  if (epoch > info.epoch) info.epoch = epoch;
  info.state = state;
  info.lastSeenMs = lastSeenMs;
  if (!changed) return;
  const frame = {
    type: "presence" as const,
    user: info.user,
    epoch: info.epoch,
    state,
    lastSeen: lastSeenMs,
  };
  // A slow client may be closed while it is told; that makes a new list, this one stays.
  for (const session of info.sessions) if (session.rosterRead) reply(node, session, frame);
}
