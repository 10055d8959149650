// Ciphertext of a live node: the bytes themselves. The core stores and forwards them and never looks inside.
import type { Readable } from "node:stream";
import type { BlobBody } from "../ports/blob-store.ts";
import type { OpaqueCodec } from "../protocol/codec.ts";
import type { Opaque } from "../protocol/ids.ts";

export class Bytes implements Opaque {
  readonly buffer: Buffer;
  /** The same as text, once it was asked for: it goes to a peer and to a client. */
  #text: string | undefined;

  /** The array is not copied: whoever gives it must not change it. */
  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Undefined where the text is not base64 with its padding. */
  static fromBase64(text: string): Bytes | undefined {
    if (text.length % 4 !== 0) return undefined;
    const buffer = Buffer.from(text, "base64");
    // Node skips what is not base64: then fewer bytes come out than the length promises.
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    return buffer.length === (text.length / 4) * 3 - padding ? new Bytes(buffer) : undefined;
  }

  /** As `fromBase64`, of a text that `base64` made: it is kept. */
  static fromPeer(text: string): Bytes | undefined {
    const bytes = Bytes.fromBase64(text);
    if (bytes !== undefined) bytes.#text = text;
    return bytes;
  }

  get length(): number {
    return this.buffer.length;
  }

  same(other: Opaque): boolean {
    return other instanceof Bytes && this.buffer.equals(other.buffer);
  }

  base64(): string {
    return (this.#text ??= this.buffer.toString("base64"));
  }
}

/** Bodies and thumbnails on the wire: base64 text. */
export const bytesCodec: OpaqueCodec = {
  toWire: (opaque) => bytesOf(opaque).base64(),
  fromWire: (value) => (typeof value === "string" ? Bytes.fromBase64(value) : undefined),
};

/** A live node makes no other opaque values. */
export function bytesOf(opaque: Opaque): Bytes {
  if (opaque instanceof Bytes) return opaque;
  throw new Error("an opaque value of another world reached a live adapter");
}

/** A blob on its way, read once; whoever does not read it to its end destroys the stream. */
export interface StreamBody extends BlobBody {
  readonly stream: Readable;
}

export function streamOf(body: BlobBody): Readable {
  if ("stream" in body) return (body as StreamBody).stream;
  throw new Error("a blob of another world reached a live adapter");
}
