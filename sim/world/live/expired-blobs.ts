// Rows of pictures of long ago, written before a run begins: what a probe names, and no node may take. There is no
// object behind them, because none is asked for.
import { concurrent } from "cassandra-driver";
import {
  EXPIRED_AGE_MS,
  EXPIRED_BYTES,
  EXPIRED_LIVE_USERS,
  expiredBlobName,
} from "../../users/expired-blob.ts";
import type { Namespace } from "./node-environment.ts";
import type { FriendEdge } from "./provision-friends.ts";
import type { ServiceEndpoints } from "./services/endpoints.ts";
import { cassandraClient } from "./services/store-clients.ts";

const TIMEOUT_MS = 30_000;
const INSERT =
  "INSERT INTO blob (blob_id, chat_id, owner, size, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?)";

/** How many. */
export async function writeExpiredBlobs(
  { cassandra }: ServiceEndpoints,
  { keyspace }: Namespace,
  edges: Iterable<FriendEdge>,
): Promise<number> {
  const rows: unknown[][] = [];
  const createdAt = Date.now() - EXPIRED_AGE_MS;
  for (const { low, high, chat } of edges)
    for (const owner of [low, high])
      if (owner <= EXPIRED_LIVE_USERS) {
        const blob = expiredBlobName(owner, chat);
        rows.push([blob, chat, owner, EXPIRED_BYTES, "0".repeat(64), createdAt]);
      }
  const client = cassandraClient(cassandra, TIMEOUT_MS, { keyspace });
  try {
    await concurrent.executeConcurrent(client, INSERT, rows, { raiseOnFirstError: true });
  } finally {
    await client.shutdown();
  }
  return rows.length;
}
