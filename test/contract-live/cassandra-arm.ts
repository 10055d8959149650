// The Cassandra stores as arms of the contracts. One node, or as many as CHATQUAKE_CASSANDRA_NODES says.
import { cassandraMessages } from "../../server/live/cassandra-messages.ts";
import { type CassandraClient, openCassandra } from "../../server/live/cassandra-client.ts";
import { cassandraRoster } from "../../server/live/cassandra-roster.ts";
import { migrate } from "../../server/live/cassandra-schema.ts";
import { Bytes, bytesOf } from "../../server/live/opaque.ts";
import type { MessageRow, MessageStore } from "../../server/ports/message-store.ts";
import { ok } from "../../server/ports/outcome.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import type { Opaque } from "../../server/protocol/ids.ts";
import { TextBody } from "../contract/message-store-contract.ts";
import { freshName, type LiveServices, sharedServices } from "../support/live-services.ts";

export const CASSANDRA_NODES = process.env["CHATQUAKE_CASSANDRA_NODES"] === "3" ? 3 : 1;

/** The shared Cassandra's name in test titles. */
export const CASSANDRA = `cassandra, nodes: ${CASSANDRA_NODES}`;

const CALL_DEADLINE_MS = 10_000;

export interface CassandraArm {
  readonly client: CassandraClient;
  readonly messages: MessageStore;
  readonly roster: RosterStore;
  readonly keyspace: string;
  close(): Promise<void>;
}

export interface CassandraArmOptions {
  readonly callDeadlineMs?: number;
  readonly translate?: ReadonlyMap<string, string>;
  readonly keyspace?: string;
}

/** In a keyspace of its own, which goes with it, unless one is named. */
export async function openCassandraArm(
  options: CassandraArmOptions = {},
  services?: Pick<LiveServices, "endpoints">,
): Promise<CassandraArm> {
  const { contactPoints, dataCenter } = (services ?? (await sharedServices(CASSANDRA_NODES)))
    .endpoints.cassandra;
  const keyspace = options.keyspace ?? freshName("contract");
  const { client, close } = await openCassandra({
    contactPoints,
    dataCenter,
    keyspace,
    replication: contactPoints.length,
    translate: options.translate ?? new Map(),
    callDeadlineMs: options.callDeadlineMs ?? CALL_DEADLINE_MS,
  });
  await migrate(client);
  return {
    client,
    messages: withTextBodies(cassandraMessages(client)),
    roster: cassandraRoster(client),
    keyspace,
    close: async () => {
      if (options.keyspace === undefined)
        await client.driver.execute(`DROP KEYSPACE ${keyspace}`, [], {
          prepare: false,
          readTimeout: 60_000,
        });
      await close();
    },
  };
}

/** The contract's bodies are texts; a live store holds bytes. */
export function withTextBodies(port: MessageStore): MessageStore {
  return {
    ...port,
    append: (rows) => port.append(rows.map((row) => withBodies(row, toBytes))),
    rows: async (...asked) => {
      const found = await port.rows(...asked);
      return found.kind === "ok" ? ok(found.value.map((row) => withBodies(row, toText))) : found;
    },
  };
}

function withBodies(row: MessageRow, convert: (body: Opaque) => Opaque): MessageRow {
  return {
    ...row,
    ...(row.body === undefined ? {} : { body: convert(row.body) }),
    ...(row.thumbnail === undefined ? {} : { thumbnail: convert(row.thumbnail) }),
  };
}

function toBytes(body: Opaque): Opaque {
  return new Bytes(Buffer.from((body as TextBody).text));
}

function toText(body: Opaque): Opaque {
  return new TextBody(bytesOf(body).buffer.toString());
}
