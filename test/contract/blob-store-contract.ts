// What every implementation of the BlobStore port must do. Bodies come from the arm: they are descriptors or
// bytes, and each body is consumed once.
import { describe, expect, it } from "vitest";
import type { BlobBody, BlobStore } from "../../server/ports/blob-store.ts";
import { ok } from "../../server/ports/outcome.ts";
import type { Arm } from "./arm.ts";

export interface BlobArm extends Arm<BlobStore> {
  /** A body of this length whose content is a function of `content`. */
  body(content: number, bytes: number): BlobBody;
  sha256(content: number, bytes: number): string;
  /** Reads a body that the store gave back. */
  sha256Of(body: BlobBody): Promise<string>;
}

function nameOf(arm: BlobArm): string {
  return arm.fresh().toString(16).padStart(32, "0");
}

export function blobStoreContract(name: string, make: () => BlobArm): void {
  describe(`blob store contract: ${name}`, () => {
    it("IMG1 gives back what was stored, with its length and checksum", async () => {
      const arm = make();
      const blob = nameOf(arm);
      const sha256 = arm.sha256(1, 5000);
      const stored = { bytes: 5000, sha256 };
      expect(await arm.port.get(blob)).toEqual(ok(undefined));
      expect(await arm.port.put(blob, arm.body(1, 5000), sha256)).toEqual(
        ok({ created: true, stored }),
      );
      const found = await arm.port.get(blob);
      if (found.kind !== "ok" || found.value === undefined) throw new Error("not found");
      expect(found.value.stored).toEqual(stored);
      expect(found.value.body.bytes).toBe(5000);
      expect(await arm.sha256Of(found.value.body)).toBe(sha256);
    });

    it("IMG1 writes a name once: a second body changes nothing and is told what stands", async () => {
      const arm = make();
      const blob = nameOf(arm);
      const stored = { bytes: 100, sha256: arm.sha256(1, 100) };
      await arm.port.put(blob, arm.body(1, 100), stored.sha256);
      const taken = ok({ created: false, stored });
      expect(await arm.port.put(blob, arm.body(2, 300), arm.sha256(2, 300))).toEqual(taken);
      expect(await arm.port.put(blob, arm.body(1, 100), stored.sha256)).toEqual(taken);
      const found = await arm.port.get(blob);
      expect(found.kind === "ok" && found.value?.stored).toEqual(stored);
    });

    it("IMG1 refuses a body that does not match its checksum, and stores nothing", async () => {
      const arm = make();
      const blob = nameOf(arm);
      expect(await arm.port.put(blob, arm.body(1, 100), arm.sha256(2, 100))).toEqual({
        kind: "refused",
        code: "checksum",
      });
      expect(await arm.port.get(blob)).toEqual(ok(undefined));
    });
  });
}
