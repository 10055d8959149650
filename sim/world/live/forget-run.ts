// What a run leaves in stores that others may share is taken away at its end: its keyspace, its keys, its bucket.
import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import type { Namespace } from "./node-environment.ts";
import type { ServiceEndpoints } from "./services/endpoints.ts";
import { emptyBucket } from "./services/s3-bucket.ts";
import { cassandraClient, s3Client } from "./services/store-clients.ts";
import { deleteKeys } from "./wipe.ts";

const READ_TIMEOUT_MS = 30_000;

/** Says what could not be taken away, and goes on: the verdict does not hang on it. */
export async function forgetRun(
  endpoints: ServiceEndpoints,
  namespace: Namespace,
  say: (line: string) => void,
): Promise<void> {
  const kept = (what: string) => (error: unknown) => {
    say(`${what} is left behind: ${error instanceof Error ? error.message : String(error)}`);
  };
  await Promise.all([
    dropKeyspace(endpoints, namespace.keyspace).catch(kept(`keyspace ${namespace.keyspace}`)),
    dropBucket(endpoints, namespace.bucket).catch(kept(`bucket ${namespace.bucket}`)),
    deleteKeys(endpoints.redisUrl, namespace.redisPrefix).catch(
      kept(`keys under ${namespace.redisPrefix} in Redis`),
    ),
  ]);
}

async function dropKeyspace({ cassandra }: ServiceEndpoints, keyspace: string): Promise<void> {
  const client = cassandraClient(cassandra, READ_TIMEOUT_MS);
  try {
    await client.execute(`DROP KEYSPACE IF EXISTS ${keyspace}`);
  } finally {
    await client.shutdown();
  }
}

async function dropBucket({ s3 }: ServiceEndpoints, bucket: string): Promise<void> {
  try {
    await emptyBucket({ ...s3, bucket });
  } catch (error) {
    // No picture was ever sent, and no node came to make it.
    if ((error as Error).name === "NoSuchBucket") return;
    throw error;
  }
  const client = s3Client(s3);
  try {
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  } finally {
    client.destroy();
  }
}
