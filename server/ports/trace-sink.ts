// What a node tells about itself: a closed list of events for traces, metrics and crash points. Telling
// never changes behaviour; no event holds a key, a token or a body.
import type { ChatId, DeviceId, UserId } from "../protocol/ids.ts";

export type TraceEvent =
  | "session-opened"
  | "session-closed"
  | "claimed"
  | "claim-replaced"
  | "synced"
  | "append"
  | "marked"
  | "confirmed"
  | "unsure"
  | "refused"
  | "looked-up"
  | "forwarded"
  | "delivered"
  | "not-owner"
  | "pushed"
  | "window-full"
  | "read-stored"
  | "receipt-forwarded"
  | "receipt-pushed"
  | "receipt-acknowledged"
  | "tail-read"
  | "lease-renewed"
  | "lease-failed"
  | "fenced"
  | "draining"
  | "slow-client"
  | "rewrapped"
  /** A row below sentN that the store does not have any more; it goes out as a void. */
  | "row-lost"
  | "internal-error";

/**
 * Places between two port calls at which a crash may be planted, "handler:before/after" (before and
 * after name the port calls on both sides).
 */
export const CRASH_POINTS = [
  "connect:check/hold",
  "login:hold/friends",
  "login:friends/unreadEntries",
  "login:unreadEntries/receiptEntries",
  "login:receiptEntries/rows",
  "send:unreadEntry/append",
  "send:append/chat_device",
  "send:chat_device/raiseSent",
  "send:append/raiseSent",
  "send:raiseSent/sent",
  "send:sent/lookup",
  "send:lookup/deliver",
  "send:deliver/deliver",
  "void:rows/append",
  "read:unreadEntry/raiseReceipt",
  "read:raiseReceipt/raiseRead",
  "read:raiseRead/read-ok",
  "read:read-ok/lookup",
  "read:lookup/receipt",
  "receipt-ok:receiptEntries/raiseSeen",
  "befriend:friendship/request",
  "befriend:request/roster",
  "accept:create/establish",
  "accept:establish/putFriend",
  "accept:putFriend/putFriend",
  "accept:putFriend/roster",
  "rewrap:wrap/write",
  "image:friend/put",
  "image:put/recordBlob",
  "image:recordBlob/reply",
  "close:closed/release",
  "pump:rows/message",
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export interface TraceSink {
  /** `user`, `chat`, `device`, `n` are 0 where they do not apply. */
  event(event: TraceEvent, user: UserId, chat: ChatId, device: DeviceId, n: number): void;
  /** Passing a crash point; in a simulation the node may die here, and then nothing it does counts. */
  point(point: CrashPoint): void;
}
