// What two nodes say to each other, as JSON arrays: one text holds everything that was said in one turn of the
// event loop. Both ends are nodes of one version (the subprotocol says which), so only the shape is checked.
import type { MessageRow } from "../ports/message-store.ts";
import type { LinkNote, LinkReply, LinkRequest } from "../ports/node-link.ts";
import type { PresenceRecord } from "../ports/presence-store.ts";
import type { MessageKind } from "../protocol/ids.ts";
import { Bytes, bytesOf } from "./opaque.ts";

/** Changes with what stands below. */
export const LINK_SUBPROTOCOL = "chatquake.link.1";

export type LinkMessage =
  | { readonly type: "ping" }
  | { readonly type: "request"; readonly id: number; readonly request: LinkRequest }
  | { readonly type: "reply"; readonly id: number; readonly reply: LinkReply }
  | { readonly type: "note"; readonly note: LinkNote };

const PING: LinkMessage = Object.freeze({ type: "ping" });
const DELIVERED: LinkReply = Object.freeze({ type: "delivered" });
const NOT_OWNER: LinkReply = Object.freeze({ type: "not-owner" });

export const PING_TEXT = '["P"]';

/** Undefined where a peer does not keep to the shape: the link is of no use then. */
export function decodeBatch(text: string): readonly LinkMessage[] | undefined {
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(batch)) return undefined;
  const messages: LinkMessage[] = [];
  for (const fields of batch as unknown[]) {
    const message = Array.isArray(fields) ? decode(fields) : undefined;
    if (message === undefined) return undefined;
    messages.push(message);
  }
  return messages;
}

function decode(fields: readonly unknown[]): LinkMessage | undefined {
  switch (fields[0]) {
    case "P":
      return PING;
    case "Q": {
      const request = decodeRequest(fields);
      return request && { type: "request", id: fields[1] as number, request };
    }
    case "A": {
      const reply = decodeReply(fields);
      return reply && { type: "reply", id: fields[1] as number, reply };
    }
    case "N": {
      const note = decodeNote(fields);
      return note && { type: "note", note };
    }
    default:
      return undefined;
  }
}

export function encodeRequest(id: number, request: LinkRequest): string {
  switch (request.type) {
    case "deliver": {
      const { user, epoch, message } = request;
      const { chat, from, device, n, sentAt, kind, keyVersion, url } = message;
      const fields = [chat, from, device, n, sentAt, kind, keyVersion, text64(message.body)];
      if (url !== undefined) fields.push(url, text64(message.thumbnail));
      return JSON.stringify(["Q", id, "deliver", user, epoch, ...fields]);
    }
    case "receipt": {
      const { user, epoch, chat, device, reader, n, readAt } = request;
      return JSON.stringify(["Q", id, "receipt", user, epoch, chat, device, reader, n, readAt]);
    }
    case "who-has":
      return JSON.stringify(["Q", id, "who-has", request.user]);
    case "lease-age":
      return JSON.stringify(["Q", id, "lease-age"]);
  }
}

function text64(body: MessageRow["body"]): string | null {
  return body === undefined ? null : bytesOf(body).base64();
}

function decodeRequest(fields: readonly unknown[]): LinkRequest | undefined {
  switch (fields[2]) {
    case "deliver": {
      const message = decodeRow(fields);
      const [user, epoch] = fields.slice(3, 5) as [number, string];
      return message && { type: "deliver", user, epoch, message };
    }
    case "receipt": {
      const [user, epoch, chat, device, reader, n, readAt] = fields.slice(3) as [
        number,
        string,
        number,
        number,
        number,
        number,
        number,
      ];
      return { type: "receipt", user, epoch, chat, device, reader, n, readAt };
    }
    case "who-has":
      return { type: "who-has", user: fields[3] as number };
    case "lease-age":
      return { type: "lease-age" };
    default:
      return undefined;
  }
}

function decodeRow(fields: readonly unknown[]): MessageRow | undefined {
  const row = {
    chat: fields[5] as number,
    from: fields[6] as number,
    device: fields[7] as number,
    n: fields[8] as number,
    sentAt: fields[9] as number,
    kind: fields[10] as MessageKind,
    keyVersion: fields[11] as number,
  };
  const body = bytes64(fields[12]);
  const thumbnail = bytes64(fields[14]);
  if (body === null || thumbnail === null) return undefined;
  if (fields.length < 14) return body === undefined ? row : { ...row, body };
  return {
    ...row,
    url: fields[13] as string,
    ...(body !== undefined && { body }),
    ...(thumbnail !== undefined && { thumbnail }),
  };
}

/** Null where the text is no base64. */
function bytes64(field: unknown): Bytes | undefined | null {
  if (field === null || field === undefined) return undefined;
  return typeof field === "string" ? (Bytes.fromPeer(field) ?? null) : null;
}

export function encodeReply(id: number, reply: LinkReply): string {
  switch (reply.type) {
    case "delivered":
    case "not-owner":
      return `["A",${id},"${reply.type}"]`;
    case "has":
      return JSON.stringify(["A", id, "has", reply.epoch ?? null]);
    case "lease-age":
      return JSON.stringify(["A", id, "lease-age", reply.ageMs ?? null]);
  }
}

function decodeReply(fields: readonly unknown[]): LinkReply | undefined {
  switch (fields[2]) {
    case "delivered":
      return DELIVERED;
    case "not-owner":
      return NOT_OWNER;
    case "has":
      return { type: "has", epoch: (fields[3] ?? undefined) as string | undefined };
    case "lease-age":
      return { type: "lease-age", ageMs: (fields[3] ?? undefined) as number | undefined };
    default:
      return undefined;
  }
}

export function encodeNote(note: LinkNote): string {
  switch (note.type) {
    case "presence": {
      const { user, epoch, state, lastSeenMs, friends } = note;
      return JSON.stringify(["N", "presence", user, epoch, state, lastSeenMs, friends]);
    }
    case "fence":
      return JSON.stringify(["N", "fence", note.user, note.by]);
    case "roster-changed":
      return JSON.stringify(["N", "roster-changed", note.user]);
    case "draining":
      return JSON.stringify(["N", "draining"]);
  }
}

function decodeNote(fields: readonly unknown[]): LinkNote | undefined {
  switch (fields[1]) {
    case "presence": {
      const [user, epoch, state, lastSeenMs, friends] = fields.slice(2) as [
        number,
        string,
        "online" | "offline",
        number,
        readonly number[],
      ];
      if (!Array.isArray(friends)) return undefined;
      return { type: "presence", user, epoch, state, lastSeenMs, friends };
    }
    case "fence":
      return { type: "fence", user: fields[2] as number, by: fields[3] as PresenceRecord };
    case "roster-changed":
      return { type: "roster-changed", user: fields[2] as number };
    case "draining":
      return { type: "draining" };
    default:
      return undefined;
  }
}
