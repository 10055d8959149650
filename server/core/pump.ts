// Brings a client to the remembered highest n of each of its logs, from the store, within its window. One
// pump a session; it serves the backlog of a login and the live session alike.
import type { MessageRow } from "../ports/message-store.ts";
import type { NodeContext } from "./context.ts";
import { QUEUE_LOOK_MS } from "./reply.ts";
import { type IncomingLog, isOpen, type Session } from "./session.ts";

export async function pump(node: NodeContext, session: Session): Promise<void> {
  if (session.pumping) return;
  session.pumping = true;
  while (isOpen(session)) {
    const log = session.behind?.[0];
    if (log === undefined) break;
    if (log.sentN >= log.coveredN) {
      session.behind!.shift();
      log.queued = false;
      continue;
    }
    if (!node.parts.hasRoom(node, session)) {
      await room(node, session);
      continue;
    }
    const firstN = log.sentN + 1;
    const lastN = Math.min(log.coveredN, log.sentN + node.config.pageRows);
    const page = await node.ports.messages.rows(
      { chat: log.chat, user: log.from, device: log.device },
      firstN,
      lastN,
      node.config.pageRows,
    );
    if (!isOpen(session)) break;
    if (page.kind !== "ok") {
      await node.ports.clock.sleep(node.config.retryMs);
      continue;
    }
    node.ports.trace.point("pump:rows/message");
    await node.parts.sendPage(node, session, log, page.value, firstN, lastN);
    // The next log takes its turn: a long one does not hold up the others.
    const behind = session.behind;
    if (behind !== undefined && behind.length > 1) behind.push(behind.shift()!);
  }
  session.pumping = false;
}

/**
 * Sends firstN..lastN, each compared with the last n sent at the moment of sending: while the page was
 * read, or the window was full, it may have gone out by another way. A row that the store lost goes out as
 * a `void`, so it blocks nobody.
 */
export async function sendPage(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  rows: readonly MessageRow[],
  firstN: number,
  lastN: number,
): Promise<void> {
  let index = 0;
  for (let n = firstN; n <= lastN; n += 1) {
    while (index < rows.length && rows[index]!.n < n) index += 1;
    while (!node.parts.hasRoom(node, session)) {
      await room(node, session);
      if (!isOpen(session)) return;
    }
    if (n !== log.sentN + 1) continue;
    const stored = rows[index];
    const row = stored !== undefined && stored.n === n ? stored : lostRow(log, n);
    if (row !== stored) node.ports.trace.event("row-lost", session.user, log.chat, log.device, n);
    if (!log.announced) node.parts.announce(node, session, log);
    node.parts.push(node, session, log, row);
    if (!isOpen(session)) return;
  }
}

/**
 * Settles when the client has acknowledged enough, or is gone. Where bytes and not messages are too many,
 * nobody says when they have left: then it is looked at again soon.
 */
function room(node: NodeContext, session: Session): Promise<void> {
  if (session.unacked < node.config.window) return node.ports.clock.sleep(QUEUE_LOOK_MS);
  return new Promise((resolve) => {
    session.roomWaiter = resolve;
  });
}

function lostRow(log: IncomingLog, n: number): MessageRow {
  return {
    chat: log.chat,
    from: log.from,
    device: log.device,
    n,
    sentAt: 0,
    kind: "void",
    keyVersion: 0,
  };
}
