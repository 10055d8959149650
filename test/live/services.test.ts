// Services as processes: started, found again, killed, paused, restarted, emptied and ended.
import { Client } from "cassandra-driver";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ownServices, type OwnServices } from "../support/live-services.ts";

let services: OwnServices;

beforeAll(async () => {
  services = await ownServices({});
});

afterAll(async () => {
  await services.stop();
});

it("starts all three, each a process that answers", async () => {
  const { control, endpoints } = services;
  for (const name of ["redis", "cassandra-1", "s3"] as const)
    expect(control.pid(name)).toBeGreaterThan(0);
  const redis = new Redis(endpoints.redisUrl);
  expect(await redis.ping()).toBe("PONG");
  redis.disconnect();
  const client = new Client({
    contactPoints: [...endpoints.cassandra.contactPoints],
    localDataCenter: endpoints.cassandra.dataCenter,
  });
  const { rows } = await client.execute("SELECT release_version FROM system.local");
  expect(rows[0]?.get("release_version")).toMatch(/^5\.0\./);
  await client.shutdown();
});
