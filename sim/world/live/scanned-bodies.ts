// Opens the bodies of stored messages with the keys that the scan found, by the cipher that the devices use, so
// that the scan can say which content a row holds.
import type { MessageKind } from "../../../server/protocol/ids.ts";
import { LiveCipher } from "./users/live-cipher.ts";
import { nameContent, PLAIN_BYTES_MIN, PlainStream } from "./users/plaintext.ts";
import { SealedBytes } from "./users/sealed-bytes.ts";

export interface RowPlace {
  readonly chat: number;
  readonly from: number;
  readonly device: number;
  readonly n: number;
  readonly keyVersion: number;
  readonly kind: MessageKind;
}

const MARKER_BYTES = 12;

export class ScannedBodies {
  readonly #seed32: number;
  readonly #cipher: LiveCipher;
  /** Keys by chat and version. */
  readonly #keys = new Map<string, string>();

  constructor(seed32: number) {
    this.#seed32 = seed32;
    this.#cipher = new LiveCipher(seed32);
  }

  keep(chat: number, keyVersion: number, key: string): void {
    this.#keys.set(`${chat}/${keyVersion}`, key);
  }

  /** Which content it is, and bytes of the plaintext that must not be found; undefined where it does not open. */
  open(
    place: RowPlace,
    body: Buffer | null,
  ): { readonly content: number; readonly marker: Buffer } | undefined {
    const key = this.#keys.get(`${place.chat}/${place.keyVersion}`);
    if (key === undefined || body === null) return undefined;
    const plain = this.#cipher.open(key, { ...place, part: 0 }, new SealedBytes(body));
    if (plain === undefined) return undefined;
    return { content: plain.content, marker: this.#marker(place, plain) };
  }

  blobNumber(blob: string): number {
    return this.#cipher.blobNumber(blob);
  }

  /** What stands behind the name of the content, which is too plain a number to look for. */
  #marker(place: RowPlace, plain: { readonly content: number; readonly bytes: number }): Buffer {
    const end = Math.min(plain.bytes, PLAIN_BYTES_MIN + MARKER_BYTES);
    const bytes = Buffer.alloc(end);
    nameContent(bytes, plain.content);
    const stream = new PlainStream(this.#seed32, place.chat, place.device, plain.content);
    stream.fill(bytes, PLAIN_BYTES_MIN, end);
    return bytes.subarray(PLAIN_BYTES_MIN);
  }
}
