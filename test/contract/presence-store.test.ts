// The presence store contract on the memory store and on the simulated one.
import { presenceStorePort } from "../../server/memory/memory-ports.ts";
import { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import { counting } from "./arm.ts";
import { presenceStoreContract } from "./presence-store-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

presenceStoreContract("memory", () => {
  let nowMs = 1_000_000;
  const store = new MemoryPresenceStore(() => nowMs);
  return {
    port: presenceStorePort(store),
    fresh: counting(),
    advance: async (ms) => {
      nowMs += ms;
    },
    wipe: async () => store.wipe(),
  };
});

presenceStoreContract("simulated", () => {
  const world = new SimulatedWorld();
  return {
    port: world.driven(world.ports.presence),
    fresh: counting(),
    advance: (ms) => world.advance(ms),
    wipe: async () => world.stores.wipeRedis(),
  };
});
