// A session's friends: read at sign-in with their unwrapped keys, and again when something changed.
import type { KeyContext } from "../ports/key-vault.ts";
import type { FriendRow, Friendship } from "../ports/roster-store.ts";
import type { RosterFriend } from "../protocol/frames.ts";
import type { UserId } from "../protocol/ids.ts";
import { admits, leave, turn } from "./admission.ts";
import { type NodeContext, spawn } from "./context.ts";
import { watchFriend } from "./friend-index.ts";
import { readFresh } from "./friend-presence.ts";
import { handleEarly } from "./login.ts";
import { sendRoster } from "./roster-pages.ts";
import { isOpen, type Session } from "./session.ts";

interface RosterRows {
  readonly friends: readonly FriendRow[];
  readonly requests: readonly UserId[];
}

/** False where the session is closed now. */
export async function roster(node: NodeContext, session: Session): Promise<boolean> {
  const rows = await readRoster(node, session);
  if (rows === undefined) return false;
  session.friendUsers = rows.friends.map((row) => row.friend);
  session.friendChats = rows.friends.map((row) => row.chat);
  for (const row of rows.friends) watchFriend(node, session, row.friend);
  if (rows.requests.length > 0) session.requests = rows.requests.slice();
  if (session.claim === "held") node.parts.tellFriends(node, session, "online");
  const friends = await node.parts.unlockFriends(node, session, rows.friends);
  if (!isOpen(session)) return false;
  node.ports.trace.point("login:friends/unreadEntries");
  session.rosterRead = true;
  sendRoster(node, session, friends, rows.requests);
  readFresh(node);
  if (friends.length < rows.friends.length)
    spawn(node, unlockRest(node, session, rows.friends, friends));
  const kekId = node.ports.vault.currentKekId();
  const old = rows.friends.filter((row) => row.kekId !== kekId);
  if (old.length > 0) spawn(node, node.parts.rewrap(node, old));
  handleEarly(node, session);
  if (session.rosterStale) spawn(node, node.parts.rosterChanged(node, session));
  return isOpen(session);
}

async function readRoster(node: NodeContext, session: Session): Promise<RosterRows | undefined> {
  for (;;) {
    if (!admits(node)) await turn(node);
    if (!isOpen(session)) return undefined;
    const rows = await tryReadRoster(node, session);
    if (rows !== undefined) return isOpen(session) ? rows : undefined;
    await node.ports.clock.sleep(node.config.retryMs);
  }
}

/** Undefined where the store does not answer. */
async function tryReadRoster(node: NodeContext, session: Session): Promise<RosterRows | undefined> {
  const store = node.ports.roster;
  node.admission.underWay += 1;
  const friends = await store.friends(session.user);
  leave(node, friends);
  if (friends.kind !== "ok") return undefined;
  const requests = await store.requests(session.user);
  if (requests.kind !== "ok") return undefined;
  const rows = friends.value.slice();
  const known = new Set<UserId>();
  for (const row of rows) known.add(row.friend);
  const pending: UserId[] = [];
  let checked = 0;
  for (const { from } of requests.value) {
    if (known.has(from)) continue;
    // Behind these one that was accepted, and lost its copies, shows as pending: accepting repairs it too.
    checked += 1;
    if (checked > node.config.rosterRequestsChecked) {
      pending.push(from);
      continue;
    }
    const friendship = await store.friendship(
      Math.min(session.user, from),
      Math.max(session.user, from),
    );
    if (friendship.kind !== "ok") return undefined;
    if (friendship.value === undefined) {
      pending.push(from);
      continue;
    }
    // Accepted, but the acceptance died before both copies were written.
    if (!(await writeCopies(node, friendship.value, session.user))) return undefined;
    rows.push(copyOf(friendship.value, session.user));
  }
  rows.sort((left, right) => left.friend - right.friend);
  return { friends: rows, requests: pending };
}

/** The friend's copy first: this user's own copy then says that both are there. */
export async function writeCopies(
  node: NodeContext,
  friendship: Friendship,
  user: UserId,
): Promise<boolean> {
  const other = friendship.userLow === user ? friendship.userHigh : friendship.userLow;
  const { trace } = node.ports;
  trace.point("accept:establish/putFriend");
  const first = await node.ports.roster.putFriend(copyOf(friendship, other));
  if (first.kind !== "ok") return false;
  trace.point("accept:putFriend/putFriend");
  const second = await node.ports.roster.putFriend(copyOf(friendship, user));
  if (second.kind !== "ok") return false;
  trace.point("accept:putFriend/roster");
  return true;
}

export function copyOf(friendship: Friendship, user: UserId): FriendRow {
  const { userLow, userHigh, chat, keyVersion, kekId, wrapped } = friendship;
  const friend = userLow === user ? userHigh : userLow;
  return { user, friend, chat, keyVersion, kekId, wrapped };
}

