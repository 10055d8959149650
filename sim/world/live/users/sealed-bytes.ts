// Ciphertext of a live device: the bytes themselves, base64 text on the wire.
import type { OpaqueCodec } from "../../../../server/protocol/codec.ts";
import type { Opaque } from "../../../../server/protocol/ids.ts";

export class SealedBytes implements Opaque {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  same(other: Opaque): boolean {
    return other instanceof SealedBytes && this.bytes.equals(other.bytes);
  }
}

export const sealedBytesCodec: OpaqueCodec = {
  toWire: (opaque) => {
    if (!(opaque instanceof SealedBytes)) throw new Error("not sealed by a live device");
    return opaque.bytes.toString("base64");
  },
  fromWire: (value) =>
    typeof value === "string" ? new SealedBytes(Buffer.from(value, "base64")) : undefined,
};
