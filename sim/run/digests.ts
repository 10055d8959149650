// digests.bin: the rolling hash every 65,536 events, 16 bytes each: index (unsigned 64-bit), low and high word,
// little-endian.
import type { Digest } from "./replay.ts";

const BYTES = 16;

export function writeDigests(digests: readonly Digest[]): Uint8Array {
  const bytes = new Uint8Array(digests.length * BYTES);
  const view = new DataView(bytes.buffer);
  digests.forEach(({ index, lo, hi }, place) => {
    view.setBigUint64(place * BYTES, BigInt(index), true);
    view.setUint32(place * BYTES + 8, lo >>> 0, true);
    view.setUint32(place * BYTES + 12, hi >>> 0, true);
  });
  return bytes;
}

export function readDigests(bytes: Uint8Array): readonly Digest[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / BYTES) }, (_, place) => ({
    index: Number(view.getBigUint64(place * BYTES, true)),
    lo: view.getUint32(place * BYTES + 8, true),
    hi: view.getUint32(place * BYTES + 12, true),
  }));
}
