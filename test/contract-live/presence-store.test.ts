// The presence store contract on a real Redis; once more on one in cluster mode, which refuses every call whose
// keys lie in two slots.
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { presenceStoreContract } from "../contract/presence-store-contract.ts";
import { RedisServer } from "../support/redis-server.ts";
import { PresenceArm } from "./presence-arm.ts";

describe.each([
  ["redis", () => RedisServer.start()],
  ["redis in cluster mode", () => RedisServer.startCluster()],
] as const)("%s", (name, start) => {
  let server: RedisServer;
  let arm: PresenceArm;

  beforeAll(async () => {
    server = await start();
  });
  beforeEach(async () => {
    arm = new PresenceArm(server.url);
    await arm.presence.connected(5_000);
  });
  afterEach(() => arm.close());
  afterAll(() => server.stop());

  presenceStoreContract(name, () => arm.arm);
});
