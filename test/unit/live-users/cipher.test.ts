// SEC3: what a live device encrypts opens for its own key and context only, and every byte of it is checked.
import { createHash, createDecipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sealAdditionalData, sealNonce, TAG_BYTES } from "../../../server/protocol/sealing.ts";
import type { SealContext } from "../../../sim/device/ports.ts";
import type { LiveBlob } from "../../../sim/world/live/users/live-blob.ts";
import { OpenedBlob } from "../../../sim/world/live/users/live-blob.ts";
import { LiveCipher } from "../../../sim/world/live/users/live-cipher.ts";
import { SealedBytes, sealedBytesCodec } from "../../../sim/world/live/users/sealed-bytes.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const OTHER_KEY = Buffer.alloc(32, 8).toString("base64");
const BLOB = "00112233445566778899aabbccddeeff";
const CONTEXT: SealContext = {
  chat: 140_737_488_355_327,
  from: 12,
  device: 281_474_976_710_655,
  n: 3,
  keyVersion: 1,
  kind: "text",
  part: 0,
};
const cipher = new LiveCipher(99);

function seal(bytes: number, content = 5): SealedBytes {
  return cipher.seal(KEY, CONTEXT, { content, bytes }) as SealedBytes;
}

describe("a sealed text", () => {
  it("SEC3 opens to its content and length, through base64 too", () => {
    for (const bytes of [6, 7, 9, 80, 16_000]) {
      const sealed = seal(bytes);
      expect(sealed.length).toBe(bytes + TAG_BYTES);
      const arrived = sealedBytesCodec.fromWire(sealedBytesCodec.toWire(sealed))!;
      expect(arrived.same(sealed)).toBe(true);
      expect(cipher.open(KEY, CONTEXT, arrived)).toEqual({ content: 5, bytes });
    }
  });

  it("has room for its content's number, however short the text", () => {
    expect(cipher.open(KEY, CONTEXT, seal(1, 70_000_000_000))).toEqual({
      content: 70_000_000_000,
      bytes: 6,
    });
  });

  it("SEC3 is the wire's: nonce, additional data, tag behind the ciphertext", () => {
    const { bytes } = seal(50);
    const end = bytes.length - TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", Buffer.alloc(32, 7), sealNonce(CONTEXT));
    decipher.setAAD(sealAdditionalData(CONTEXT));
    decipher.setAuthTag(bytes.subarray(end));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, end)), decipher.final()]);
    expect(text.readUIntBE(0, 6)).toBe(5);
    // A function of (seed, chat, device, content): the same again, another for another seed.
    expect(seal(50).same(seal(50))).toBe(true);
    expect(new LiveCipher(98).open(KEY, CONTEXT, seal(50))).toBeUndefined();
  });

  it("SEC3 stays shut for another key, each other context, and each damaged byte", () => {
    const sealed = seal(40);
    expect(cipher.open(OTHER_KEY, CONTEXT, sealed)).toBeUndefined();
    const others: Partial<SealContext>[] = [
      { chat: 1 },
      { from: 13 },
      { device: 1 },
      { n: 4 },
      { keyVersion: 2 },
      { kind: "file" },
      { part: 1 },
    ];
    for (const other of others)
      expect(cipher.open(KEY, { ...CONTEXT, ...other }, sealed)).toBeUndefined();
    for (let at = 0; at < sealed.length; at++) {
      const damaged = Buffer.from(sealed.bytes);
      damaged[at]! ^= 1;
      expect(cipher.open(KEY, CONTEXT, new SealedBytes(damaged))).toBeUndefined();
    }
    expect(cipher.open(KEY, CONTEXT, new SealedBytes(Buffer.alloc(10)))).toBeUndefined();
  });
});

describe("a picture", () => {
  const blob = cipher.sealBlob(KEY, BLOB, { content: 9, bytes: 200_001 }) as LiveBlob;
  const bytes = Buffer.concat([...blob.parts()]);

  function opened(arrived: Buffer, key: string, step: number): unknown {
    const opener = cipher.blobOpener(key, BLOB);
    for (let at = 0; at < arrived.length; at += step) opener.take(arrived.subarray(at, at + step));
    const body = new OpenedBlob(BLOB, key, arrived.length, opener.end());
    return cipher.openBlob(KEY, BLOB, body);
  }

  it("SEC3 is the same bytes every time, with their checksum", async () => {
    expect(bytes.length).toBe(blob.bytes);
    expect(Buffer.concat([...blob.parts()]).equals(bytes)).toBe(true);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(await blob.digest()).toBe(sha256);
    expect(blob.sha256).toBe(sha256);
  });

  it("opens while it arrives, in parts of any size", () => {
    for (const step of [1_000_000, 65_536, 4_099, 17])
      expect(opened(bytes, KEY, step)).toEqual({ content: 9, bytes: 200_001 });
    expect(opened(bytes.subarray(0, 300), KEY, 1)).toBeUndefined();
  });

  it("SEC3 stays shut for another key, another name, a damaged or a missing byte", () => {
    expect(opened(bytes, OTHER_KEY, 65_536)).toBeUndefined();
    for (const at of [0, 100_000, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      expect(opened(damaged, KEY, 65_536)).toBeUndefined();
    }
    expect(opened(bytes.subarray(0, bytes.length - 1), KEY, 65_536)).toBeUndefined();
    expect(opened(bytes.subarray(1), KEY, 65_536)).toBeUndefined();
    const elsewhere = cipher.sealBlob(KEY, BLOB.replace("00", "01"), { content: 9, bytes: 300 });
    expect(
      opened(Buffer.concat([...(elsewhere as LiveBlob).parts()]), KEY, 65_536),
    ).toBeUndefined();
  });
});
