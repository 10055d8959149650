// Three real Cassandra nodes, of which one is killed or paused, then two: what the adapter still confirms, how soon
// it goes round the missing one, and that nothing confirmed is lost.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openCassandra } from "../../server/live/cassandra-client.ts";
import { migrate } from "../../server/live/cassandra-schema.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import { row } from "../contract/message-store-contract.ts";
import { freshName, type OwnServices, ownServices } from "../support/live-services.ts";
import { type CassandraArm, openCassandraArm } from "./cassandra-arm.ts";
import { risingIds } from "./live-ids.ts";

const DEADLINE_MS = 2_000;
const PAUSE_BETWEEN_MS = 10;
const BOOT_MS_MAX = 180_000;
/** From a pause on: so long may calls go to the paused node. */
const GONE_ROUND_MS_MAX = 6_000;

const fresh = risingIds();

interface Ended {
  readonly log: { readonly chat: number; readonly user: number; readonly device: number };
  readonly write: Outcome<unknown>["kind"];
  readonly read: Outcome<unknown>["kind"];
  readonly startedMs: number;
  readonly tookMs: number;
}

describe("three nodes of Cassandra", () => {
  let services: OwnServices;
  let arm: CassandraArm;

  beforeAll(async () => {
    services = await ownServices({ cassandra: 3 });
    arm = await openCassandraArm({ callDeadlineMs: DEADLINE_MS }, services);
  }, BOOT_MS_MAX);
  afterAll(() => services.stop());

  /** Several writers and readers, each its next call when the last one ended, until `during` has. */
  async function load(during: () => Promise<void>): Promise<Ended[]> {
    const ended: Ended[] = [];
    const beganMs = performance.now();
    let going = true;
    const writer = async (): Promise<void> => {
      while (going) {
        const log = { chat: fresh(), user: fresh(), device: fresh() };
        const startedMs = performance.now() - beganMs;
        const write = await arm.messages.append([row(log, 1, "one"), row(log, 2, "two")]);
        const tookMs = performance.now() - beganMs - startedMs;
        const read = await arm.messages.rows(log, 1, 2, 2);
        ended.push({ log, write: write.kind, read: read.kind, startedMs, tookMs });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_BETWEEN_MS));
      }
    };
    const writers = Array.from({ length: 6 }, writer);
    await during();
    going = false;
    await Promise.all(writers);
    return ended;
  }

  async function expectAllThere(ended: readonly Ended[]): Promise<void> {
    for (const { log, write } of ended) {
      if (write !== "ok") continue;
      const found = await arm.messages.rows(log, 1, 2, 2);
      if (found.kind !== "ok") throw new Error(found.kind);
      expect(found.value).toHaveLength(2);
    }
  }

  function counted(ended: readonly Ended[]): string {
    const unknown = ended.filter(({ write }) => write === "unknown");
    const lastMs = Math.max(0, ...unknown.map(({ startedMs }) => startedMs));
    const slowestMs = Math.max(...ended.map(({ tookMs }) => tookMs));
    return (
      `${ended.length} writes, ${unknown.length} unknown, the last begun at ${lastMs.toFixed(0)} ms, ` +
      `slowest ${slowestMs.toFixed(0)} ms; reads not ok: ${ended
        .filter(({ read }) => read !== "ok")
        .map((e) => e.startedMs.toFixed(0))
        .join(" ")}`
    );
  }

  const seconds = (count: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, count * 1000));

  /** As a node does at its start: what another one makes may not be everywhere yet. */
  async function patiently<T>(open: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await open();
      } catch (error) {
        if (attempt === 20) throw error;
        await seconds(0.5);
      }
    }
  }

  it("nodes of the messenger that start at once make one schema", async () => {
    const { contactPoints, dataCenter } = services.endpoints.cassandra;
    const keyspace = freshName("schema");
    const options = { dataCenter, keyspace, replication: 3, translate: new Map<string, string>() };
    const opened = await Promise.all(
      contactPoints.map(async (point) => {
        const mine = { ...options, contactPoints: [point], callDeadlineMs: 20_000 };
        return patiently(async () => {
          const one = await openCassandra(mine);
          await migrate(one.client).catch(async (error: unknown) => {
            await one.close();
            throw error;
          });
          return one;
        });
      }),
    );
    for (const { client } of opened) {
      const { rowLength } = await client.driver.execute("SELECT * FROM communication");
      expect(rowLength).toBe(0);
      await migrate(client);
    }
    for (const { close } of opened) await close();
  });

  it("MSG1 a killed node costs what was under way on it, and nothing that was confirmed", async () => {
    await untilAllUp();
    const ended = await load(async () => {
      await seconds(1);
      await services.control.kill("cassandra-2");
      await seconds(5);
    });
    await services.control.restart("cassandra-2");
    console.log(`killed: ${counted(ended)}`);
    expect(ended.every(({ write }) => write !== "refused")).toBe(true);
    // Six writers: no more was under way.
    expect(ended.filter(({ write }) => write === "unknown").length).toBeLessThanOrEqual(6);
    expect(ended.every(({ read }) => read === "ok")).toBe(true);
    await expectAllThere(ended);
  });

  it("LIV1 a paused node is gone round within seconds; calls on it end unknown at their deadline", async () => {
    await untilAllUp();
    const ended = await load(async () => {
      await services.control.pause("cassandra-3");
      await seconds(12);
      await services.control.resume("cassandra-3");
    });
    console.log(`paused: ${counted(ended)}`);
    for (const { write, startedMs, tookMs } of ended) {
      expect(tookMs).toBeLessThan(DEADLINE_MS + 1_000);
      if (startedMs > GONE_ROUND_MS_MAX) expect(write).toBe("ok");
    }
    await expectAllThere(ended);
  });

  it("MSG7 two nodes of three away: nothing is confirmed; back, everything goes on", async () => {
    await untilAllUp();
    await services.control.kill("cassandra-2");
    await services.control.kill("cassandra-3");
    const friends = [fresh(), fresh()] as const;
    const log = { chat: fresh(), user: friends[0], device: fresh() };
    // The last node may still believe in the others for a while: then its answer is awaited in vain.
    const early = await arm.messages.append([row(log, 1, "one")]);
    expect(early.kind).not.toBe("ok");
    await vi.waitFor(
      async () => expect((await arm.messages.append([row(log, 1, "one")])).kind).toBe("refused"),
      { timeout: 60_000, interval: 500 },
    );
    const candidate = {
      ...{ userLow: friends[0], userHigh: friends[1], chat: log.chat },
      ...{ keyVersion: 1, kekId: "kek-1", wrapped: "key" },
    };
    expect((await arm.roster.establish(candidate)).kind).toBe("unknown");
    await services.control.restart("cassandra-2");
    await vi.waitFor(
      async () => expect((await arm.messages.append([row(log, 1, "one")])).kind).toBe("ok"),
      { timeout: 60_000, interval: 500 },
    );
    expect(await arm.roster.establish(candidate)).toEqual({ kind: "ok", value: candidate });
  });

  async function untilAllUp(): Promise<void> {
    await vi.waitFor(
      () => {
        const hosts = arm.client.driver.getState().getConnectedHosts();
        expect(hosts).toHaveLength(3);
      },
      { timeout: 60_000, interval: 200 },
    );
  }
});
