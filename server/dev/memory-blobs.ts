// Pictures in memory: what the S3 adapter means, without S3.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { streamOf } from "../live/opaque.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import { ok } from "../ports/outcome.ts";

export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, { readonly bytes: Buffer; readonly sha256: string }>();
  return {
    put: async (blob, body, sha256) => {
      const chunks: Buffer[] = [];
      for await (const chunk of streamOf(body)) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if (createHash("sha256").update(bytes).digest("hex") !== sha256)
        return { kind: "refused", code: "checksum" };
      const standing = blobs.get(blob);
      if (standing === undefined) blobs.set(blob, { bytes, sha256 });
      const stored = standing ?? { bytes, sha256 };
      return ok({
        created: standing === undefined,
        stored: { bytes: stored.bytes.length, sha256: stored.sha256 },
      });
    },
    get: async (blob) => {
      const found = blobs.get(blob);
      if (found === undefined) return ok(undefined);
      const { bytes, sha256 } = found;
      const body = { bytes: bytes.length, stream: Readable.from([bytes]) };
      return ok({ stored: { bytes: bytes.length, sha256 }, body });
    },
  };
}
