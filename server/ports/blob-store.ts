// Ciphertext of pictures, voice and files. S3 live. Written once under a random name, never changed.
import type { BlobId } from "../protocol/ids.ts";
import type { Outcome } from "./outcome.ts";

/** Bytes on their way: a stream live, a descriptor in a simulation. The adapter consumes it once. */
export interface BlobBody {
  readonly bytes: number;
}

export interface StoredBlob {
  readonly bytes: number;
  /** Hex SHA-256 of the stored ciphertext. */
  readonly sha256: string;
}

export interface BlobStore {
  /**
   * Stores the whole body or nothing, if the name is free. Ok with `created: false` where the name is
   * taken: `stored` says by what. Refused code "checksum" where the body does not match `sha256`.
   * Deadline 60 s, and as much longer as its bytes need.
   */
  put(
    blob: BlobId,
    body: BlobBody,
    sha256: string,
  ): Promise<Outcome<{ readonly created: boolean; readonly stored: StoredBlob }>>;
  /** Ok(undefined) where there is none. */
  get(
    blob: BlobId,
  ): Promise<Outcome<{ readonly stored: StoredBlob; readonly body: BlobBody } | undefined>>;
}
