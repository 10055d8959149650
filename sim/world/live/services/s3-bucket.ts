// The bucket of the services: made if it is not there, emptied by a reset. What is stored in it is the server's.
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  AbortMultipartUploadCommand,
  ListObjectsV2Command,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ServiceEndpoints } from "./endpoints.ts";
import { s3Client } from "./store-clients.ts";

const THERE_ALREADY = ["BucketAlreadyOwnedByYou", "BucketAlreadyExists"];

async function withClient(
  s3: ServiceEndpoints["s3"],
  work: (client: S3Client) => Promise<void>,
): Promise<void> {
  const client = s3Client(s3, { maxAttempts: 5 });
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}

export function makeBucket(s3: ServiceEndpoints["s3"]): Promise<void> {
  return withClient(s3, async (client) => {
    try {
      await client.send(new CreateBucketCommand({ Bucket: s3.bucket }));
    } catch (error) {
      if (!THERE_ALREADY.includes((error as Error).name)) throw error;
    }
  });
}

export function emptyBucket(s3: ServiceEndpoints["s3"]): Promise<void> {
  const Bucket = s3.bucket;
  return withClient(s3, async (client) => {
    for (;;) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      if (Contents.length === 0) break;
      const Objects = Contents.map(({ Key }) => ({ Key }));
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    }
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    for (const { Key, UploadId } of Uploads)
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  });
}
