// What a node counts of its stores, where an outcome alone would not show that something is wrong.
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { memoryBlobs } from "../../../server/dev/memory-blobs.ts";
import { meteredPorts } from "../../../server/live/metered-ports.ts";
import { NodeMetrics } from "../../../server/live/metrics.ts";
import { MemoryKeyVault } from "../../../server/memory/key-vault.ts";
import {
  keyVaultPort,
  messageStorePort,
  presenceStorePort,
  rosterStorePort,
} from "../../../server/memory/memory-ports.ts";
import { MemoryMessageStore } from "../../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../../server/memory/roster-store.ts";
import { counting } from "../../contract/arm.ts";

describe("keys of friendships that do not unwrap", () => {
  it("SEC2 are counted, each, and told in one line without any key", async () => {
    const vault = new MemoryKeyVault(counting());
    const metrics = new NodeMetrics();
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
    const stores = {
      presence: presenceStorePort(new MemoryPresenceStore(() => 0)),
      messages: messageStorePort(new MemoryMessageStore()),
      roster: rosterStorePort(new MemoryRosterStore()),
      blobs: memoryBlobs(),
      vault: keyVaultPort(vault),
    };
    const ports = meteredPorts(stores, metrics, log);
    const context = { chat: 500, userLow: 1, userHigh: 2, keyVersion: 1 };
    const key = vault.createNow(context);
    const good = { key, context };
    const ofAnother = { key, context: { ...context, chat: 501 } };

    expect((await ports.vault.unwrap([good])).kind).toBe("ok");
    expect(lines).toEqual([]);
    for (let count = 0; count < 3; count += 1)
      expect(await ports.vault.unwrap([ofAnother, good, ofAnother])).toMatchObject({
        kind: "ok",
        value: [undefined, expect.any(String), undefined],
      });
    const text = await metrics.registry.metrics();
    expect(text).toContain("chatquake_keys_not_unwrapped_total 6");
    expect(text).toContain('{port="vault",call="unwrap",outcome="ok"} 4');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ chat: 501, kekId: key.kekId, times: 2 });
    expect(lines[0]).not.toContain(key.wrapped);
  });
});
