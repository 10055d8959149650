// The master keys of a live run: what stands in their file while it is the right one, and while it is another.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { fileKeyVault } from "../../../server/live/file-key-vault.ts";
import { unwrapOne } from "../../contract/key-vault-contract.ts";
import { Secrets } from "../../../sim/world/live/secrets.ts";

const CONTEXT = { chat: 7, userLow: 1, userHigh: 2, keyVersion: 1 };
const made: Secrets[] = [];
afterEach(() => {
  for (const secrets of made.splice(0)) secrets.forget();
});

function newSecrets(): Secrets {
  const secrets = new Secrets();
  made.push(secrets);
  return secrets;
}

describe("the file of master keys", () => {
  it("taken away unwraps nothing; brought back all of it, and wraps anew what was made meanwhile", async () => {
    const secrets = newSecrets();
    const vault = fileKeyVault(secrets.masterKeyFile);
    const before = await vault.port.create(CONTEXT);
    if (before.kind !== "ok") throw new Error("no key");
    secrets.takeAway();
    vault.reload();
    expect(await unwrapOne(vault.port, before.value, CONTEXT)).toBeUndefined();
    const meanwhile = await vault.port.create(CONTEXT);
    if (meanwhile.kind !== "ok") throw new Error("no key");
    expect(secrets.masterKey(meanwhile.value.kekId)).toHaveLength(32);
    // A rotation does not bring it back.
    secrets.rotate();
    vault.reload();
    expect(await unwrapOne(vault.port, before.value, CONTEXT)).toBeUndefined();
    secrets.bringBack();
    vault.reload();
    for (const key of [before.value, meanwhile.value]) {
      expect(await unwrapOne(vault.port, key, CONTEXT)).toHaveLength(44);
      expect(await vault.port.rewrap(key, CONTEXT)).toMatchObject({
        kind: "ok",
        value: { kekId: secrets.currentMasterKey },
      });
    }
    expect(secrets.currentMasterKey).toBe("kek-2");
  });

  it("counts every key that ever stood in it among the secrets", () => {
    const secrets = newSecrets();
    secrets.takeAway();
    secrets.bringBack();
    const file = JSON.parse(readFileSync(secrets.masterKeyFile, "utf8")) as { keys: object };
    for (const key of Object.values(file.keys) as string[])
      expect(secrets.secrets().some((each) => each.toString("base64") === key)).toBe(true);
  });
});
