// The BlobStore port in a simulation: each method as an operation at the S3 model. Bodies are descriptors;
// the links are charged their declared length.
import type { HeldBlob } from "../../server/memory/blob-store.ts";
import type { BlobBody, BlobStore, StoredBlob } from "../../server/ports/blob-store.ts";
import { ok, type Outcome } from "../../server/ports/outcome.ts";
import type { BlobId } from "../../server/protocol/ids.ts";
import type { BoundOperation, StoreOperation } from "./store-call.ts";
import type { StoreClient } from "./store-client.ts";

export const BLOB_OPERATIONS = {
  put: {
    portCall: "blobs.put",
    apply(memory, call, observer) {
      const blob = call.a as BlobId;
      const outcome = memory.blobs.putNow(blob, call.b as BlobBody, call.c as string);
      if (outcome.kind === "ok" && outcome.value.created) observer.blobApplied(blob);
      return outcome;
    },
    requestBytes: (call) => (call.b as BlobBody).bytes,
    replyBytes: () => 0,
  },
  get: {
    portCall: "blobs.get",
    apply(memory, call) {
      const held = memory.blobs.getNow(call.a as BlobId);
      if (held === undefined || !call.bound.model.corrupts(call)) return ok(held);
      return ok({ stored: held.stored, body: call.bound.model.damage(held.body) });
    },
    requestBytes: () => 0,
    replyBytes: (outcome) =>
      outcome.kind === "ok" ? ((outcome.value as HeldBlob | undefined)?.body.bytes ?? 0) : 0,
  },
} as const satisfies Record<keyof BlobStore, StoreOperation>;

export class SimulatedBlobs implements BlobStore {
  #client: StoreClient;
  #bound: Readonly<Record<keyof BlobStore, BoundOperation>>;

  constructor(client: StoreClient, bound: Readonly<Record<keyof BlobStore, BoundOperation>>) {
    this.#client = client;
    this.#bound = bound;
  }

  put(
    blob: BlobId,
    body: BlobBody,
    sha256: string,
  ): Promise<Outcome<{ readonly created: boolean; readonly stored: StoredBlob }>> {
    return this.#client.call(this.#bound.put, blob, body, sha256);
  }

  get(
    blob: BlobId,
  ): Promise<Outcome<{ readonly stored: StoredBlob; readonly body: BlobBody } | undefined>> {
    return this.#client.call(this.#bound.get, blob);
  }
}
