// Reads of many pages, or of many blocks, on a slow Cassandra: the call ends at its deadline, and so does what it asks.
import type { Client } from "cassandra-driver";
import { describe, expect, it } from "vitest";
import { CassandraClient } from "../../../server/live/cassandra-client.ts";
import { cassandraMessages } from "../../../server/live/cassandra-messages.ts";
import { ok, UNKNOWN } from "../../../server/ports/outcome.ts";

const DEADLINE_MS = 200;
const PAGE_MS = 60;

/** A driver whose every answer takes a while; of so many pages, each with one row, or of none with any. */
function slowDriver(pages: number): { readonly driver: Client; asked: number } {
  const slow = {
    asked: 0,
    driver: {
      keyspace: "chatquake",
      hosts: { length: 1 },
      metadata: { newToken: () => undefined, getReplicas: () => [] },
      execute: async (_query: string, _params: unknown, { pageState = "" }) => {
        slow.asked += 1;
        await new Promise((resolve) => setTimeout(resolve, PAGE_MS));
        const page = pageState + "p";
        return {
          rows: pages === 0 ? [] : [{ page }],
          pageState: page.length < pages ? page : null,
        };
      },
    } as unknown as Client,
  };
  return slow;
}

describe("a read of many pages", () => {
  it("ends unknown at its deadline, and asks for no page behind it", async () => {
    const slow = slowDriver(100);
    const client = new CassandraClient(slow.driver, DEADLINE_MS);
    expect(await client.read("SELECT", [])).toEqual(UNKNOWN);
    const { asked } = slow;
    await new Promise((resolve) => setTimeout(resolve, 5 * PAGE_MS));
    expect(slow.asked).toBe(asked);
  });

  it("holds the rows of all of them, in order", async () => {
    const client = new CassandraClient(slowDriver(2).driver, 10 * DEADLINE_MS);
    expect(await client.read("SELECT", [])).toEqual(ok([{ page: "p" }, { page: "pp" }]));
  });
});

describe("rows of many blocks", () => {
  it("have one deadline together", async () => {
    const slow = slowDriver(0);
    const messages = cassandraMessages(new CassandraClient(slow.driver, DEADLINE_MS));
    const startMs = performance.now();
    const log = { chat: 1, user: 2, device: 3 };
    expect(await messages.rows(log, 1, 40 * 4096, 100)).toEqual(UNKNOWN);
    expect(performance.now() - startMs).toBeLessThan(4 * DEADLINE_MS);
    expect(slow.asked).toBeLessThan(10);
  });
});
