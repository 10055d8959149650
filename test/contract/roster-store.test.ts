// The roster store contract on the memory store and on the simulated one.
import { rosterStorePort } from "../../server/memory/memory-ports.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import { counting } from "./arm.ts";
import { rosterStoreContract } from "./roster-store-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

rosterStoreContract("memory", () => ({
  port: rosterStorePort(new MemoryRosterStore()),
  fresh: counting(),
}));

rosterStoreContract("simulated", () => {
  const world = new SimulatedWorld();
  return { port: world.driven(world.ports.roster), fresh: counting() };
});