export function keyContext(row: FriendRow): KeyContext {
  return {
    chat: row.chat,
    userLow: Math.min(row.user, row.friend),
    userHigh: Math.max(row.user, row.friend),
    keyVersion: row.keyVersion,
  };
}

/** Friends whose key could be unwrapped now; how they stand is filled in when they are sent. */
export async function unlockFriends(
  node: NodeContext,
  _session: Session,
  rows: readonly FriendRow[],
): Promise<RosterFriend[]> {
  if (rows.length === 0) return [];
  const keys = await node.ports.vault.unwrap(
    rows.map((row) => ({ key: row, context: keyContext(row) })),
  );
  if (keys.kind !== "ok") return [];
  const friends: RosterFriend[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const key = keys.value[index];
    if (key === undefined) continue;
    const { friend, chat, keyVersion } = rows[index]!;
    friends.push({ user: friend, chat, key, keyVersion, state: "unknown", lastSeen: 0 });
  }
  return friends;
}

/** The vault is away, or was: the keys that are missing come when it answers. */
async function unlockRest(
  node: NodeContext,
  session: Session,
  rows: readonly FriendRow[],
  unlocked: readonly RosterFriend[],
): Promise<void> {
  const done = new Set<UserId>();
  for (const friend of unlocked) done.add(friend.user);
  let missing = rows.filter((row) => !done.has(row.friend));
  let waitMs = node.config.retryMs;
  while (missing.length > 0) {
    await node.ports.clock.sleep(waitMs);
    waitMs = Math.min(2 * waitMs, node.config.renewalMs);
    if (!isOpen(session)) return;
    const friends = await node.parts.unlockFriends(node, session, missing);
    if (!isOpen(session)) return;
    if (friends.length === 0) continue;
    sendRoster(node, session, friends, []);
    for (const friend of friends) done.add(friend.user);
    missing = missing.filter((row) => !done.has(row.friend));
  }
}

/**
 * Sends what is new since this session last looked. One reading at a time: who asks while one is under way waits
 * for the next, which sees what that one may have missed and serves all who asked meanwhile.
 */
export function rosterChanged(node: NodeContext, session: Session): Promise<void> {
  session.rosterStale = true;
  if (!session.rosterRead) return Promise.resolve();
  const { rosterReading } = session;
  if (rosterReading === undefined) return (session.rosterReading = readChanges(node, session));
  return (session.rosterNext ??= rosterReading.then(() => {
    session.rosterNext = undefined;
    return (session.rosterReading = readChanges(node, session));
  }));
}

async function readChanges(node: NodeContext, session: Session): Promise<void> {
  session.rosterStale = false;
  const rows = await readRoster(node, session);
  if (rows !== undefined) {
    const known = new Set(session.requests);
    const requests = rows.requests.filter((user) => !known.has(user));
    session.requests = rows.requests.length > 0 ? rows.requests.slice() : undefined;
    const added = takeFriends(node, session, rows.friends);
    if (added.length > 0 || requests.length > 0) await showFriends(node, session, added, requests);
  }
  session.rosterReading = undefined;
}

/** Those of the rows that this session did not know; from now on it does. */
export function takeFriends(
  node: NodeContext,
  session: Session,
  rows: readonly FriendRow[],
): FriendRow[] {
  const known = new Set(session.friendUsers);
  const added = rows.filter((row) => !known.has(row.friend));
  for (const row of added) {
    session.friendUsers.push(row.friend);
    session.friendChats.push(row.chat);
    watchFriend(node, session, row.friend);
  }
  if (added.length > 0 && session.claim === "held") node.parts.tellFriends(node, session, "online");
  return added;
}

/** Sends a change of the roster, with the keys. */
export async function showFriends(
  node: NodeContext,
  session: Session,
  rows: readonly FriendRow[],
  requests: readonly UserId[],
): Promise<void> {
  const friends = await node.parts.unlockFriends(node, session, rows);
  if (!isOpen(session)) return;
  if (friends.length > 0 || requests.length > 0 || rows.length === 0)
    sendRoster(node, session, friends, requests);
  readFresh(node);
  if (friends.length < rows.length) spawn(node, unlockRest(node, session, rows, friends));
}

/** The master key was rotated: the same keys, wrapped anew, one after the other. */
export async function rewrap(node: NodeContext, rows: readonly FriendRow[]): Promise<void> {
  for (const row of rows) {
    const context = keyContext(row);
    const wrapped = await node.ports.vault.rewrap(row, context);
    if (wrapped.kind !== "ok") continue;
    node.ports.trace.point("rewrap:wrap/write");
    const { userLow, userHigh, chat } = context;
    const { keyVersion, kekId, wrapped: text } = wrapped.value;
    const outcome = await node.ports.roster.rewrap({
      userLow,
      userHigh,
      chat,
      keyVersion,
      kekId,
      wrapped: text,
    });
    if (outcome.kind === "ok") node.ports.trace.event("rewrapped", row.user, chat, 0, 0);
  }
}
