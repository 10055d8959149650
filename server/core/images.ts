// Pictures, voice and files: ciphertext under a name that the device chose, stored before any message
// names it, and given only to the two members of its chat.
import type { BlobReply, BlobUpload } from "../ports/client-transport.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { SendFrame } from "../protocol/frames.ts";
import type { BlobId, ChatId, UserId } from "../protocol/ids.ts";
import type { NodeContext } from "./context.ts";
import type { Session } from "./session.ts";

const AWAY: BlobReply = Object.freeze({ status: 503, code: "unavailable" });
const PERHAPS: BlobReply = Object.freeze({ status: 504 });
const OTHER_BYTES: BlobReply = Object.freeze({ status: 409, code: "other-bytes" });

/** The named blob is stored, of this chat and this sender, and young enough to be kept. */
export async function checkBlob(
  node: NodeContext,
  session: Session,
  frame: SendFrame,
): Promise<ErrorCode | undefined> {
  const outcome = await node.ports.messages.blob(frame.url!);
  if (outcome.kind !== "ok") return "unavailable";
  const row = outcome.value;
  if (row === undefined || row.chat !== frame.chat || row.owner !== session.user) return "no-blob";
  const ageMs = node.ports.clock.wallMs() - row.createdAt;
  return ageMs > node.config.blobAgeMsMax ? "blob-expired" : undefined;
}

export async function putBlob(node: NodeContext, upload: BlobUpload): Promise<BlobReply> {
  const { tokens, clock, blobs, messages, trace } = node.ports;
  const claims = await tokens.check(upload.token, clock.wallMs());
  if (claims === undefined) return { status: 401, code: "unauthorised" };
  if (upload.body.bytes > node.config.blobBytesMax) return { status: 413, code: "too-large" };
  const member = await node.parts.mayOpen(node, claims.user, upload.chat);
  if (member === undefined) return AWAY;
  if (!member) return { status: 403, code: "not-friends" };
  trace.point("image:friend/put");
  const put = await blobs.put(upload.blob, upload.body, upload.sha256);
  if (put.kind === "refused")
    return put.code === "checksum" ? { status: 503, code: "checksum" } : AWAY;
  if (put.kind === "unknown") return PERHAPS;
  const { created, stored } = put.value;
  if (stored.sha256 !== upload.sha256) return OTHER_BYTES;
  trace.point("image:put/recordBlob");
  if (!created) {
    const known = await messages.blob(upload.blob);
    if (known.kind !== "ok") return AWAY;
    const row = known.value;
    if (row !== undefined) {
      const own = row.chat === upload.chat && row.owner === claims.user;
      return own ? { status: 200, sha256: stored.sha256 } : OTHER_BYTES;
    }
  }
  const recorded = await messages.recordBlob({
    blob: upload.blob,
    chat: upload.chat,
    owner: claims.user,
    bytes: stored.bytes,
    sha256: stored.sha256,
    createdAt: clock.wallMs(),
  });
  if (recorded.kind === "refused") return AWAY;
  if (recorded.kind === "unknown") return PERHAPS;
  trace.point("image:recordBlob/reply");
  return { status: created ? 201 : 200, sha256: stored.sha256 };
}

export async function getBlob(node: NodeContext, token: string, blob: BlobId): Promise<BlobReply> {
  const { tokens, clock, messages, blobs } = node.ports;
  const claims = await tokens.check(token, clock.wallMs());
  if (claims === undefined) return { status: 401, code: "unauthorised" };
  const row = await messages.blob(blob);
  if (row.kind !== "ok") return AWAY;
  if (row.value === undefined) return { status: 404 };
  const member = await node.parts.mayOpen(node, claims.user, row.value.chat);
  if (member === undefined) return AWAY;
  if (!member) return { status: 403, code: "not-friends" };
  const found = await blobs.get(blob);
  if (found.kind !== "ok") return AWAY;
  if (found.value === undefined) return { status: 404 };
  const { stored, body } = found.value;
  return { status: 200, sha256: stored.sha256, body };
}

/** Whether the chat is this user's; undefined where the store does not answer. Asked at each request. */
export async function mayOpen(
  node: NodeContext,
  user: UserId,
  chat: ChatId,
): Promise<boolean | undefined> {
  const friends = await node.ports.roster.friends(user);
  if (friends.kind !== "ok") return undefined;
  return friends.value.some((row) => row.chat === chat);
}
