// The tables, as numbered migrations: applied in order, noted in `schema_migration`, never edited once released.
// What the columns mean is in the stores' files; who writes which, and in which order, in server/core.
import { createHash } from "node:crypto";
import type { CassandraClient } from "./cassandra-client.ts";

interface Migration {
  readonly number: number;
  readonly name: string;
  /**
   * Each may be applied twice, and by several nodes at once: a table's id is given, so all make the same one.
   * TABLES stands for the keyspace, because a cluster knows each id once.
   */
  readonly statements: readonly string[];
}

/**
 * A coordinator asks another replica after this much silence. The default, the 99th percentile alone, is not known
 * before a node has served for a while: until then reads may wait for a dead replica up to their deadline.
 */
const READ_ELSEWHERE = "speculative_retry = 'MIN(99p,100ms)'";

const MIGRATION_TABLE = `
  CREATE TABLE IF NOT EXISTS schema_migration (
    number int PRIMARY KEY, name text, applied_at bigint
  ) WITH id = TABLES-7c1d-11f1-8000-000000000000`;

const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "messages, audits, rosters, blobs",
    statements: [
      `CREATE TABLE IF NOT EXISTS friendship (
        user_lo bigint, user_hi bigint, chat_id bigint, key_version int, wrapped_key text, kek_id text,
        PRIMARY KEY ((user_lo, user_hi))
      ) WITH id = TABLES-7c1d-11f1-8000-000000000001 AND ${READ_ELSEWHERE}`,
      `CREATE TABLE IF NOT EXISTS user_friend (
        user_id bigint, friend_id bigint, chat_id bigint, key_version int, wrapped_key text, kek_id text,
        PRIMARY KEY ((user_id), friend_id)
      ) WITH id = TABLES-7c1d-11f1-8000-000000000002 AND ${READ_ELSEWHERE}`,
      `CREATE TABLE IF NOT EXISTS friend_request (
        to_user bigint, from_user bigint, requested_at bigint,
        PRIMARY KEY ((to_user), from_user)
      ) WITH id = TABLES-7c1d-11f1-8000-000000000003 AND ${READ_ELSEWHERE}`,
      `CREATE TABLE IF NOT EXISTS communication (
        chat_id bigint, from_user bigint, device bigint, block int, n bigint, sent_at bigint, kind text,
        key_version int, body blob, url text, thumbnail blob,
        PRIMARY KEY ((chat_id, from_user, device, block), n)
      ) WITH id = TABLES-7c1d-11f1-8000-000000000004 AND ${READ_ELSEWHERE}
        AND comment = 'of a row whose kind is void, body, url and thumbnail mean nothing'`,
      `CREATE TABLE IF NOT EXISTS chat_device (
        chat_id bigint, user_id bigint, device bigint,
        PRIMARY KEY ((chat_id), user_id, device)
      ) WITH id = TABLES-7c1d-11f1-8000-000000000005 AND ${READ_ELSEWHERE}`,
      `CREATE TABLE IF NOT EXISTS unread_audit (
        user_id bigint, chat_id bigint, device bigint, from_user bigint, sent_n bigint, read_n bigint,
        PRIMARY KEY ((user_id), chat_id, device)
      ) WITH id = TABLES-7c1d-11f1-8000-000000000006 AND ${READ_ELSEWHERE}
        AND comment = 'a watermark is its own cell timestamp: never write or delete by the wall clock'`,
      `CREATE TABLE IF NOT EXISTS read_audit (
        user_id bigint, chat_id bigint, device bigint, reader bigint, read_n bigint, read_at bigint,
        seen_n bigint,
        PRIMARY KEY ((user_id), chat_id, device)
      ) WITH id = TABLES-7c1d-11f1-8000-000000000007 AND ${READ_ELSEWHERE}
        AND comment = 'a watermark is its own cell timestamp: never write or delete by the wall clock'`,
      `CREATE TABLE IF NOT EXISTS blob (
        blob_id text PRIMARY KEY, chat_id bigint, owner bigint, size bigint, sha256 text,
        created_at bigint
      ) WITH id = TABLES-7c1d-11f1-8000-000000000008 AND ${READ_ELSEWHERE}`,
    ],
  },
  {
    // Rows of before keep their columns, and are read from them.
    number: 2,
    name: "a message is one cell",
    statements: [
      `CREATE TYPE IF NOT EXISTS message (
        sent_at bigint, kind text, key_version int, body blob, url text, thumbnail blob
      )`,
      "ALTER TABLE communication ADD IF NOT EXISTS message frozen<message>",
    ],
  },
];

/** Brings the keyspace to the newest schema. Several nodes may do so at once. */
export async function migrate(client: CassandraClient): Promise<void> {
  const { driver } = client;
  const tables = createHash("sha256").update(driver.keyspace).digest("hex").slice(0, 8);
  const define = (statement: string) =>
    driver.execute(statement.replace("TABLES", tables), [], { prepare: false });
  await define(MIGRATION_TABLE);
  const found = await driver.execute("SELECT number FROM schema_migration", [], { prepare: false });
  const applied = new Set(found.rows.map((row) => row["number"] as number));
  const newest = MIGRATIONS.length;
  for (const number of applied)
    if (number > newest)
      throw new Error(`the schema is at ${number}, this program knows it up to ${newest}`);
  for (const { number, name, statements } of MIGRATIONS) {
    if (applied.has(number)) continue;
    for (const statement of statements) await define(statement);
    await driver.execute(
      "INSERT INTO schema_migration (number, name, applied_at) VALUES (?, ?, ?)",
      [number, name, Date.now()],
      { prepare: true },
    );
  }
}
