// The key vault contract on a file of master keys, and what happens to that file.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fileKeyVault } from "../../server/live/file-key-vault.ts";
import type { KeyContext } from "../../server/ports/key-vault.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import { counting } from "../contract/arm.ts";
import { keyVaultContract, unwrapOne } from "../contract/key-vault-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-vault-"));
afterAll(() => rmSync(folder, { recursive: true }));
const CONTEXT: KeyContext = { chat: 2 ** 47 + 1, userLow: 3, userHigh: 4, keyVersion: 1 };

let lastFile = 0;

/** A file of master keys that the test can rotate. */
class KeyFile {
  readonly path = join(folder, `master-${++lastFile}.json`);
  readonly keys: Record<string, string> = {};

  constructor() {
    this.rotate();
  }

  rotate(): void {
    const current = `kek-${Object.keys(this.keys).length + 1}`;
    this.keys[current] = randomBytes(32).toString("base64");
    this.write({ current, keys: this.keys });
  }

  write(value: unknown): void {
    writeFileSync(this.path, typeof value === "string" ? value : JSON.stringify(value));
  }
}

function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== "ok") throw new Error(`not ok: ${outcome.kind}`);
  return outcome.value;
}

keyVaultContract("file", () => {
  const file = new KeyFile();
  const vault = fileKeyVault(file.path);
  return {
    port: vault.port,
    fresh: counting(),
    rotate: () => {
      file.rotate();
      vault.reload();
    },
  };
});

describe("the file of master keys", () => {
  let file: KeyFile;
  beforeEach(() => {
    file = new KeyFile();
  });

  it("gives keys of 256 bits, the same after a restart", async () => {
    const key = value(await fileKeyVault(file.path).port.create(CONTEXT));
    const plain = (await unwrapOne(fileKeyVault(file.path).port, key, CONTEXT))!;
    expect(Buffer.from(plain, "base64")).toHaveLength(32);
  });

  it("SEC2 neither a friendship's key nor a master key shows in what is stored", async () => {
    const { port } = fileKeyVault(file.path);
    const key = value(await port.create(CONTEXT));
    const stored = Buffer.from(key.wrapped, "base64");
    const plain = Buffer.from((await unwrapOne(port, key, CONTEXT))!, "base64");
    const master = Buffer.from(file.keys["kek-1"]!, "base64");
    for (const secret of [plain, master])
      for (let at = 0; at + 8 <= secret.length; at++)
        expect(stored.includes(secret.subarray(at, at + 8))).toBe(false);
  });

  it("SEC3 every changed bit, and every cut, makes it another key", async () => {
    const { port } = fileKeyVault(file.path);
    const key = value(await port.create(CONTEXT));
    const bytes = Buffer.from(key.wrapped, "base64");
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const wrapped = changed.toString("base64");
      expect(await unwrapOne(port, { ...key, wrapped }, CONTEXT)).toBeUndefined();
      const cut = bytes.subarray(0, at).toString("base64");
      expect(await unwrapOne(port, { ...key, wrapped: cut }, CONTEXT)).toBeUndefined();
    }
  });

  it("a node that was not told of a rotation reads the file when it meets the new key", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const slow = fileKeyVault(file.path);
      const first = fileKeyVault(file.path);
      file.rotate();
      first.reload();
      const key = value(await first.port.create(CONTEXT));
      expect(key.kekId).toBe("kek-2");
      // Not more than once a second: unknown names must not become a storm of reads.
      expect(await unwrapOne(slow.port, key, CONTEXT)).toBeUndefined();
      vi.advanceTimersByTime(1_001);
      expect(await unwrapOne(slow.port, key, CONTEXT)).toBe(
        await unwrapOne(first.port, key, CONTEXT),
      );
      expect(slow.port.currentKekId()).toBe("kek-2");
    } finally {
      vi.useRealTimers();
    }
  });

  it("nodes that name different current keys re-wrap one way only, towards the younger", async () => {
    file.rotate();
    const { keys } = file;
    const ahead = fileKeyVault(file.path);
    const behind = new KeyFile();
    behind.write({ current: "kek-1", keys });
    const late = fileKeyVault(behind.path);
    const old = value(await late.port.create(CONTEXT));
    expect(old.kekId).toBe("kek-1");
    const young = value(await ahead.port.rewrap(old, CONTEXT));
    expect(young.kekId).toBe("kek-2");
    const refused = { kind: "refused", code: "not-older" };
    expect(await late.port.rewrap(young, CONTEXT)).toEqual(refused);
    expect(await ahead.port.rewrap(young, CONTEXT)).toEqual(refused);
    expect(await unwrapOne(late.port, young, CONTEXT)).toBe(
      await unwrapOne(ahead.port, old, CONTEXT),
    );
    // A node that knows only the younger one knows nothing of the age of another.
    behind.write({ current: "kek-2", keys: { "kek-2": keys["kek-2"] } });
    late.reload();
    expect((await late.port.rewrap(old, CONTEXT)).kind).toBe("refused");
  });

  it("a broken file is refused by name, shows no key, and the known keys stay in use", async () => {
    const vault = fileKeyVault(file.path);
    const key = value(await vault.port.create(CONTEXT));
    const secret = randomBytes(32).toString("base64");
    const broken: unknown[] = [
      "",
      "null",
      "[]",
      `{"current":"kek-1","keys":{"kek-1":"${secret}"`,
      { current: "kek-2", keys: { "kek-1": secret } },
      { current: "kek-1", keys: { "kek-1": secret.slice(0, 20) } },
      { current: "kek-1", keys: { "kek-1": 5 } },
      { current: "kek|1", keys: { "kek|1": secret } },
      { keys: { "kek-1": secret } },
    ];
    for (const content of broken) {
      file.write(content);
      expect(() => vault.reload()).toThrow(file.path);
      expect(() => fileKeyVault(file.path)).not.toThrow(secret.slice(0, 8));
      expect(await unwrapOne(vault.port, key, CONTEXT)).toHaveLength(44);
    }
    rmSync(file.path);
    expect(() => vault.reload()).toThrow("cannot be read");
    expect(() => fileKeyVault(file.path)).toThrow(file.path);
  });
});
