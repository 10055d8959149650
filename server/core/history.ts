// One page of a chat's past: the rows of all its logs, merged newest first by (sentAt, device, n). A log
// is rows 1 to sentN; nothing above is shown.
import type { LogId, MessageRow } from "../ports/message-store.ts";
import type { ClientFrame, HistoryRow } from "../protocol/frames.ts";
import type { UserId } from "../protocol/ids.ts";
import type { NodeContext } from "./context.ts";
import { begin, end, refuse, reply } from "./reply.ts";
import { friendOf, type Session } from "./session.ts";

type HistoryFrame = Extract<ClientFrame, { type: "history" }>;
type Position = NonNullable<HistoryFrame["before"]>;

export async function history(
  node: NodeContext,
  session: Session,
  frame: HistoryFrame,
): Promise<void> {
  const re = { type: "history" as const, id: frame.id, chat: frame.chat };
  const friend = friendOf(session, frame.chat);
  if (friend === 0) {
    refuse(node, session, re, "not-friends");
    return;
  }
  if (!begin(node, session, re, node.config.historyBytesHeld)) return;
  const limit = Math.max(1, Math.min(frame.limit, node.config.historyRowsMax));
  const rows = await newestRows(node, session, friend, frame, limit);
  end(node, session, node.config.historyBytesHeld);
  if (rows === undefined) {
    refuse(node, session, re, "unavailable");
    return;
  }
  const page = cutPage(rows, limit, node.config.pageBytesMax);
  reply(node, session, {
    type: "history",
    id: frame.id,
    rows: page,
    more: page.length < rows.length,
  });
}

/** One row more than asked says whether there is more. Undefined where the store does not answer. */
async function newestRows(
  node: NodeContext,
  session: Session,
  friend: UserId,
  frame: HistoryFrame,
  limit: number,
): Promise<MessageRow[] | undefined> {
  const logs = await node.ports.messages.logs(frame.chat);
  if (logs.kind !== "ok") return undefined;
  const merged: MessageRow[] = [];
  for (const log of logs.value) {
    const recipient = log.user === session.user ? friend : session.user;
    const entry = await node.ports.messages.unreadEntry(recipient, log.chat, log.device);
    if (entry.kind !== "ok") return undefined;
    const sentN = entry.value?.sentN ?? 0;
    const lastN =
      frame.before === undefined ? sentN : await lastBefore(node, log, sentN, frame.before);
    if (lastN === undefined) return undefined;
    if (lastN === 0) continue;
    const rows = await node.ports.messages.rows(log, Math.max(1, lastN - limit), lastN, limit + 1);
    if (rows.kind !== "ok") return undefined;
    for (const row of rows.value) merged.push(row);
    // Of many logs no more is held than of one.
    merged.sort(newestFirst);
    if (merged.length > limit + 1) merged.length = limit + 1;
  }
  return merged;
}

/** `sentAt` rises with n within a log, so the last row before a position is found by halving. */
async function lastBefore(
  node: NodeContext,
  log: LogId,
  sentN: number,
  before: Position,
): Promise<number | undefined> {
  if (log.device === before[1]) return Math.min(sentN, before[2] - 1);
  let low = 0;
  let high = sentN;
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    const rows = await node.ports.messages.rows(log, middle, high, 1);
    if (rows.kind !== "ok") return undefined;
    const row = rows.value[0];
    if (row === undefined || !isBefore(row, before)) high = middle - 1;
    else low = row.n;
  }
  return low;
}

function isBefore(row: MessageRow, before: Position): boolean {
  if (row.sentAt !== before[0]) return row.sentAt < before[0];
  if (row.device !== before[1]) return row.device < before[1];
  return row.n < before[2];
}

function newestFirst(left: MessageRow, right: MessageRow): number {
  return right.sentAt - left.sentAt || right.device - left.device || right.n - left.n;
}

function cutPage(rows: readonly MessageRow[], limit: number, bytesMax: number): HistoryRow[] {
  const page: HistoryRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    // Base64 makes four of three.
    bytes += 200 + Math.ceil((((row.body?.length ?? 0) + (row.thumbnail?.length ?? 0)) * 4) / 3);
    if (page.length >= limit || (page.length > 0 && bytes > bytesMax)) break;
    page.push(row);
  }
  return page;
}
