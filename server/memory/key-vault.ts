// The plain meaning of the KeyVault port: keys of friendships, wrapped under named master keys. This is no
// encryption (the live vault does AES-256-GCM): it masks the key and carries a checksum of key and context,
// so that what the stores hold never shows a key and a wrong context is refused.
import { ok, type Outcome, type Refused } from "../ports/outcome.ts";
import type { KeyContext, SealedKey } from "../ports/key-vault.ts";
import type { WrappedKey } from "../ports/roster-store.ts";
import { fold } from "./fold.ts";

const BAD_KEY: Refused = Object.freeze({ kind: "refused", code: "bad-key" });
const NOT_OLDER: Refused = Object.freeze({ kind: "refused", code: "not-older" });
const HALF = 16777216; // 2^24: a key is two halves of 24 bits
const WRAPPED_DIGITS = 20;
// Characters.
const ZERO = 48;
const NINE = 57;
const A = 97;
/** Stands in a text that holds a plain key, and in none that holds a wrapped one. */
export const PLAIN_KEY = /key-[0-9a-f]{12}/;

/** A plain key. */
interface Halves {
  readonly high: number;
  readonly low: number;
}

export class MemoryKeyVault {
  /** 48 random bits for each new key. */
  #id48: () => number;
  /** The secret of master key `kek-i` is at i - 1. */
  #secrets: number[] = [];
  #currentKekId = "";

  constructor(id48: () => number) {
    this.#id48 = id48;
    this.rotate();
  }

  /** A new master key is current from now on; the old ones go on unwrapping. Its id. */
  rotate(): string {
    this.#secrets.push(this.#id48());
    this.#currentKekId = `kek-${this.#secrets.length}`;
    return this.#currentKekId;
  }

  currentKekId(): string {
    return this.#currentKekId;
  }

  createNow(context: KeyContext): WrappedKey {
    const key = this.#id48();
    return this.#wrap(Math.floor(key / HALF), key % HALF, context);
  }

  unwrapNow(key: WrappedKey, context: KeyContext): string | undefined {
    const plain = this.#unwrap(key, context);
    return plain === undefined ? undefined : `key-${hex(plain.high, 6)}${hex(plain.low, 6)}`;
  }

  unwrapAllNow(keys: readonly SealedKey[]): readonly (string | undefined)[] {
    return keys.map(({ key, context }) => this.unwrapNow(key, context));
  }

  rewrapNow(key: WrappedKey, context: KeyContext): Outcome<WrappedKey> {
    const plain = this.#unwrap(key, context);
    if (plain === undefined) return BAD_KEY;
    if (key.kekId === this.#currentKekId) return NOT_OLDER;
    return ok(this.#wrap(plain.high, plain.low, context));
  }

  #wrap(high: number, low: number, context: KeyContext): WrappedKey {
    const mask = this.#mask(this.#secrets.length, context);
    const maskedHigh = high ^ (mask & (HALF - 1));
    const maskedLow = low ^ (Math.imul(mask, 31) & (HALF - 1));
    const sum = fold(fold(mask, maskedHigh), maskedLow);
    const wrapped = hex(maskedHigh, 6) + hex(maskedLow, 6) + hex(sum >>> 0, 8);
    return { keyVersion: context.keyVersion, kekId: this.currentKekId(), wrapped };
  }

  #unwrap(key: WrappedKey, context: KeyContext): Halves | undefined {
    const number = Number(key.kekId.slice(4));
    const { wrapped } = key;
    if (this.#secrets[number - 1] === undefined || wrapped.length !== WRAPPED_DIGITS)
      return undefined;
    if (key.keyVersion !== context.keyVersion) return undefined;
    const mask = this.#mask(number, context);
    const maskedHigh = parsedHex(wrapped, 0, 6);
    const maskedLow = parsedHex(wrapped, 6, 12);
    if (maskedHigh === undefined || maskedLow === undefined) return undefined;
    const sum = fold(fold(mask, maskedHigh), maskedLow) >>> 0;
    if (parsedHex(wrapped, 12, WRAPPED_DIGITS) !== sum) return undefined;
    return {
      high: maskedHigh ^ (mask & (HALF - 1)),
      low: maskedLow ^ (Math.imul(mask, 31) & (HALF - 1)),
    };
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

/** Undefined where a character is no lower-case hexadecimal digit. */
function parsedHex(text: string, from: number, to: number): number | undefined {
  let value = 0;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    const digit = code <= NINE ? code - ZERO : code - A + 10;
    if (digit < 0 || digit > 15 || (code > NINE && code < A)) return undefined;
    value = 16 * value + digit;
  }
  return value;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
