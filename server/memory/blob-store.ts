// The plain meaning of the BlobStore port: bodies under names, written once. Bodies are descriptors: what
// their checksum is, is told by a function given at construction.
import type { BlobId } from "../protocol/ids.ts";
import { ok, type Outcome } from "../ports/outcome.ts";
import type { BlobBody, StoredBlob } from "../ports/blob-store.ts";

/** Hex SHA-256 of what the body would be as bytes. */
export type ChecksumOf = (body: BlobBody) => string;

export interface HeldBlob {
  readonly stored: StoredBlob;
  readonly body: BlobBody;
}

const CHECKSUM = Object.freeze({ kind: "refused", code: "checksum" } as const);

export class MemoryBlobStore {
  #checksumOf: ChecksumOf;
  #blobs = new Map<BlobId, HeldBlob>();

  constructor(checksumOf: ChecksumOf) {
    this.#checksumOf = checksumOf;
  }

  putNow(
    blob: BlobId,
    body: BlobBody,
    sha256: string,
  ): Outcome<{ readonly created: boolean; readonly stored: StoredBlob }> {
    if (this.#checksumOf(body) !== sha256) return CHECKSUM;
    const standing = this.#blobs.get(blob);
    if (standing !== undefined) return ok({ created: false, stored: standing.stored });
    const stored = { bytes: body.bytes, sha256 };
    this.#blobs.set(blob, { stored, body });
    return ok({ created: true, stored });
  }

  getNow(blob: BlobId): HeldBlob | undefined {
    return this.#blobs.get(blob);
  }

  scan(visit: (blob: BlobId, stored: StoredBlob) => void): void {
    for (const [blob, held] of this.#blobs) visit(blob, held.stored);
  }
}
