// AES-256-GCM as devices use it live. The layouts of nonce, additional data and picture keys are the wire's
// (server/protocol/sealing.ts), written here into buffers that are used again: this is on every message's path.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import type { BlobBody } from "../../../../server/ports/blob-store.ts";
import type { BlobId, Opaque } from "../../../../server/protocol/ids.ts";
import { blobKeyInfo, SEALED_KINDS, TAG_BYTES } from "../../../../server/protocol/sealing.ts";
import type { Cipher, Plain, SealContext, SealedBlob } from "../../../device/ports.ts";
import { blobNumber, keyNumber } from "../../../device/secret-numbers.ts";
import { BlobOpener, LiveBlob, OpenedBlob, type PlainOf } from "./live-blob.ts";
import { contentNamed, nameContent, PLAIN_BYTES_MIN, PlainStream } from "./plaintext.ts";
import { SealedBytes } from "./sealed-bytes.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const KEYS_MAX = 100_000;

export class LiveCipher implements Cipher {
  readonly #seed32: number;
  /** Keys by their text. */
  readonly #keys = new Map<string, KeyObject>();

  /** `seed32`: what plaintexts are a function of; the same in all workers of a run. */
  constructor(seed32: number) {
    this.#seed32 = seed32;
  }

  seal(key: string, context: SealContext, plain: Plain): Opaque {
    const bytes = Math.max(PLAIN_BYTES_MIN, plain.bytes);
    const text = plaintextOf(bytes);
    nameContent(text, plain.content);
    this.#stream(context, plain.content).fill(text, PLAIN_BYTES_MIN, bytes);
    const cipher = createCipheriv(ALGORITHM, this.#key(key), nonceOf(context));
    cipher.setAAD(additionalDataOf(context));
    const sealed = Buffer.allocUnsafe(bytes + TAG_BYTES);
    sealed.set(cipher.update(text));
    cipher.final();
    sealed.set(cipher.getAuthTag(), bytes);
    return new SealedBytes(sealed);
  }

  open(key: string, context: SealContext, sealed: Opaque): Plain | undefined {
    if (!(sealed instanceof SealedBytes)) return undefined;
    const bytes = sealed.length - TAG_BYTES;
    if (bytes < PLAIN_BYTES_MIN) return undefined;
    const text = decrypted(this.#key(key), context, sealed.bytes);
    if (text === undefined) return undefined;
    const content = contentNamed(text);
    const stream = this.#stream(context, content);
    return stream.matches(text, PLAIN_BYTES_MIN, bytes) ? { content, bytes } : undefined;
  }

  sealBlob(key: string, blob: BlobId, plain: Plain): SealedBlob {
    return new LiveBlob(this.#blobKey(key, blob), plain, this.#plainOf(blob));
  }

  openBlob(key: string, blob: BlobId, body: BlobBody): Plain | undefined {
    if (!(body instanceof OpenedBlob)) return undefined;
    return body.key === key && body.blob === blob ? body.plain : undefined;
  }

  /** Opens a picture while it arrives. */
  blobOpener(key: string, blob: BlobId): BlobOpener {
    return new BlobOpener(this.#blobKey(key, blob), this.#plainOf(blob));
  }

  keyNumber(key: string): number {
    return keyNumber(key);
  }

  blobNumber(blob: BlobId): number {
    return blobNumber(blob);
  }

  #stream(context: SealContext, content: number): PlainStream {
    return new PlainStream(this.#seed32, context.chat, context.device, content);
  }

  #plainOf(blob: BlobId): PlainOf {
    const number = blobNumber(blob);
    return (content) => new PlainStream(this.#seed32, number, 0, content);
  }

  #key(key: string): KeyObject {
    let known = this.#keys.get(key);
    if (known === undefined) {
      const bytes = Buffer.from(key, "base64");
      if (bytes.length !== KEY_BYTES) throw new Error(`a chat's key has ${bytes.length} bytes`);
      known = createSecretKey(bytes);
      if (this.#keys.size >= KEYS_MAX) this.#keys.clear();
      this.#keys.set(key, known);
    }
    return known;
  }

  #blobKey(key: string, blob: BlobId): Buffer {
    return Buffer.from(
      hkdfSync("sha256", this.#key(key), new Uint8Array(0), blobKeyInfo(blob), KEY_BYTES),
    );
  }
}

function decrypted(key: KeyObject, context: SealContext, sealed: Buffer): Buffer | undefined {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, nonceOf(context));
  decipher.setAAD(additionalDataOf(context));
  decipher.setAuthTag(sealed.subarray(end));
  const text = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    // The tag does not fit: another key, another context, or damaged bytes.
    return undefined;
  }
  return text;
}

let plaintext = Buffer.allocUnsafeSlow(65_536);

/** Used up before the next call. */
function plaintextOf(bytes: number): Buffer {
  if (bytes > plaintext.length) plaintext = Buffer.allocUnsafeSlow(bytes);
  return plaintext.subarray(0, bytes);
}

const NONCE = Buffer.alloc(12);
const ADDITIONAL_DATA = Buffer.alloc(31);

/** Used up before the next call. */
function nonceOf(context: SealContext): Buffer {
  NONCE.writeUIntBE(context.device, 0, 6);
  NONCE.writeUIntBE(context.n, 6, 5);
  NONCE[11] = context.part;
  return NONCE;
}

/** Used up before the next call. */
function additionalDataOf(context: SealContext): Buffer {
  const data = ADDITIONAL_DATA;
  data.writeUIntBE(context.chat, 0, 6);
  // A user has 8 bytes, of which a safe integer fills 7 at most.
  data[6] = 0;
  data[7] = Math.floor(context.from / 281_474_976_710_656);
  data.writeUIntBE(context.from % 281_474_976_710_656, 8, 6);
  data.writeUIntBE(context.device, 14, 6);
  data.writeUIntBE(context.n, 20, 5);
  data.writeUInt32BE(context.keyVersion, 25);
  data[29] = SEALED_KINDS.indexOf(context.kind);
  data[30] = context.part;
  return data;
}
