// The objects that S3 holds of a run: how many bytes under which name, and a search for secrets in them. All are read
// whole as far as a bound of bytes goes, behind it the beginning of each.
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import type { Canaries } from "./canaries.ts";

const WHOLE_BYTES_MAX = 64 * 1024 * 1024;
const BEGINNING_BYTES = 64 * 1024;
const AT_ONCE = 8;

/** Bytes by name. */
export async function listObjects(client: S3Client, bucket: string): Promise<Map<string, number>> {
  const objects = new Map<string, number>();
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }),
    );
    for (const { Key = "", Size = 0 } of page.Contents ?? []) objects.set(Key, Size);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return objects;
}

/** Tells of each object whether a secret stands in it. */
export async function searchObjects(
  client: S3Client,
  bucket: string,
  objects: ReadonlyMap<string, number>,
  canaries: Canaries,
  tell: (found: boolean) => void,
  wholeBytesMax = WHOLE_BYTES_MAX,
): Promise<void> {
  let wholeBytes = 0;
  const waiting = Array.from(objects, ([name, bytes]) => {
    wholeBytes += bytes;
    return { name, whole: wholeBytes <= wholeBytesMax };
  });
  const searchNext = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { name, whole } = next;
      const range = whole ? {} : { Range: `bytes=0-${BEGINNING_BYTES - 1}` };
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: name, ...range }),
      );
      tell(canaries.foundInText(name) || canaries.foundIn(await buffer(Body as Readable)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, searchNext));
}
