// What people of a live run write: bytes that are a function of (seed, place, content), so that whoever receives
// them computes them again and compares every byte. The first six name the content.
import { keyedUint32 } from "../../../kernel/random.ts";

/** A shorter text could not name its content; a live body has at least so many bytes. */
export const PLAIN_BYTES_MIN = 6;
const PURPOSE = 301;

/** The bytes behind the name, one stretch after the other. */
export class PlainStream {
  #state: number;
  /** What is left of the last word, and how many bytes of it. */
  #rest = 0;
  #restBytes = 0;

  /** `chat` and `device`, or a picture's number and 0. */
  constructor(seed32: number, chat: number, device: number, content: number) {
    const place = keyedUint32(seed32, chat, PURPOSE, content | 0);
    this.#state = keyedUint32(place, device, PURPOSE, Math.floor(content / 4_294_967_296)) | 1;
  }

  fill(into: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && this.#restBytes > 0) into[at++] = this.#nextByte();
    for (; at + 4 <= end; at += 4) {
      const word = this.#nextWord();
      into[at] = word;
      into[at + 1] = word >>> 8;
      into[at + 2] = word >>> 16;
      into[at + 3] = word >>> 24;
    }
    while (at < end) into[at++] = this.#nextByte();
  }

  /** Whether the next bytes are these. */
  matches(from: Buffer, start: number, end: number): boolean {
    let at = start;
    while (at < end && this.#restBytes > 0) if (from[at++] !== this.#nextByte()) return false;
    for (; at + 4 <= end; at += 4) {
      const found =
        from[at]! | (from[at + 1]! << 8) | (from[at + 2]! << 16) | (from[at + 3]! << 24);
      if (found !== this.#nextWord()) return false;
    }
    while (at < end) if (from[at++] !== this.#nextByte()) return false;
    return true;
  }

  #nextByte(): number {
    if (this.#restBytes === 0) {
      this.#rest = this.#nextWord();
      this.#restBytes = 4;
    }
    const byte = this.#rest & 255;
    this.#rest >>>= 8;
    this.#restBytes -= 1;
    return byte;
  }

  /** xorshift32: never 0 after an odd start. */
  #nextWord(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x;
  }
}

export function nameContent(into: Buffer, content: number): void {
  into.writeUIntBE(content, 0, PLAIN_BYTES_MIN);
}

export function contentNamed(from: Buffer): number {
  return from.readUIntBE(0, PLAIN_BYTES_MIN);
}
