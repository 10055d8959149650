// What callers in this project rely on beside the ports: packing, scans, refusal of defective calls.
import { describe, expect, it } from "vitest";
import { MemoryMessageStore } from "../../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../../server/memory/presence-store.ts";
import type { OpaquePacking } from "../../../server/memory/opaque-packing.ts";
import type { MessageRow } from "../../../server/ports/message-store.ts";
import type { Opaque } from "../../../server/protocol/ids.ts";
import { row } from "../../contract/message-store-contract.ts";
import { claimOf, epochOf } from "../../contract/presence-store-contract.ts";

const LOG = { chat: 2 ** 47, user: 2, device: 2 ** 46 + 1 };

class Descriptor implements Opaque {
  readonly length: number;
  readonly content: number;
  constructor(length: number, content: number) {
    this.length = length;
    this.content = content;
  }
  same(other: Opaque): boolean {
    return other instanceof Descriptor && other.content === this.content;
  }
}

const DESCRIPTORS: OpaquePacking = {
  width: 2,
  pack(body, into, offset) {
    into[offset] = body.length;
    into[offset + 1] = (body as Descriptor).content;
  },
  unpack: (from, offset) => new Descriptor(from[offset]!, from[offset + 1]!),
};

describe("memory message store", () => {
  it("MSG10 packed bodies come back the same, over many pages and logs", () => {
    const store = new MemoryMessageStore(DESCRIPTORS);
    const rowOf = (device: number, n: number): MessageRow => ({
      ...row({ ...LOG, device }, n, undefined, "image"),
      keyVersion: 3,
      body: new Descriptor(n * 7, device * 10_000 + n),
    });
    for (let n = 1; n <= 4000; n++)
      for (const device of [1, 2]) store.appendNow([rowOf(device, n)]);
    for (const device of [1, 2])
      for (const n of [1, 1023, 1024, 2048, 4000])
        expect(store.rowsNow({ ...LOG, device }, n, n, 1)).toEqual([rowOf(device, n)]);
  });

  it("tells a scan everything it holds", () => {
    const store = new MemoryMessageStore();
    const told: unknown[] = [];
    const blob = { blob: "0", chat: 1, owner: 2, bytes: 3, sha256: "ab", createdAt: 4 };
    store.appendNow([row(LOG, 1, undefined, "void"), row(LOG, 3, undefined, "void")]);
    store.registerLogNow(LOG);
    store.raiseSentNow(5, LOG.chat, LOG.device, LOG.user, 3);
    store.raiseReceiptNow(LOG.user, LOG.chat, LOG.device, 5, 2, 99);
    store.recordBlobNow(blob);
    store.scan({
      row: ({ n }) => told.push(["row", n]),
      registeredLog: (log) => told.push(["log", log]),
      unread: (...entry) => told.push(["unread", ...entry]),
      receipt: (...entry) => told.push(["receipt", ...entry]),
      blob: (found) => told.push(["blob", found]),
    });
    expect(told).toEqual([
      ["row", 1],
      ["row", 3],
      ["log", LOG],
      ["unread", 5, LOG.chat, LOG.device, LOG.user, 3, 0],
      ["receipt", LOG.user, LOG.chat, LOG.device, 5, 2, 99, 0],
      ["blob", blob],
    ]);
  });

  it("BND1 takes no append that the port forbids", () => {
    const store = new MemoryMessageStore();
    const many = Array.from({ length: 65 }, (_, index) => row(LOG, index + 1, "x"));
    const big = "x".repeat(200 * 1024);
    for (const rows of [
      [],
      many,
      [row(LOG, 4095, "x"), row(LOG, 4096, "x")],
      [row(LOG, 2, "x"), row(LOG, 1, "x")],
      [row(LOG, 1, "x"), row({ ...LOG, device: 9 }, 2, "x")],
      [row(LOG, 1, big), row(LOG, 2, big)],
      [row(LOG, 5_000_000, "x")],
    ])
      expect(() => store.appendNow(rows)).toThrow();
    expect(store.rowsNow(LOG, 1, 9, 9)).toEqual([]);
  });

  it("can be given another rule for rows and watermarks, as planted bugs do", () => {
    class LastWriteWins extends MemoryMessageStore {
      override replaces(): boolean {
        return true;
      }
      override raised(_standing: number, offered: number): number {
        return offered;
      }
    }
    const store = new LastWriteWins();
    store.appendNow([row(LOG, 1, "first")]);
    store.appendNow([row(LOG, 1, undefined, "void")]);
    expect(store.rowsNow(LOG, 1, 1, 1)[0]?.kind).toBe("void");
    store.raiseSentNow(1, 1, 1, 2, 9);
    expect(store.raiseSentNow(1, 1, 1, 2, 4)).toBe(4);
  });
});

describe("memory presence store", () => {
  it("takes no claims of two buckets in one call", () => {
    const store = new MemoryPresenceStore(() => 0);
    let other = 2;
    while (store.bucket(other) === store.bucket(1)) other++;
    const epoch = epochOf(1, 1);
    expect(() => store.holdNow([claimOf(1, epoch), claimOf(other, epoch)])).toThrow("buckets");
  });
});
