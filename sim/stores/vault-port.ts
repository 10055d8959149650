// The KeyVault port in a simulation: each method as an operation at the vault's model.
import type { MemoryKeyVault } from "../../server/memory/key-vault.ts";
import type { KeyContext, KeyVault, SealedKey } from "../../server/ports/key-vault.ts";
import { ok, type Outcome } from "../../server/ports/outcome.ts";
import type { WrappedKey } from "../../server/ports/roster-store.ts";
import {
  listBytes,
  type BoundOperation,
  type StoreCall,
  type StoreOperation,
} from "./store-call.ts";
import type { StoreClient } from "./store-client.ts";

const KEY_BYTES = 80;

type VaultCall = Exclude<keyof KeyVault, "currentKekId">;

export const VAULT_OPERATIONS = {
  create: {
    portCall: "vault.create",
    apply: (memory, call) => ok(memory.vault.createNow(call.a as KeyContext)),
    requestBytes: keyBytes,
    replyBytes: keyBytes,
  },
  unwrap: {
    portCall: "vault.unwrap",
    apply: (memory, call) => ok(memory.vault.unwrapAllNow(sealedOf(call))),
    items: (call) => sealedOf(call).length,
    requestBytes: (call) => KEY_BYTES * sealedOf(call).length,
    replyBytes: (outcome) => listBytes(outcome, KEY_BYTES),
  },
  rewrap: {
    portCall: "vault.rewrap",
    apply: (memory, call) => memory.vault.rewrapNow(call.a as WrappedKey, call.b as KeyContext),
    requestBytes: keyBytes,
    replyBytes: keyBytes,
  },
} as const satisfies Record<VaultCall, StoreOperation>;

export class SimulatedVault implements KeyVault {
  #client: StoreClient;
  #bound: Readonly<Record<VaultCall, BoundOperation>>;
  #memory: MemoryKeyVault;

  constructor(
    client: StoreClient,
    bound: Readonly<Record<VaultCall, BoundOperation>>,
    memory: MemoryKeyVault,
  ) {
    this.#client = client;
    this.#bound = bound;
    this.#memory = memory;
  }

  create(context: KeyContext): Promise<Outcome<WrappedKey>> {
    return this.#client.call(this.#bound.create, context);
  }

  unwrap(keys: readonly SealedKey[]): Promise<Outcome<readonly (string | undefined)[]>> {
    return this.#client.call(this.#bound.unwrap, keys);
  }

  rewrap(key: WrappedKey, context: KeyContext): Promise<Outcome<WrappedKey>> {
    return this.#client.call(this.#bound.rewrap, key, context);
  }

  /** Known to every node without a call: it is part of the configuration that a rotation changes. */
  currentKekId(): string {
    return this.#memory.currentKekId();
  }
}

function keyBytes(): number {
  return KEY_BYTES;
}

function sealedOf(call: StoreCall): readonly SealedKey[] {
  return call.a as readonly SealedKey[];
}
