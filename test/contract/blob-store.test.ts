// The blob store contract on the memory store and on the simulated one.
import { MemoryBlobStore } from "../../server/memory/blob-store.ts";
import { blobStorePort } from "../../server/memory/memory-ports.ts";
import type { BlobStore } from "../../server/ports/blob-store.ts";
import { counting } from "./arm.ts";
import { blobStoreContract, type BlobArm } from "./blob-store-contract.ts";
import { body, checksumOf, SimulatedWorld } from "./simulated-arm.ts";

function armOf(port: BlobStore): BlobArm {
  const sha256 = (content: number, bytes: number): string =>
    (content * 1e9 + bytes).toString(16).padStart(64, "0");
  return {
    port,
    fresh: counting(),
    body: (content, bytes) => body(bytes, sha256(content, bytes)),
    sha256,
    sha256Of: async (read) => checksumOf(read),
  };
}

blobStoreContract("memory", () => armOf(blobStorePort(new MemoryBlobStore(checksumOf))));

blobStoreContract("simulated", () => {
  const world = new SimulatedWorld();
  return armOf(world.driven(world.ports.blobs));
});
