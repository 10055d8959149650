// The message store contract on the memory store and on the simulated one.
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import { messageStorePort } from "../../server/memory/memory-ports.ts";
import { counting } from "./arm.ts";
import { messageStoreContract } from "./message-store-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

messageStoreContract("memory", () => ({
  port: messageStorePort(new MemoryMessageStore()),
  fresh: counting(),
}));

messageStoreContract("simulated", () => {
  const world = new SimulatedWorld();
  return {
    port: world.driven(world.ports.messages),
    fresh: counting(),
    advance: (ms) => world.advance(ms),
  };
});
