// The plain meaning of the KeyVault port: keys of friendships, wrapped under named master keys. This is no
// encryption (the live vault does AES-256-GCM): it masks the key and carries a checksum of key and context,
// so that what the stores hold never shows a key and a wrong context is refused.
import { ok, type Outcome, type Refused } from "../ports/outcome.ts";
import type { KeyContext } from "../ports/key-vault.ts";
import type { WrappedKey } from "../ports/roster-store.ts";

const BAD_KEY: Refused = Object.freeze({ kind: "refused", code: "bad-key" });
const HALF = 16777216; // 2^24: a key is two halves of 24 bits
const WRAPPED = /^([0-9a-f]{6})([0-9a-f]{6})([0-9a-f]{8})$/;
const PLAIN = /^key-([0-9a-f]{6})([0-9a-f]{6})$/;

export class MemoryKeyVault {
  /** 48 random bits for each new key. */
  #id48: () => number;
  /** The secret of master key `kek-i` is at i - 1. */
  #secrets: number[] = [];

  constructor(id48: () => number) {
    this.#id48 = id48;
    this.rotate();
  }

  /** A new master key is current from now on; the old ones go on unwrapping. Its id. */
  rotate(): string {
    this.#secrets.push(this.#id48());
    return this.currentKekId();
  }

  currentKekId(): string {
    return `kek-${this.#secrets.length}`;
  }

  createNow(context: KeyContext): WrappedKey {
    return this.#wrap(`key-${hex(this.#id48(), 12)}`, context);
  }

  unwrapNow(key: WrappedKey, context: KeyContext): Outcome<string> {
    const plain = this.#unwrap(key, context);
    return plain === undefined ? BAD_KEY : ok(plain);
  }

  rewrapNow(key: WrappedKey, context: KeyContext): Outcome<WrappedKey> {
    const plain = this.#unwrap(key, context);
    return plain === undefined ? BAD_KEY : ok(this.#wrap(plain, context));
  }

  #wrap(plain: string, context: KeyContext): WrappedKey {
    const [, high, low] = PLAIN.exec(plain)!;
    const kekId = this.currentKekId();
    const mask = this.#mask(this.#secrets.length, context);
    const masked =
      hex((parseInt(high!, 16) ^ mask) & (HALF - 1), 6) +
      hex((parseInt(low!, 16) ^ Math.imul(mask, 31)) & (HALF - 1), 6);
    const wrapped = masked + hex(checksum(mask, masked), 8);
    return { keyVersion: context.keyVersion, kekId, wrapped };
  }

  #unwrap(key: WrappedKey, context: KeyContext): string | undefined {
    const number = Number(key.kekId.slice(4));
    const parts = WRAPPED.exec(key.wrapped);
    if (this.#secrets[number - 1] === undefined || parts === null) return undefined;
    if (key.keyVersion !== context.keyVersion) return undefined;
    const [, high, low, sum] = parts;
    const mask = this.#mask(number, context);
    if (hex(checksum(mask, high! + low!), 8) !== sum) return undefined;
    return (
      "key-" +
      hex((parseInt(high!, 16) ^ mask) & (HALF - 1), 6) +
      hex((parseInt(low!, 16) ^ Math.imul(mask, 31)) & (HALF - 1), 6)
    );
  }

  /** 32 bits of master key and context. */
  #mask(kek: number, { chat, userLow, userHigh, keyVersion }: KeyContext): number {
    const secret = this.#secrets[kek - 1]!;
    let mask = fold(0x9e3779b9 | 0, secret);
    mask = fold(mask, chat);
    mask = fold(mask, userLow);
    mask = fold(mask, userHigh);
    return fold(mask, keyVersion);
  }
}

/** Mixes a number of up to 53 bits into 32. */
function fold(into: number, value: number): number {
  let mixed = Math.imul(into ^ (value | 0), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed ^ Math.floor(value / 4294967296), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

function checksum(mask: number, masked: string): number {
  let sum = mask;
  for (let index = 0; index < masked.length; index++) sum = fold(sum, masked.charCodeAt(index));
  return sum;
}

function hex(value: number, digits: number): string {
  const unsigned = value < 0 ? value >>> 0 : value;
  return unsigned.toString(16).padStart(digits, "0");
}
