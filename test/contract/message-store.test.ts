// The message store contract on the memory store, on the simulated one and on its three replicas.
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import { messageStorePort } from "../../server/memory/memory-ports.ts";
import { counting } from "./arm.ts";
import { messageStoreContract } from "./message-store-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

messageStoreContract("memory", () => ({
  port: messageStorePort(new MemoryMessageStore()),
  fresh: counting(),
}));

messageStoreContract("simulated", () => simulated(new SimulatedWorld()));
messageStoreContract("simulated, three replicas", () =>
  simulated(new SimulatedWorld(1, { replicated: {} })),
);

function simulated(world: SimulatedWorld) {
  return {
    port: world.driven(world.ports.messages),
    fresh: counting(),
    advance: (ms: number) => world.advance(ms),
  };
}
