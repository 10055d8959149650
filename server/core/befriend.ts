// Friend requests and their acceptance. Who is friends with whom, under which chat and key, is decided at
// one place, by one conditional write; everything behind it can be repeated.
import type { Friendship } from "../ports/roster-store.ts";
import type { UserId } from "../protocol/ids.ts";
import { type NodeContext, spawn } from "./context.ts";
import { begin, end, refuse, unsure } from "./reply.ts";
import { showFriends, takeFriends, writeCopies } from "./roster.ts";
import { isOpen, type Session } from "./session.ts";

const FIRST_KEY_VERSION = 1;

interface FriendRef {
  readonly type: "befriend" | "accept";
  readonly user: UserId;
}

export async function befriend(node: NodeContext, session: Session, user: UserId): Promise<void> {
  const re = { type: "befriend" as const, user };
  if (!isOther(session, user)) {
    refuse(node, session, re, "no-such-user");
    return;
  }
  if (!begin(node, session, re)) return;
  const [low, high] = pair(session.user, user);
  const standing = await node.ports.roster.friendship(low, high);
  if (standing.kind !== "ok") {
    end(node, session);
    refuse(node, session, re, "unavailable");
    return;
  }
  if (standing.value !== undefined) {
    const complete = await writeCopies(node, standing.value, session.user);
    end(node, session);
    if (complete) succeed(node, session, re);
    else unsure(node, session, re);
    return;
  }
  node.ports.trace.point("befriend:friendship/request");
  const outcome = await node.ports.roster.request({
    to: user,
    from: session.user,
    requestedAt: node.ports.clock.wallMs(),
  });
  end(node, session);
  if (outcome.kind === "ok") {
    node.ports.trace.point("befriend:request/roster");
    succeed(node, session, re);
  } else if (outcome.kind === "refused") refuse(node, session, re, "unavailable");
  else unsure(node, session, re);
}

export async function accept(node: NodeContext, session: Session, user: UserId): Promise<void> {
  const re = { type: "accept" as const, user };
  if (!isOther(session, user)) {
    refuse(node, session, re, "no-such-user");
    return;
  }
  if (!begin(node, session, re)) return;
  const verdict = await establish(node, session, user);
  end(node, session);
  if (verdict === "no-request") refuse(node, session, re, "no-request");
  else if (verdict === "unavailable") refuse(node, session, re, "unavailable");
  else if (verdict === "unsure" || !(await writeCopies(node, verdict, session.user)))
    unsure(node, session, re);
  else succeed(node, session, re);
}

async function establish(
  node: NodeContext,
  session: Session,
  user: UserId,
): Promise<Friendship | "no-request" | "unavailable" | "unsure"> {
  const { roster, vault, random, trace } = node.ports;
  const requests = await roster.requests(session.user);
  if (requests.kind !== "ok") return "unavailable";
  if (!requests.value.some((request) => request.from === user)) return "no-request";
  const [userLow, userHigh] = pair(session.user, user);
  const standing = await roster.friendship(userLow, userHigh);
  if (standing.kind !== "ok") return "unavailable";
  if (standing.value !== undefined) return standing.value;
  const chat = random.id48();
  const key = await vault.create({ chat, userLow, userHigh, keyVersion: FIRST_KEY_VERSION });
  if (key.kind !== "ok") return "unavailable";
  trace.point("accept:create/establish");
  const { keyVersion, kekId, wrapped } = key.value;
  const stands = await roster.establish({ userLow, userHigh, chat, keyVersion, kekId, wrapped });
  if (stands.kind === "refused") return "unavailable";
  if (stands.kind === "unknown") return "unsure";
  return stands.value;
}

/** The other side is told where it is connected; a lost word is made good with the tails, or by its next sign-in. */
function succeed(node: NodeContext, session: Session, re: FriendRef): void {
  const { user } = re;
  const { link } = node.ports;
  for (const peer of link.peers())
    if (link.live(peer)) link.note(peer, { type: "roster-changed", user });
  const other = node.owners.get(user);
  if (other !== undefined) spawn(node, node.parts.rosterChanged(node, other));
  if (isOpen(session)) spawn(node, answer(node, session, re));
}

/** Success is a roster change: the friend, where there is one now, or to a request an empty one. */
async function answer(node: NodeContext, session: Session, re: FriendRef): Promise<void> {
  const row = await node.ports.roster.friend(session.user, re.user);
  if (!isOpen(session)) return;
  if (row.kind !== "ok") {
    unsure(node, session, re);
    return;
  }
  const rows = row.value === undefined ? [] : [row.value];
  takeFriends(node, session, rows);
  await showFriends(node, session, rows, []);
}

function isOther(session: Session, user: UserId): boolean {
  return Number.isSafeInteger(user) && user > 0 && user !== session.user;
}

function pair(left: UserId, right: UserId): readonly [UserId, UserId] {
  return left < right ? [left, right] : [right, left];
}
