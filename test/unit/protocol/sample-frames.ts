// One or more frames of every type, for the tests of the wire.
import type { ClientFrame, ServerFrame } from "../../../server/protocol/frames.ts";
import type { Opaque } from "../../../server/protocol/ids.ts";
import type { OpaqueCodec } from "../../../server/protocol/codec.ts";

export class Bytes implements Opaque {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  get length(): number {
    return this.bytes.length;
  }
  same(other: Opaque): boolean {
    return other instanceof Bytes && other.bytes.equals(this.bytes);
  }
}

export const base64: OpaqueCodec = {
  toWire: (opaque) => (opaque as Bytes).bytes.toString("base64"),
  fromWire: (value) =>
    typeof value === "string" ? new Bytes(Buffer.from(value, "base64")) : undefined,
};

const CHAT = 187_649_984_473_770;
const DEVICE = 93_824_992_236_885;
const BLOB = "0123456789abcdef0123456789abcdef";
const SENT_AT = 1_767_225_600_000;

function bytes(length: number): Bytes {
  return new Bytes(Buffer.alloc(length, 7));
}

const text = {
  chat: CHAT,
  n: 12,
  sentAt: SENT_AT,
  kind: "text" as const,
  keyVersion: 1,
  body: bytes(80),
};
const picture = {
  chat: CHAT,
  n: 4097,
  sentAt: SENT_AT,
  kind: "image" as const,
  keyVersion: 1,
  body: bytes(44),
  url: BLOB,
  thumbnail: bytes(5000),
};
const filler = { chat: CHAT, n: 3, sentAt: SENT_AT, kind: "void" as const, keyVersion: 1 };

export const CLIENT_SAMPLES: readonly ClientFrame[] = [
  { type: "connect", token: "x".repeat(180), counter: 3 },
  { type: "have", logs: [], more: false },
  {
    type: "have",
    logs: [
      [CHAT, DEVICE, 7],
      [CHAT, DEVICE - 1, 1200],
    ],
    more: true,
  },
  { type: "befriend", user: 17 },
  { type: "accept", user: 100_000 },
  { type: "send", ...text },
  { type: "send", ...picture },
  { type: "send", ...filler },
  { type: "received", chat: CHAT, device: DEVICE, n: 12 },
  { type: "read", chat: CHAT, device: DEVICE, n: 12, readAt: SENT_AT },
  { type: "receipt-ok", chat: CHAT, device: DEVICE, n: 12 },
  { type: "history", id: 1, chat: CHAT, limit: 50 },
  { type: "history", id: 22, chat: CHAT, before: [SENT_AT, DEVICE, 12], limit: 100 },
  { type: "ping" },
];

export const SERVER_SAMPLES: readonly ServerFrame[] = [
  {
    type: "connected",
    session: 123_456,
    epoch: "1767225600000-0000000001-093824992236885",
    serverTime: SENT_AT,
    heartbeatMs: 25_000,
    window: 64,
    reconnect: { baseMs: 500, capMs: 15_000 },
  },
  { type: "roster", friends: [], requests: [], more: false },
  {
    type: "roster",
    friends: [1, 2, 3].map((user) => ({
      user,
      chat: CHAT + user,
      key: "k".repeat(44),
      keyVersion: 1,
      state: "offline" as const,
      lastSeen: SENT_AT,
    })),
    requests: [12, 13],
    more: false,
  },
  { type: "sent", chat: CHAT, n: 12 },
  {
    type: "refused",
    re: { type: "send", chat: CHAT, device: DEVICE, n: 12 },
    code: "gap",
    expected: 4,
  },
  { type: "unsure", re: { type: "send", chat: CHAT, device: DEVICE, n: 12 } },
  { type: "log", chat: CHAT, from: 17, device: DEVICE, start: 11 },
  { type: "message", ...text, from: 17, device: DEVICE },
  { type: "message", ...picture, from: 17, device: DEVICE },
  { type: "message", ...filler, from: 17, device: DEVICE },
  { type: "read-ok", chat: CHAT, device: DEVICE, n: 12 },
  { type: "receipt", chat: CHAT, device: DEVICE, n: 12, readAt: SENT_AT },
  { type: "synced" },
  { type: "history", id: 1, rows: [], more: false },
  {
    type: "history",
    id: 1,
    rows: [
      { ...text, from: 17, device: DEVICE },
      { ...picture, from: 17, device: DEVICE },
    ],
    more: true,
  },
  { type: "pong" },
  {
    type: "presence",
    user: 17,
    epoch: "1767225600000-0000000001-093824992236885",
    state: "online",
    lastSeen: SENT_AT,
  },
  { type: "going-away", withinMs: 5_000 },
];
