// What every implementation of the KeyVault port must do.
import { describe, expect, it } from "vitest";
import type { KeyContext, KeyVault } from "../../server/ports/key-vault.ts";
import type { WrappedKey } from "../../server/ports/roster-store.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import type { Arm } from "./arm.ts";

export interface VaultArm extends Arm<KeyVault> {
  /** A new master key is current. */
  rotate(): void;
}

const BAD_KEY = { kind: "refused", code: "bad-key" };

function contextOf({ fresh }: VaultArm): KeyContext {
  return { chat: fresh() + 2 ** 45, userLow: fresh(), userHigh: fresh(), keyVersion: 1 };
}

function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== "ok") throw new Error(`not ok: ${outcome.kind}`);
  return outcome.value;
}

/** One key alone; undefined where it does not unwrap. */
export async function unwrapOne(
  vault: KeyVault,
  key: WrappedKey,
  context: KeyContext,
): Promise<string | undefined> {
  const plain = value(await vault.unwrap([{ key, context }]));
  expect(plain).toHaveLength(1);
  return plain[0];
}

/** Each field of the context changed, one at a time. */
function wrongContexts(right: KeyContext): KeyContext[] {
  return [
    { ...right, chat: right.chat + 1 },
    { ...right, chat: right.chat - 2 ** 40 },
    { ...right, userLow: right.userHigh, userHigh: right.userLow },
    { ...right, userLow: right.userLow + 1 },
    { ...right, userHigh: right.userHigh + 1 },
    { ...right, keyVersion: 2 },
  ];
}

export function keyVaultContract(name: string, make: () => VaultArm): void {
  describe(`key vault contract: ${name}`, () => {
    it("unwraps what it made, and every key is another", async () => {
      const arm = make();
      const plain = new Set<string>();
      for (let made = 0; made < 20; made++) {
        const context = contextOf(arm);
        const key = value(await arm.port.create(context));
        expect(key).toMatchObject({ keyVersion: 1, kekId: arm.port.currentKekId() });
        const text = await unwrapOne(arm.port, key, context);
        expect(await unwrapOne(arm.port, key, context)).toBe(text);
        plain.add(text!);
      }
      expect(plain.size).toBe(20);
    });

    it("unwraps many at once, each in its place: a bad one spoils no other", async () => {
      const arm = make();
      const contexts = [contextOf(arm), contextOf(arm), contextOf(arm)];
      const keys = [];
      for (const context of contexts)
        keys.push({ key: value(await arm.port.create(context)), context });
      const [first, second, third] = keys;
      const alone = [];
      for (const { key, context } of keys) alone.push(await unwrapOne(arm.port, key, context));
      const bad = { key: second!.key, context: third!.context };
      expect(value(await arm.port.unwrap([third!, bad, first!]))).toEqual([
        alone[2],
        undefined,
        alone[0],
      ]);
      expect(value(await arm.port.unwrap([]))).toEqual([]);
    });

    it("SEC2 a wrapped key does not show the plain one", async () => {
      const arm = make();
      const context = contextOf(arm);
      const key = value(await arm.port.create(context));
      const plain = (await unwrapOne(arm.port, key, context))!;
      expect(key.wrapped).not.toContain(plain);
      expect(key.wrapped).not.toContain(plain.slice(4));
    });

    it("SEC3 refuses every other context, and damaged text", async () => {
      const arm = make();
      const context = contextOf(arm);
      const key = value(await arm.port.create(context));
      for (const wrong of wrongContexts(context)) {
        expect(await unwrapOne(arm.port, key, wrong)).toBeUndefined();
        expect(await arm.port.rewrap(key, wrong)).toEqual(BAD_KEY);
      }
      const last = key.wrapped.slice(-1) === "0" ? "1" : "0";
      const damaged: WrappedKey[] = [
        { ...key, wrapped: key.wrapped.slice(0, -1) + last },
        { ...key, wrapped: "" },
        { ...key, kekId: "kek-none" },
      ];
      for (const bad of damaged) expect(await unwrapOne(arm.port, bad, context)).toBeUndefined();
    });

    it("after a rotation old keys still unwrap, and re-wrapping keeps the plain key", async () => {
      const arm = make();
      const context = contextOf(arm);
      const old = value(await arm.port.create(context));
      const plain = await unwrapOne(arm.port, old, context);
      arm.rotate();
      expect(arm.port.currentKekId()).not.toBe(old.kekId);
      expect(await unwrapOne(arm.port, old, context)).toBe(plain);
      const young = value(await arm.port.rewrap(old, context));
      expect(young).toMatchObject({ keyVersion: 1, kekId: arm.port.currentKekId() });
      expect(young.wrapped).not.toBe(old.wrapped);
      expect(await unwrapOne(arm.port, young, context)).toBe(plain);
      expect(await unwrapOne(arm.port, { ...young, kekId: old.kekId }, context)).toBeUndefined();
    });

    it("re-wraps nothing that is not under an older master key", async () => {
      const arm = make();
      const context = contextOf(arm);
      const key = value(await arm.port.create(context));
      const refused = { kind: "refused", code: "not-older" };
      expect(await arm.port.rewrap(key, context)).toEqual(refused);
      arm.rotate();
      const young = value(await arm.port.rewrap(key, context));
      expect(await arm.port.rewrap(young, context)).toEqual(refused);
    });
  });
}
