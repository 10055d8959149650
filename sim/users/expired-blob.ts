// A picture of long ago that each person has in each chat, in both worlds: a send that names it must be refused.
import type { BlobId, ChatId, UserId } from "../../server/protocol/ids.ts";

/** Older than any that may still be named. */
export const EXPIRED_AGE_MS = 8 * 24 * 3_600_000;
export const EXPIRED_BYTES = 50_000;

/** The people of a live run that have such pictures: enough for every probe, and soon written. */
export const EXPIRED_LIVE_USERS = 500;

export function expiredBlobName(user: UserId, chat: ChatId): BlobId {
  return chat.toString(16).padStart(16, "0") + user.toString(16).padStart(16, "0");
}
