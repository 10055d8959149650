// How opaque bodies are kept: as object references, or packed into a fixed count of numbers where the
// maker of the bodies can rebuild them from numbers (the simulator's descriptors can).
import type { Opaque } from "../protocol/ids.ts";

export interface OpaquePacking {
  /** Numbers that one body takes. */
  readonly width: number;
  pack(body: Opaque, into: Float64Array, offset: number): void;
  /** A body that is `same` as the one packed, of the same length. */
  unpack(from: Float64Array, offset: number): Opaque;
}

/** Keeps the objects themselves: for bodies that hold real bytes. One number, the object's place. */
export class OpaqueReferences implements OpaquePacking {
  readonly width = 1;
  #bodies: Opaque[] = [];

  pack(body: Opaque, into: Float64Array, offset: number): void {
    into[offset] = this.#bodies.push(body) - 1;
  }

  unpack(from: Float64Array, offset: number): Opaque {
    return this.#bodies[from[offset]!]!;
  }
}
