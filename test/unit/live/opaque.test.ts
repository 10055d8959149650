// Ciphertext as bytes: what is taken for base64, and what is the same. And randomness from the system.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bytes, bytesCodec, bytesOf } from "../../../server/live/opaque.ts";
import { liveRandom } from "../../../server/live/random.ts";

describe("bytes on the wire", () => {
  it("come back as they were, with their length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        const bytes = new Bytes(array);
        const back = bytesCodec.fromWire(bytesCodec.toWire(bytes))!;
        expect(back.length).toBe(array.length);
        expect(back.same(bytes)).toBe(true);
        expect(bytesOf(back).buffer).toEqual(Buffer.from(array));
      }),
    );
  });

  it.each([
    "YQ",
    "YQ=",
    "Y",
    "YQ==YQ==",
    "Y Q=",
    "YWJj\\n",
    "====",
    "é===",
    "Y*==",
    5,
    null,
    undefined,
    {},
  ])("SEC1 %o is no base64", (value) => expect(bytesCodec.fromWire(value)).toBeUndefined());

  it("SEC3 one other byte, or one byte fewer, is not the same; nor is a value of another world", () => {
    const bytes = new Bytes(Uint8Array.of(1, 2, 3));
    expect(bytes.same(new Bytes(Uint8Array.of(1, 2, 4)))).toBe(false);
    expect(bytes.same(new Bytes(Uint8Array.of(1, 2)))).toBe(false);
    const foreign = { length: 3, same: () => true };
    expect(bytes.same(foreign)).toBe(false);
    expect(() => bytesOf(foreign)).toThrow("another world");
  });

  it("a part of a larger array is that part only", () => {
    const whole = Uint8Array.of(9, 1, 2, 9);
    expect(new Bytes(whole.subarray(1, 3)).base64()).toBe(Buffer.from([1, 2]).toString("base64"));
  });
});

describe("live randomness", () => {
  const random = liveRandom();

  it("gives ids of 48 bits that do not repeat, and never 0", () => {
    const ids = Array.from({ length: 2_000 }, () => random.id48());
    expect(new Set(ids).size).toBe(2_000);
    for (const id of ids) expect(id >= 1 && id < 2 ** 48 && Number.isInteger(id)).toBe(true);
  });

  it("draws within both ends, as wide as the port says", () => {
    const stream = random.stream("any");
    const seen = new Set(Array.from({ length: 300 }, () => stream.int(-1, 2)));
    expect(Array.from(seen).sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
    expect(stream.int(7, 7)).toBe(7);
    expect(Number.isSafeInteger(stream.int(0, 2 ** 48 - 1))).toBe(true);
    for (let draw = 0; draw < 300; draw++) {
      const next = stream.next();
      expect(next >= 0 && next < 1).toBe(true);
    }
  });
});
