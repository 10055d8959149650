// One client's connection as the core sees it, and what the transport tells the core.
import type { ClientFrame, ServerFrame } from "../protocol/frames.ts";
import type { CloseCode } from "../protocol/errors.ts";
import type { BlobBody } from "./blob-store.ts";
import type { BlobId, ChatId } from "../protocol/ids.ts";

export interface ClientConnection {
  /** Unique within the node's incarnation; also `connection` in presence records. */
  readonly id: number;
  /** Queues the frame; frames leave in order. After close it does nothing. */
  send(frame: ServerFrame): void;
  /** Sends a close frame with the code. The core hears `closed` no more for this connection. */
  close(code: CloseCode, reason: string): void;
  /** Bytes accepted by `send` that the client's side has not taken yet. */
  bufferedBytes(): number;
}

/** What the transport calls on the node. The frames were checked against the schema before. */
export interface ClientHandler {
  opened(connection: ClientConnection): void;
  frame(connection: ClientConnection, frame: ClientFrame): void;
  /** The client closed, or the socket broke. */
  closed(connection: ClientConnection): void;
}

export interface BlobUpload {
  readonly token: string;
  readonly blob: BlobId;
  readonly chat: ChatId;
  readonly sha256: string;
  readonly body: BlobBody;
}
/**
 * `status` is the HTTP status: 200/201 stored, 401, 403, 404, 408 (too slow: unknown), 409 (other bytes), 413, 429,
 * 503, 504 = unknown.
 */
export interface BlobReply {
  readonly status: number;
  readonly code?: string;
  readonly sha256?: string;
  readonly body?: BlobBody;
}
/** PUT and GET /blobs/:id; every request is checked anew. */
export interface BlobHandler {
  putBlob(upload: BlobUpload): Promise<BlobReply>;
  getBlob(token: string, blob: BlobId): Promise<BlobReply>;
}
