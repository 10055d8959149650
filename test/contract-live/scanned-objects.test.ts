// The search for secrets in what S3 holds: all of an object, or its beginning where there is too much.
import { randomBytes } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Canaries } from "../../sim/world/live/canaries.ts";
import { listObjects, searchObjects } from "../../sim/world/live/scanned-objects.ts";
import { s3Client } from "../../sim/world/live/services/store-clients.ts";
import { freshName, sharedServices } from "../support/live-services.ts";

const MARKER = "a marker of plaintext";
const BYTES = 300_000;

describe("SEC2 the objects of a run", () => {
  const bucket = freshName("objects").replaceAll("_", "-");
  const canaries = new Canaries();
  let client: S3Client;

  beforeAll(async () => {
    client = s3Client((await sharedServices()).endpoints.s3);
    canaries.addText(MARKER);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const put = (name: string, at: number | undefined): Promise<unknown> => {
      const body = randomBytes(BYTES);
      if (at !== undefined) body.write(MARKER, at);
      return client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: body }));
    };
    await put("clean", undefined);
    await put("begins", 10);
    await put("ends", BYTES - MARKER.length);
  });
  afterAll(() => client.destroy());

  async function found(wholeBytesMax?: number): Promise<number> {
    const objects = await listObjects(client, bucket);
    expect(Object.fromEntries(objects)).toEqual({ clean: BYTES, begins: BYTES, ends: BYTES });
    const seen: boolean[] = [];
    const tell = (one: boolean): number => seen.push(one);
    await searchObjects(client, bucket, objects, canaries, tell, wholeBytesMax);
    expect(seen).toHaveLength(3);
    return seen.filter((one) => one).length;
  }

  it("are searched to their last byte", async () => {
    expect(await found()).toBe(2);
  });

  it("beyond the bound are searched at their beginning", async () => {
    expect(await found(0)).toBe(1);
  });
});
