// The key vault contract on the memory vault and on the simulated one.
import { keyVaultPort } from "../../server/memory/memory-ports.ts";
import { MemoryKeyVault } from "../../server/memory/key-vault.ts";
import { counting } from "./arm.ts";
import { keyVaultContract } from "./key-vault-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

keyVaultContract("memory", () => {
  const next = counting();
  const vault = new MemoryKeyVault(() => (next() * 0x5deece66d) % 2 ** 48);
  return { port: keyVaultPort(vault), fresh: counting(), rotate: () => void vault.rotate() };
});

keyVaultContract("simulated", () => {
  const world = new SimulatedWorld();
  return {
    port: world.driven(world.ports.vault),
    fresh: counting(),
    rotate: () => void world.stores.rotateMasterKey(),
  };
});
