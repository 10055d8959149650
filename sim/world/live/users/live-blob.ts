// Pictures on their way: sealed part by part while they leave and opened part by part while they arrive, so that
// ten megabytes neither stay in memory nor hold up the thread.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  type CipherGCM,
  type DecipherGCM,
} from "node:crypto";
import type { BlobBody } from "../../../../server/ports/blob-store.ts";
import type { BlobId } from "../../../../server/protocol/ids.ts";
import { BLOB_NONCE_BYTES, TAG_BYTES } from "../../../../server/protocol/sealing.ts";
import type { Plain, SealedBlob } from "../../../device/ports.ts";
import { contentNamed, nameContent, PLAIN_BYTES_MIN, type PlainStream } from "./plaintext.ts";

const ALGORITHM = "aes-256-gcm";
const NONCE = Buffer.alloc(BLOB_NONCE_BYTES);
const PART_BYTES = 65_536;
/** Parts that are hashed in one turn of the event loop. */
const PARTS_A_TURN = 4;

/** The bytes of a picture by its content. */
export type PlainOf = (content: number) => PlainStream;

export class LiveBlob implements SealedBlob {
  readonly bytes: number;
  readonly #key: Buffer;
  readonly #plain: Plain;
  readonly #plainOf: PlainOf;
  #sha256: string | undefined = undefined;

  constructor(key: Buffer, plain: Plain, plainOf: PlainOf) {
    this.#key = key;
    this.#plain = { content: plain.content, bytes: Math.max(PLAIN_BYTES_MIN, plain.bytes) };
    this.#plainOf = plainOf;
    this.bytes = this.#plain.bytes + TAG_BYTES;
  }

  /** At once where `digest` has been awaited. */
  get sha256(): string {
    if (this.#sha256 === undefined) {
      const hash = createHash("sha256");
      for (const part of this.parts()) hash.update(part);
      this.#sha256 = hash.digest("hex");
    }
    return this.#sha256;
  }

  async digest(): Promise<string> {
    if (this.#sha256 !== undefined) return this.#sha256;
    const hash = createHash("sha256");
    let count = 0;
    for (const part of this.parts()) {
      hash.update(part);
      if (++count % PARTS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#sha256 = hash.digest("hex");
    return this.#sha256;
  }

  /** The ciphertext from its beginning, the same bytes every time. */
  *parts(): IterableIterator<Buffer> {
    const cipher: CipherGCM = createCipheriv(ALGORITHM, this.#key, NONCE);
    const stream = this.#plainOf(this.#plain.content);
    let left = this.#plain.bytes;
    let start = PLAIN_BYTES_MIN;
    while (left > 0) {
      const text = Buffer.allocUnsafe(Math.min(left, PART_BYTES));
      if (start > 0) nameContent(text, this.#plain.content);
      stream.fill(text, start, text.length);
      start = 0;
      left -= text.length;
      yield cipher.update(text);
    }
    cipher.final();
    yield cipher.getAuthTag();
  }
}

/** What arrived under a picture's name, opened on the way under one key. */
export class OpenedBlob implements BlobBody {
  readonly bytes: number;
  readonly blob: BlobId;
  readonly key: string;
  readonly plain: Plain | undefined;

  constructor(blob: BlobId, key: string, bytes: number, plain: Plain | undefined) {
    this.blob = blob;
    this.key = key;
    this.bytes = bytes;
    this.plain = plain;
  }
}

export class BlobOpener {
  readonly #decipher: DecipherGCM;
  readonly #plainOf: PlainOf;
  /** The last bytes so far: they may be the tag. */
  #tail = Buffer.alloc(0);
  #named = Buffer.alloc(0);
  #stream: PlainStream | undefined = undefined;
  #content = 0;
  #isRight = true;
  #bytes = 0;

  constructor(key: Buffer, plainOf: PlainOf) {
    this.#decipher = createDecipheriv(ALGORITHM, key, NONCE);
    this.#plainOf = plainOf;
  }

  take(part: Buffer): void {
    this.#bytes += part.length;
    const all = this.#tail.length === 0 ? part : Buffer.concat([this.#tail, part]);
    const end = Math.max(0, all.length - TAG_BYTES);
    if (end > 0 && this.#isRight) this.#check(this.#decipher.update(all.subarray(0, end)));
    this.#tail = Buffer.from(all.subarray(end));
  }

  /** Undefined where a byte or the tag was wrong. */
  end(): Plain | undefined {
    if (!this.#isRight || this.#stream === undefined || this.#tail.length < TAG_BYTES)
      return undefined;
    try {
      this.#decipher.setAuthTag(this.#tail);
      this.#decipher.final();
    } catch {
      // The tag does not fit: other bytes, or another key.
      return undefined;
    }
    return { content: this.#content, bytes: this.#bytes - TAG_BYTES };
  }

  get bytes(): number {
    return this.#bytes;
  }

  #check(text: Buffer): void {
    if (this.#stream !== undefined) {
      this.#isRight = this.#stream.matches(text, 0, text.length);
      return;
    }
    const all = Buffer.concat([this.#named, text]);
    if (all.length < PLAIN_BYTES_MIN) {
      this.#named = all;
      return;
    }
    this.#content = contentNamed(all);
    this.#stream = this.#plainOf(this.#content);
    this.#isRight = this.#stream.matches(all, PLAIN_BYTES_MIN, all.length);
  }
}
