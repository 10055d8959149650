// Frames through the real codec inside a simulation: the descriptor of a ciphertext travels as three numbers.
// Only on request: the run must come out the same with and without it.
import { Codec, type OpaqueCodec } from "../../server/protocol/codec.ts";
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import type { Opaque } from "../../server/protocol/ids.ts";

/** How a descriptor is written as numbers and read again. */
export interface DescriptorPacking {
  readonly width: number;
  pack(body: Opaque, into: Float64Array, offset: number): void;
  unpack(from: Float64Array, offset: number): Opaque;
}

export class FrameEncoding {
  readonly #codec: Codec;

  constructor(packing: DescriptorPacking) {
    this.#codec = new Codec(descriptorCodec(packing));
  }

  client(frame: ClientFrame): ClientFrame {
    const decoded = this.#codec.decodeClient(this.#codec.encode(frame));
    if (decoded === undefined) throw new Error(`a ${frame.type} frame does not survive its codec`);
    return decoded;
  }

  server(frame: ServerFrame): ServerFrame {
    const decoded = this.#codec.decodeServer(this.#codec.encode(frame));
    if (decoded === undefined) throw new Error(`a ${frame.type} frame does not survive its codec`);
    return decoded;
  }
}

function descriptorCodec(packing: DescriptorPacking): OpaqueCodec {
  const numbers = new Float64Array(packing.width);
  return {
    toWire: (opaque) => {
      packing.pack(opaque, numbers, 0);
      return Array.from(numbers).join(",");
    },
    fromWire: (value) => {
      if (typeof value !== "string") return undefined;
      const parts = value.split(",");
      if (parts.length !== packing.width) return undefined;
      parts.forEach((part, index) => (numbers[index] = Number(part)));
      return packing.unpack(numbers, 0);
    },
  };
}
