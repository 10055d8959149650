// The final scan: everything that Cassandra, S3 and Redis hold of this run, read by drivers of the harness's own,
// told to the history row by row, and searched for secrets on the way.
import { type Client, types } from "cassandra-driver";
import { Redis } from "ioredis";
import { KIND, type History } from "../../history/history.ts";
import type { Canaries } from "./canaries.ts";
import type { Namespace } from "./node-environment.ts";
import type { ScannedBodies } from "./scanned-bodies.ts";
import { listObjects, searchObjects } from "./scanned-objects.ts";
import type { Secrets } from "./secrets.ts";
import type { ServiceEndpoints } from "./services/endpoints.ts";
import { cassandraClient, s3Client } from "./services/store-clients.ts";
import { unwrapKey } from "./wrapped-keys.ts";

const STORE = 0;
const PAGE_ROWS = 2_000;
const READ_TIMEOUT_MS = 30_000;

export interface ScanOptions {
  readonly endpoints: ServiceEndpoints;
  readonly namespace: Namespace;
  readonly secrets: Secrets;
  readonly bodies: ScannedBodies;
  readonly canaries: Canaries;
  readonly history: History;
  readonly t: number;
}

type Row = Readonly<Record<string, unknown>>;

export async function scanStores(options: ScanOptions): Promise<void> {
  const { endpoints, namespace, history, t } = options;
  const client = cassandraClient(endpoints.cassandra, READ_TIMEOUT_MS, {
    keyspace: namespace.keyspace,
    encoding: { useBigIntAsLong: true },
  });
  try {
    // Keys first: bodies are opened with them.
    await scanFriendships(client, options);
    await scanFriends(client, options);
    await scanMessages(client, options);
    await scanAudits(client, options);
    await scanBlobs(client, options);
  } finally {
    await client.shutdown();
  }
  await searchRedis(options);
  history.scanEnded(t);
}

async function scanFriendships(client: Client, options: ScanOptions): Promise<void> {
  const { bodies, canaries, secrets } = options;
  const rows: Row[] = [];
  await eachRow(client, "friendship", (row) => {
    rows.push(row);
    const chat = whole(row["chat_id"]);
    const keyVersion = whole(row["key_version"]);
    const key = unwrapKey(
      {
        chat,
        userLow: whole(row["user_lo"]),
        userHigh: whole(row["user_hi"]),
        keyVersion,
        kekId: text(row["kek_id"]),
        wrapped: text(row["wrapped_key"]),
      },
      secrets,
    );
    if (key === undefined) return;
    bodies.keep(chat, keyVersion, key.toString("base64"));
    canaries.add(key);
  });
  // Searched only now that every key is known.
  for (const row of rows) search(options, row);
}

function scanFriends(client: Client, options: ScanOptions): Promise<void> {
  const { history, secrets, t } = options;
  return eachRow(client, "user_friend", (row) => {
    history.scanFriend(
      t,
      whole(row["user_id"]),
      whole(row["friend_id"]),
      whole(row["chat_id"]),
      row["kek_id"] === secrets.currentMasterKey ? 1 : 0,
    );
    search(options, row);
  });
}

async function scanMessages(client: Client, options: ScanOptions): Promise<void> {
  const { history, bodies, canaries, t } = options;
  await eachRow(client, "communication", (row) => {
    const stored = row["message"] as Row;
    const kind = text(stored["kind"]) as keyof typeof KIND;
    const place = {
      chat: whole(row["chat_id"]),
      from: whole(row["from_user"]),
      device: whole(row["device"]),
      n: whole(row["n"]),
      keyVersion: whole(stored["key_version"]),
      kind,
    };
    const opened =
      kind === "void" ? undefined : bodies.open(place, stored["body"] as Buffer | null);
    const content = kind === "void" ? 0 : (opened?.content ?? -1);
    const { chat, from, device, n } = place;
    history.scanRow(t, chat, from, device, n, content, KIND[kind], whole(stored["sent_at"]));
    if (opened !== undefined) canaries.add(opened.marker);
  });
  // Searched only now that every message is known: one may stand in the row of another.
  await eachRow(client, "communication", (row) => search(options, row["message"] as Row));
}

async function scanAudits(client: Client, { history, t }: ScanOptions): Promise<void> {
  await eachRow(client, "unread_audit", (row) => {
    history.scanUnread(
      t,
      whole(row["user_id"]),
      whole(row["chat_id"]),
      whole(row["device"]),
      whole(row["from_user"]),
      whole(row["sent_n"]),
      whole(row["read_n"]),
    );
  });
  await eachRow(client, "read_audit", (row) => {
    history.scanReceipt(
      t,
      whole(row["user_id"]),
      whole(row["chat_id"]),
      whole(row["device"]),
      whole(row["reader"]),
      whole(row["read_n"]),
      whole(row["read_at"]),
      whole(row["seen_n"]),
    );
  });
}

/** A blob stands where its object does, in the size that its row names; an object without a row is an orphan. */
async function scanBlobs(client: Client, options: ScanOptions): Promise<void> {
  const { endpoints, namespace, history, bodies, canaries, t } = options;
  const store = s3Client(endpoints.s3);
  try {
    const objects = await listObjects(store, namespace.bucket);
    await searchObjects(store, namespace.bucket, objects, canaries, (found) =>
      history.canarySearched(t, STORE, found ? 1 : 0),
    );
    await eachRow(client, "blob", (row) => {
      search(options, row);
      const blob = text(row["blob_id"]);
      const bytes = objects.get(blob);
      objects.delete(blob);
      if (bytes !== whole(row["size"])) return;
      history.scanBlob(t, bodies.blobNumber(blob), whole(row["chat_id"]), whole(row["owner"]));
    });
    for (const blob of objects.keys()) history.scanBlob(t, bodies.blobNumber(blob), 0, 0);
  } finally {
    store.destroy();
  }
}

async function searchRedis({
  endpoints,
  namespace,
  canaries,
  history,
  t,
}: ScanOptions): Promise<void> {
  const redis = new Redis(endpoints.redisUrl, { lazyConnect: true, maxRetriesPerRequest: 2 });
  try {
    await redis.connect();
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(
        cursor,
        "MATCH",
        `${namespace.redisPrefix}*`,
        "COUNT",
        1000,
      );
      cursor = next;
      for (const key of keys) {
        // DUMP gives the bytes of any kind of value.
        const dumped = await redis.dumpBuffer(key);
        const found = canaries.foundInText(key) || (dumped !== null && canaries.foundIn(dumped));
        history.canarySearched(t, STORE, found ? 1 : 0);
      }
    } while (cursor !== "0");
  } finally {
    redis.disconnect();
  }
}

/** Every text and every ciphertext of a row. */
function search({ canaries, history, t }: ScanOptions, row: Row): void {
  let found = false;
  for (const value of Object.values(row)) {
    if (typeof value === "string") found ||= canaries.foundInText(value);
    else if (Buffer.isBuffer(value)) found ||= canaries.foundIn(value);
  }
  history.canarySearched(t, STORE, found ? 1 : 0);
}

function eachRow(client: Client, table: string, tell: (row: Row) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    client.eachRow(
      `SELECT * FROM ${table}`,
      [],
      {
        prepare: true,
        autoPage: true,
        fetchSize: PAGE_ROWS,
        isIdempotent: true,
        consistency: types.consistencies.localQuorum,
      },
      (_index, row) => tell(row as unknown as Row),
      (error) => {
        if (error) reject(error);
        else resolve();
      },
    );
  });
}

/** 0 where the column was never written. */
function whole(value: unknown): number {
  return value === null || value === undefined ? 0 : Number(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
