// The presence store contract on a real Redis; once more on one in cluster mode, which refuses every call whose
// keys lie in two slots.
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { presenceStoreContract } from "../contract/presence-store-contract.ts";
import { RedisServer } from "../support/redis-server.ts";
import { sharedServices } from "../support/live-services.ts";
import { PresenceArm } from "./presence-arm.ts";

async function shared() {
  const { endpoints } = await sharedServices();
  return { url: endpoints.redisUrl, stop: () => Promise.resolve() };
}

const ownCluster = () => RedisServer.startCluster();

describe.each([
  ["redis", shared, false],
  ["redis in cluster mode", ownCluster, true],
] as const)("%s", (name, start, cluster) => {
  let redis: { readonly url: string; stop(): Promise<void> };
  let arm: PresenceArm;

  beforeAll(async () => {
    redis = await start();
  });
  beforeEach(async () => {
    arm = await PresenceArm.open(redis.url, { cluster });
  });
  afterEach(() => arm.close());
  afterAll(() => redis.stop());

  presenceStoreContract(name, () => arm.arm);
});
