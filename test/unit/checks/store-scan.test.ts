// The final scan looks for secrets in the clear: SEC2 rests on what it finds.
import { describe, expect, it } from "vitest";
import { MemoryBlobStore } from "../../../server/memory/blob-store.ts";
import { MemoryKeyVault } from "../../../server/memory/key-vault.ts";
import { MemoryMessageStore } from "../../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../../server/memory/roster-store.ts";
import { SimulatedCipher } from "../../../sim/device/simulated-cipher.ts";
import { createHub } from "../../../sim/history/hub.ts";
import { scanStores } from "../../../sim/run/store-scan.ts";
import type { MemoryStores } from "../../../sim/stores/memory-stores.ts";

const FRIENDS = { chat: 7, userLow: 1, userHigh: 2, keyVersion: 1 };

function stores(): MemoryStores {
  return {
    messages: new MemoryMessageStore(),
    roster: new MemoryRosterStore(),
    presence: new MemoryPresenceStore(() => 0),
    blobs: new MemoryBlobStore(() => ""),
    vault: new MemoryKeyVault(() => 0x0a1b2c3d4e5f),
  };
}

/** How many places were searched, and how many of them held a secret. */
function searched(memory: MemoryStores): readonly [places: number, found: number] {
  let places = 0;
  let secrets = 0;
  const history = createHub([
    {
      canarySearched(_t, _place, found) {
        places += 1;
        secrets += found;
      },
    },
  ]);
  scanStores(memory, new SimulatedCipher(), history, 9);
  return [places, secrets];
}

describe("the final scan", () => {
  it("SEC2 finds no secret in a friendship whose key is wrapped", () => {
    const memory = stores();
    memory.roster.establishNow({ ...memory.vault.createNow(FRIENDS), ...FRIENDS });
    expect(searched(memory)).toEqual([1, 0]);
  });

  it("SEC2 finds the plain key of a friendship that was made in mid-run, in all its rows", () => {
    const memory = stores();
    const plain = memory.vault.unwrapNow(memory.vault.createNow(FRIENDS), FRIENDS);
    if (plain === undefined) throw new Error("a key just wrapped does not unwrap");
    const key = { keyVersion: 1, kekId: memory.vault.currentKekId(), wrapped: plain };
    memory.roster.establishNow({ ...key, ...FRIENDS });
    memory.roster.putFriendNow({ ...key, user: 1, friend: 2, chat: 7 });
    memory.roster.putFriendNow({ ...key, user: 2, friend: 1, chat: 7 });
    expect(searched(memory)).toEqual([3, 3]);
  });
});
