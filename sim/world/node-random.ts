// A node's randomness: the run's named streams, one set per life of the node.
import type { Random, RandomStream } from "../../server/ports/random.ts";
import type { Stream, Streams } from "../kernel/random.ts";
import type { SimulatedIds } from "./simulated-ids.ts";

export class NodeRandom implements Random {
  readonly #streams: Streams;
  readonly #prefix: string;
  readonly #stream: Stream;
  readonly #ids: SimulatedIds;

  constructor(streams: Streams, ids: SimulatedIds, node: string, life: number) {
    this.#streams = streams;
    this.#prefix = `${node}/${life}/`;
    this.#stream = streams.stream(`${this.#prefix}ids`);
    this.#ids = ids;
  }

  stream(name: string): RandomStream {
    return new WideStream(this.#streams.stream(this.#prefix + name));
  }

  id48(): number {
    return this.#ids.draw(this.#stream);
  }
}

/** The kernel's streams draw 32 bits; the core's port promises integers up to 48 bits wide. */
export class WideStream implements RandomStream {
  readonly #stream: Stream;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  next(): number {
    return this.#stream.next();
  }

  int(low: number, high: number): number {
    const count = high - low + 1;
    if (count <= 4_294_967_296) return this.#stream.int(low, high);
    const upper = this.#stream.int(0, 65_535);
    const lower = this.#stream.uint32();
    return low + ((upper * 4_294_967_296 + lower) % count);
  }
}
