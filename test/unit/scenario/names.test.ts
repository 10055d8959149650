// The nearest valid name, and bytes that are no plain UTF-8.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "../../../sim/scenario/decode-utf8.ts";
import { editDistance, nearest } from "../../../sim/scenario/suggest.ts";

describe("the nearest name", () => {
  it("is the one with the fewest edits, the first among equals", () => {
    expect(nearest("stedy", ["warmup", "steady"])).toBe("steady");
    expect(nearest("LAN", ["regions", "lan"])).toBe("lan");
    expect(nearest("b", ["a", "c"])).toBe("a");
    expect(nearest("x", [])).toBeUndefined();
  });

  it("counts a swap of neighbours as one edit", () => {
    expect(editDistance("freind", "friend")).toBe(1);
    expect(editDistance("abc", "abc")).toBe(0);
    expect(editDistance("", "abc")).toBe(3);
  });
});

describe("UTF-8", () => {
  it("is decoded as everybody decodes it", () => {
    // Without the marks that are refused on purpose, and without control characters.
    const plain = fc
      .string({ unit: "binary" })
      .map((text) => `# ${text}`)
      .filter((text) => !/\p{Surrogate}/u.test(text) && !/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(decodeUtf8(new TextEncoder().encode(text))).toEqual({ text });
      }),
    );
  });

  it("is nothing else: what the platform refuses is refused", () => {
    const strict = new TextDecoder("utf-8", { fatal: true });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        const accepted = "text" in decodeUtf8(new Uint8Array([35, 32, ...bytes]));
        let valid = true;
        try {
          strict.decode(bytes);
        } catch {
          valid = false;
        }
        expect(accepted && !valid).toBe(false);
      }),
    );
  });
});
