// Numbers that stand for keys and blob names in the history: equal texts, equal numbers, and no secret in it.

/** 52 bits of a text's mix (two rounds of the FNV kind over 32-bit halves). */
export function keyNumber(key: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + (low >>> 24)), 0x85ebca6b);
  }
  high ^= high >>> 15;
  low ^= high >>> 7;
  return (high >>> 12) * 4294967296 + (low >>> 0);
}

/** The first 48 bits of the name: it is random. */
export function blobNumber(blob: string): number {
  return parseInt(blob.slice(0, 12), 16);
}
