// The roster store contract on the memory store, on the simulated one and on its three replicas.
import { rosterStorePort } from "../../server/memory/memory-ports.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import { counting } from "./arm.ts";
import { rosterStoreContract } from "./roster-store-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

rosterStoreContract("memory", () => ({
  port: rosterStorePort(new MemoryRosterStore()),
  fresh: counting(),
}));

rosterStoreContract("simulated", () => simulated(new SimulatedWorld()));
rosterStoreContract("simulated, three replicas", () =>
  simulated(new SimulatedWorld(1, { replicated: {} })),
);

function simulated(world: SimulatedWorld) {
  return { port: world.driven(world.ports.roster), fresh: counting() };
}
