// Looking back: pages of a chat's history, newest first, and the search over them, which needs the plaintext
// and so runs here on the device.
import type { HistoryRow, ServerFrame } from "../../server/protocol/frames.ts";
import type { ChatId } from "../../server/protocol/ids.ts";
import { ask, askingOf, end, type Request, transmit } from "./asking.ts";
import type { Chat } from "./chat.ts";
import { OK } from "./codes.ts";
import type { Device } from "./device.ts";

const GARBLED = -1;

export function readHistory(
  device: Device,
  chat: ChatId,
  pages: number,
  limit: number,
  matches: ((content: number) => boolean) | undefined,
  found: ((rows: number) => void) | undefined,
): void {
  const id = ++askingOf(device).historyId;
  const paging = { chat, limit, matches, found, pagesLeft: pages, matched: 0 };
  ask(device, "history", 0, chat, { type: "history", id, chat, limit }, paging);
}

export function answer(device: Device, frame: Extract<ServerFrame, { type: "history" }>): void {
  const request = device.asking?.pending.find(
    (one) => one.frame.type === "history" && one.frame.id === frame.id,
  );
  const paging = request?.paging;
  if (request === undefined || paging === undefined || request.frame.type !== "history") return;
  const t = device.ports.nowUs();
  const chat = device.chat(paging.chat);
  for (const row of frame.rows) {
    const content = chat === undefined ? GARBLED : contentOf(device, chat, row);
    if (paging.matches?.(content) === true) paging.matched += 1;
    const { operation } = request;
    device.history.historyRow(t, operation, paging.chat, row.device, row.n, content, row.sentAt);
  }
  const before = request.frame.before;
  device.history.historyPage(
    t,
    request.operation,
    paging.chat,
    before === undefined ? 0 : before[0],
    before === undefined ? 0 : before[1],
    before === undefined ? 0 : before[2],
    frame.rows.length,
    frame.more ? 1 : 0,
  );
  paging.pagesLeft -= 1;
  const last = frame.rows[frame.rows.length - 1];
  if (frame.more && paging.pagesLeft > 0 && last !== undefined) nextPage(device, request, last);
  else {
    end(device, request, OK);
    paging.found?.(paging.matched);
  }
}

function nextPage(device: Device, request: Request, last: HistoryRow): void {
  const { chat, limit } = request.paging!;
  const id = ++askingOf(device).historyId;
  const before = [last.sentAt, last.device, last.n] as const;
  request.frame = { type: "history", id, chat, before, limit };
  transmit(device, request);
}

function contentOf(device: Device, chat: Chat, row: HistoryRow): number {
  if (row.kind === "void") return 0;
  const key = chat.keyOf(row.keyVersion);
  if (key === undefined || row.body === undefined) return GARBLED;
  const context = {
    chat: row.chat,
    from: row.from,
    device: row.device,
    n: row.n,
    keyVersion: row.keyVersion,
    kind: row.kind,
    part: 0,
  } as const;
  return device.ports.cipher.open(key, context, row.body)?.content ?? GARBLED;
}
