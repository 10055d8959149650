// How many bytes a frame takes on the wire: one function for links, queues and limits. Arithmetic only, an
// estimate of the JSON text with base64 bodies (a test holds it within 15%); ciphertext counts with its
// declared length, whether or not it was ever allocated.
import type { ClientFrame, HistoryRow, MessageBody, RosterFriend, ServerFrame } from "./frames.ts";

/** A WebSocket frame's own header, masked or not. */
const HEADER_BYTES = 6;

export function clientFrameBytes(frame: ClientFrame): number {
  switch (frame.type) {
    case "ping":
      return HEADER_BYTES + 15;
    case "received":
    case "receipt-ok":
      return HEADER_BYTES + 40 + frame.type.length + logBytes(frame);
    case "read":
      return HEADER_BYTES + 54 + logBytes(frame) + digits(frame.readAt);
    case "send":
      return HEADER_BYTES + 16 + bodyBytes(frame);
    case "connect":
      return HEADER_BYTES + 42 + frame.token.length + digits(frame.counter);
    case "have": {
      let bytes = HEADER_BYTES + 37;
      for (const [chat, device, n] of frame.logs)
        bytes += 5 + digits(chat) + digits(device) + digits(n);
      return bytes;
    }
    case "befriend":
    case "accept":
      return HEADER_BYTES + 19 + frame.type.length + digits(frame.user);
    case "history": {
      let bytes = HEADER_BYTES + 43 + digits(frame.id) + digits(frame.chat) + digits(frame.limit);
      const before = frame.before;
      if (before !== undefined)
        bytes += 14 + digits(before[0]) + digits(before[1]) + digits(before[2]);
      return bytes;
    }
  }
}

export function serverFrameBytes(frame: ServerFrame): number {
  switch (frame.type) {
    case "message":
      return HEADER_BYTES + 38 + bodyBytes(frame) + digits(frame.from) + digits(frame.device);
    case "sent":
      return HEADER_BYTES + 29 + digits(frame.chat) + digits(frame.n);
    case "read-ok":
      return HEADER_BYTES + 47 + logBytes(frame);
    case "receipt":
      return HEADER_BYTES + 57 + logBytes(frame) + digits(frame.readAt);
    case "pong":
      return HEADER_BYTES + 15;
    case "synced":
      return HEADER_BYTES + 17;
    case "log":
      return (
        HEADER_BYTES +
        48 +
        digits(frame.chat) +
        digits(frame.from) +
        digits(frame.device) +
        digits(frame.start)
      );
    case "presence":
      return (
        HEADER_BYTES +
        60 +
        digits(frame.user) +
        frame.epoch.length +
        frame.state.length +
        digits(frame.lastSeen)
      );
    case "roster": {
      let bytes = HEADER_BYTES + 56;
      for (const friend of frame.friends) bytes += friendBytes(friend);
      for (const user of frame.requests) bytes += 1 + digits(user);
      return bytes;
    }
    case "history": {
      let bytes = HEADER_BYTES + 47 + digits(frame.id);
      for (const row of frame.rows) bytes += rowBytes(row);
      return bytes;
    }
    case "refused":
      return HEADER_BYTES + 110;
    case "unsure":
      return HEADER_BYTES + 92;
    case "connected":
      return HEADER_BYTES + 200;
    case "going-away":
      return HEADER_BYTES + 37;
  }
}

function logBytes(frame: {
  readonly chat: number;
  readonly device: number;
  readonly n: number;
}): number {
  return digits(frame.chat) + digits(frame.device) + digits(frame.n);
}

/** The fields of a message that both directions and `history` share. */
function bodyBytes(message: MessageBody): number {
  let bytes =
    48 +
    digits(message.chat) +
    digits(message.n) +
    digits(message.sentAt) +
    message.kind.length +
    digits(message.keyVersion);
  if (message.body !== undefined) bytes += 10 + base64Length(message.body.length);
  if (message.url !== undefined) bytes += 9 + message.url.length;
  if (message.thumbnail !== undefined) bytes += 15 + base64Length(message.thumbnail.length);
  return bytes;
}

function rowBytes(row: HistoryRow): number {
  return 24 + bodyBytes(row) + digits(row.from) + digits(row.device);
}

function friendBytes(friend: RosterFriend): number {
  return (
    74 +
    friend.key.length +
    friend.state.length +
    digits(friend.user) +
    digits(friend.chat) +
    digits(friend.keyVersion) +
    digits(friend.lastSeen)
  );
}

/** Length of the base64 text of so many bytes. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function digits(value: number): number {
  if (value < 1e7) {
    if (value < 1e3) return value < 10 ? 1 : value < 100 ? 2 : 3;
    if (value < 1e5) return value < 1e4 ? 4 : 5;
    return value < 1e6 ? 6 : 7;
  }
  if (value < 1e12) {
    if (value < 1e9) return value < 1e8 ? 8 : 9;
    return value < 1e10 ? 10 : value < 1e11 ? 11 : 12;
  }
  if (value < 1e14) return value < 1e13 ? 13 : 14;
  return value < 1e15 ? 15 : 16;
}
