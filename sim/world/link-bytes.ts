// What a node-to-node message costs on the wire, in bytes: batched frames with short headers.
import type { LinkMessage } from "./simulated-link.ts";

const HEADER_BYTES = 24;
const DELIVER_BYTES = 140;
const PRESENCE_FRIEND_BYTES = 9;
const SMALL_BYTES = 80;

export function linkMessageBytes(message: LinkMessage): number {
  switch (message.type) {
    case "ping":
      return HEADER_BYTES;
    case "reply":
      return HEADER_BYTES + 20;
    case "request": {
      const request = message.request;
      if (request.type !== "deliver") return HEADER_BYTES + SMALL_BYTES;
      const row = request.message;
      const sealed = (row.body?.length ?? 0) + (row.thumbnail?.length ?? 0);
      return HEADER_BYTES + DELIVER_BYTES + Math.ceil((sealed * 4) / 3);
    }
    case "note": {
      const note = message.note;
      const friends = note.type === "presence" ? note.friends.length : 0;
      return HEADER_BYTES + SMALL_BYTES + friends * PRESENCE_FRIEND_BYTES;
    }
  }
}
