// The blob store on a real S3 as an arm of the contract: bodies are bytes drawn from their content's number.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { streamOf, type StreamBody } from "../../server/live/opaque.ts";
import { openS3Blobs } from "../../server/live/s3-blobs.ts";
import type { BlobStore } from "../../server/ports/blob-store.ts";
import type { BlobArm } from "../contract/blob-store-contract.ts";
import { type LiveServices, sharedServices } from "../support/live-services.ts";
import { risingIds } from "./live-ids.ts";

const CHUNK_BYTES = 64 * 1024;
const CALL_DEADLINE_MS = 60_000;

/** The bytes of a content, chunk by chunk: none is held longer than it is used. */
export function* contentOf(content: number, bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes - at), `${content}:${at};`);
    yield chunk;
  }
}

export function bodyOf(content: number, bytes: number): StreamBody {
  return { bytes, stream: Readable.from(contentOf(content, bytes), { objectMode: false }) };
}

export function sha256Of(content: number, bytes: number): string {
  const hash = createHash("sha256");
  for (const chunk of contentOf(content, bytes)) hash.update(chunk);
  return hash.digest("hex");
}

/** On the shared S3, unless another is given. */
export async function openBlobArm(
  services?: Pick<LiveServices, "endpoints">,
): Promise<{ arm: BlobArm; close: () => Promise<void> }> {
  const { s3 } = (services ?? (await sharedServices())).endpoints;
  const { port, close } = await openS3Blobs({ ...s3, callDeadlineMs: CALL_DEADLINE_MS });
  return { arm: blobArm(port), close };
}

function blobArm(port: BlobStore): BlobArm {
  return {
    port,
    fresh: risingIds(),
    body: bodyOf,
    sha256: sha256Of,
    sha256Of: async (body) => {
      const hash = createHash("sha256");
      for await (const chunk of streamOf(body)) hash.update(chunk as Buffer);
      return hash.digest("hex");
    },
  };
}
