// A roster on its way to the client: in pages, in the order in which they were handed over, as fast as the client
// takes them. However many friends somebody has, his sign-in does not overflow his own queue.
import type { RosterFriend } from "../protocol/frames.ts";
import type { UserId } from "../protocol/ids.ts";
import type { NodeContext } from "./context.ts";
import { QUEUE_LOOK_MS, queueIsShort, reply } from "./reply.ts";
import { isOpen, type Session } from "./session.ts";

export interface RosterPage {
  readonly friends: readonly RosterFriend[];
  readonly requests: readonly UserId[];
  readonly more: boolean;
}

export function sendRoster(
  node: NodeContext,
  session: Session,
  friends: readonly RosterFriend[],
  requests: readonly UserId[],
): void {
  const waits = session.rosterPages !== undefined;
  const pages = (session.rosterPages ??= []);
  const size = node.config.rosterPageFriends;
  let first = 0;
  do {
    const end = first + size;
    pages.push({
      friends: friends.slice(first, end),
      requests: requests.slice(first, end),
      more: friends.length > end || requests.length > end,
    });
    first = end;
  } while (first < friends.length || first < requests.length);
  if (!waits) sendPages({ node, session });
}

function sendPages(to: { readonly node: NodeContext; readonly session: Session }): void {
  const { node, session } = to;
  const pages = session.rosterPages ?? [];
  let sent = 0;
  while (sent < pages.length && isOpen(session) && queueIsShort(node, session)) {
    const { friends, requests, more } = pages[sent]!;
    sent += 1;
    reply(node, session, {
      type: "roster",
      friends: friends.map((friend) => withState(node, friend)),
      requests,
      more,
    });
  }
  if (sent < pages.length && isOpen(session)) {
    session.rosterPages = pages.slice(sent);
    node.ports.clock.after(QUEUE_LOOK_MS, sendPages, to);
  } else session.rosterPages = undefined;
}

/** As it stands when the frame goes out: a notice that came during the login counts. */
function withState(node: NodeContext, friend: RosterFriend): RosterFriend {
  const info = node.friends.get(friend.user);
  if (info === undefined) return friend;
  // While nobody can be asked, "offline" would be a guess: whoever came since then is not known to have.
  if (info.state === "offline" && node.lease.failedMs !== undefined)
    node.parts.showFriend(node, info, "unknown", info.epoch, 0);
  const { user, chat, key, keyVersion } = friend;
  return { user, chat, key, keyVersion, state: info.state, lastSeen: info.lastSeenMs };
}
