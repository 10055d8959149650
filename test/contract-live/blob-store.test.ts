// The blob store contract on a real S3, and what only real bytes can show: parts, lost senders, flat memory.
import { afterAll, beforeAll } from "vitest";
import { type BlobArm, blobStoreContract } from "../contract/blob-store-contract.ts";
import { openBlobArm } from "./blob-arm.ts";

let arm: BlobArm;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ arm, close } = await openBlobArm());
});
afterAll(() => close());

blobStoreContract("s3", () => arm);
