// The presence records of this node's own sessions: renewed bucket by bucket, each under its own epoch,
// and released until the store is known to have heard it.
import type { Epoch } from "../ports/presence-store.ts";
import type { UserId } from "../protocol/ids.ts";
import type { Bucket, NodeContext } from "./context.ts";
import { claimOf, replacedBy } from "./login.ts";
import { isOpen, type Session } from "./session.ts";
import { queueTail } from "./tail.ts";

/**
 * Offers each session's epoch again. An answer behind an unknown one counts as *reinstalled*: what the
 * store forgot or gave away meanwhile is not known.
 */
export async function renew(node: NodeContext, bucket: Bucket): Promise<void> {
  if (bucket.renewing) return;
  bucket.renewing = true;
  bucket.renewAgain = false;
  const sessions = bucket.sessions.slice();
  const { claimsPerCall } = node.config;
  for (let first = 0; first < sessions.length; first += claimsPerCall)
    await renewSome(node, bucket, sessions.slice(first, first + claimsPerCall));
  bucket.renewing = false;
}

async function renewSome(node: NodeContext, bucket: Bucket, some: Session[]): Promise<void> {
  const sessions = some.filter(isOpen);
  if (sessions.length === 0) return;
  const outcome = await node.ports.presence.hold(sessions.map((session) => claimOf(node, session)));
  for (let index = 0; index < sessions.length; index += 1) {
    const session = sessions[index]!;
    if (!isOpen(session)) continue;
    const answer = outcome.kind === "ok" ? outcome.value[index] : undefined;
    if (answer === undefined) {
      session.claim = "unsure";
      bucket.renewAgain = true;
    } else if (answer.kind === "replaced") {
      node.ports.trace.event("claim-replaced", session.user, 0, session.device, 0);
      node.parts.close(node, session, 4409, replacedBy(answer.by.device));
    } else if (answer.kind === "reinstalled" || session.claim !== "held") {
      session.claim = "held";
      node.ports.trace.event("claimed", session.user, 0, session.device, 0);
      if (answer.kind === "reinstalled" && answer.displaced !== undefined)
        node.parts.fenceDisplaced(node, session, answer.displaced);
      comeBack(node, session);
    }
  }
}

/**
 * Deliveries may have gone elsewhere or nowhere: first what was missed, then the friends. In the tails'
 * own pace: behind an outage everyone of this node comes back at once.
 */
function comeBack(node: NodeContext, session: Session): void {
  if (session.phase === "live" && !session.tailReading) {
    session.cameBack = true;
    queueTail(node, session);
    return;
  }
  // A login, or a reading under way, looks once more.
  session.tailWanted = true;
  if (session.rosterRead) node.parts.tellFriends(node, session, "online");
}

/**
 * Repeated until known; a claim or renewal of this epoch that lands later then changes nothing. One loop a user:
 * a release of the highest epoch is one of those below it.
 */
export async function release(node: NodeContext, user: UserId, epoch: Epoch): Promise<void> {
  const { releasing } = node;
  const highest = releasing.get(user);
  if (highest === undefined || highest < epoch) releasing.set(user, epoch);
  if (highest !== undefined) return;
  for (;;) {
    const offered = releasing.get(user)!;
    const outcome = await node.ports.presence.release(user, offered);
    const isHighest = releasing.get(user) === offered;
    if (outcome.kind === "ok" && isHighest) break;
    if (outcome.kind !== "ok") await node.ports.clock.sleep(node.config.retryMs);
    // The newer sign-in, here, stands higher than any release could.
    const newer = node.owners.get(user);
    if (newer !== undefined && newer.claim === "held" && newer.epoch > releasing.get(user)!) break;
  }
  releasing.delete(user);
}
