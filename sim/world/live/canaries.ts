// Looks for secrets where they must not be: in bytes of stores, logs, metrics and reports. Every secret is looked
// for as it is, as hex and as base64. One pass over the bytes, however many secrets there are.

/** So many bytes of a secret, in each of its spellings, tell it from chance. */
const NEEDLE_BYTES = 12;
/** In base64, 9 bytes make 12 characters. */
const BASE64_BYTES = 9;
const FILTER_BITS = 22;

export class Canaries {
  /** Needles by their first four bytes. */
  readonly #needles = new Map<number, Buffer[]>();
  /** A bit for every first four bytes that occur: most places are passed by it. */
  readonly #filter = new Uint8Array(1 << (FILTER_BITS - 3));

  /** The secret's bytes; a shorter one than 12 is no secret. */
  add(secret: Uint8Array): void {
    if (secret.length < NEEDLE_BYTES) return;
    const bytes = Buffer.from(secret.subarray(0, NEEDLE_BYTES));
    this.#keep(bytes);
    this.#keep(Buffer.from(bytes.toString("hex").slice(0, NEEDLE_BYTES)));
    this.#keep(Buffer.from(bytes.subarray(0, BASE64_BYTES).toString("base64")));
  }

  /** A text that must stand nowhere, as it is. */
  addText(text: string): void {
    if (text.length < NEEDLE_BYTES) throw new Error("a text to look for is too short");
    this.#keep(Buffer.from(text).subarray(0, NEEDLE_BYTES));
  }

  foundIn(bytes: Buffer): boolean {
    const filter = this.#filter;
    const end = bytes.length - NEEDLE_BYTES;
    for (let at = 0; at <= end; at += 1) {
      const first = bytes.readInt32LE(at);
      const bit = mixed(first);
      if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) continue;
      const needles = this.#needles.get(first);
      if (needles === undefined) continue;
      for (const needle of needles)
        if (bytes.compare(needle, 0, NEEDLE_BYTES, at, at + NEEDLE_BYTES) === 0) return true;
    }
    return false;
  }

  foundInText(text: string): boolean {
    return this.foundIn(Buffer.from(text));
  }

  #keep(needle: Buffer): void {
    const first = needle.readInt32LE(0);
    const bit = mixed(first);
    this.#filter[bit >>> 3]! |= 1 << (bit & 7);
    const others = this.#needles.get(first);
    if (others === undefined) this.#needles.set(first, [needle]);
    else others.push(needle);
  }
}

function mixed(value: number): number {
  return Math.imul(value, 0x9e3779b1) >>> (32 - FILTER_BITS);
}
