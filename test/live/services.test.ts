// Services as processes: started, found again, killed, paused, restarted, emptied.
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Client } from "cassandra-driver";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServiceEndpoints } from "../../sim/world/live/services/endpoints.ts";
import {
  findServices,
  servicesReset,
  servicesStatus,
  servicesUp,
} from "../../sim/world/live/services/services.ts";
import { ownServices, type OwnServices } from "../support/live-services.ts";

function cqlClient({ cassandra }: ServiceEndpoints): Client {
  return new Client({
    contactPoints: [...cassandra.contactPoints],
    localDataCenter: cassandra.dataCenter,
  });
}

function s3Client({ s3 }: ServiceEndpoints): S3Client {
  return new S3Client({
    endpoint: s3.url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey },
  });
}

async function countOf(client: Client, table: string): Promise<number> {
  const { rows } = await client.execute(`SELECT COUNT(*) FROM ${table}`);
  return Number(rows[0]?.get(0));
}

describe("services", () => {
  let services: OwnServices;
  const env = {}; // nothing is given

  beforeAll(async () => {
    services = await ownServices({ commitlogSync: "batch" });
  });

  afterAll(async () => {
    await services.stop();
  });

  it("are processes that answer", async () => {
    const status = await servicesStatus({ runDir: services.runDir, env });
    expect(status?.mode).toBe("native");
    expect(status?.services.map(({ name, answers }) => [name, answers])).toEqual([
      ["redis", true],
      ["cassandra-1", true],
      ["s3", true],
    ]);
    for (const { pid } of status?.services ?? []) expect(pid).toBeGreaterThan(0);
  });

  it("are found again from their folder, and kept by a second up", async () => {
    const found = findServices({ runDir: services.runDir, env });
    expect(found?.endpoints).toEqual(services.endpoints);
    const again = await servicesUp({ runDir: services.runDir, env });
    for (const name of ["redis", "cassandra-1", "s3"] as const)
      expect(again.pid(name)).toBe(services.control.pid(name));
  });

  it("refuse to be what they were not started as", async () => {
    await expect(servicesUp({ runDir: services.runDir, env, cassandra: 3 })).rejects.toThrow(
      "services are up with Cassandra nodes 1, not 3; end them first: npx chatquake services down",
    );
  });

  it("keep in Cassandra what was acknowledged, through a SIGKILL, with the log synced in batches", async () => {
    const { control, endpoints } = services;
    const before = cqlClient(endpoints);
    await before.execute(
      "CREATE KEYSPACE kept WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
    );
    await before.execute("CREATE TABLE kept.row (id int PRIMARY KEY)");
    for (let id = 0; id < 100; id += 1)
      await before.execute("INSERT INTO kept.row (id) VALUES (?)", [id], { prepare: true });
    await control.kill("cassandra-1");
    expect(control.pid("cassandra-1")).toBeUndefined();
    await before.shutdown();
    await control.restart("cassandra-1");
    const after = cqlClient(endpoints);
    expect(await countOf(after, "kept.row")).toBe(100);
    await after.shutdown();
  });

  it("forget what Redis held when it is killed, and come back on the same address", async () => {
    const { control, endpoints } = services;
    const before = new Redis(endpoints.redisUrl);
    await before.set("key", "value");
    before.disconnect();
    await control.kill("redis");
    await control.restart("redis");
    const after = new Redis(endpoints.redisUrl);
    expect(await after.get("key")).toBeNull();
    after.disconnect();
  });

  it("say nothing while paused, and go on when resumed", async () => {
    const { control, runDir } = services;
    const silent = async (): Promise<readonly string[]> => {
      const status = await servicesStatus({ runDir, env });
      return (status?.services ?? []).filter(({ answers }) => !answers).map(({ name }) => name);
    };
    await control.pause("redis");
    expect(await silent()).toEqual(["redis"]);
    await control.resume("redis");
    expect(await silent()).toEqual([]);
  });

  it("are emptied at once: keys, rows and objects, but not tables", async () => {
    const { endpoints, runDir } = services;
    const redis = new Redis(endpoints.redisUrl);
    const client = cqlClient(endpoints);
    await redis.set("key", "value");
    const s3 = s3Client(endpoints);
    const Bucket = endpoints.s3.bucket;
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "value" }));
    expect(await countOf(client, "kept.row")).toBe(100);
    await servicesReset({ runDir, env });
    expect(await redis.dbsize()).toBe(0);
    expect(await countOf(client, "kept.row")).toBe(0);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    s3.destroy();
    redis.disconnect();
    await client.shutdown();
  });
});
