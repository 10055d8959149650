// What all workers of a run know of the nodes, in memory that they share: who listens, how many connections each
// has, where the balancer last was. The choice itself is sim/world/balancer.ts, as in a simulation.
import type { RandomStream } from "../../../../server/ports/random.ts";
import {
  chooseNode,
  type BalancedNode,
  type BalancerPolicy,
  type BalancerState,
} from "../../balancer.ts";

const NEXT = 0;
const HEADER = 1;

export class SharedNodes {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #nodes: readonly BalancedNode[];
  readonly #state: BalancerState;

  constructor(count: number, memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer((HEADER + 2 * count) * 4);
    const words = new Int32Array(this.memory);
    this.#words = words;
    if (memory === undefined) for (let i = 0; i < count; i++) words[HEADER + 2 * i] = 1;
    this.#nodes = Array.from({ length: count }, (_, index) => new SharedNode(words, index));
    this.#state = new SharedState(words);
  }

  setListening(node: number, listening: boolean): void {
    Atomics.store(this.#words, HEADER + 2 * node, listening ? 1 : 0);
  }

  /** A connection more (1) or less (-1). */
  addConnection(node: number, change: 1 | -1): void {
    Atomics.add(this.#words, HEADER + 2 * node + 1, change);
  }

  /** Index of a node; -1 where none listens. */
  choose(policy: BalancerPolicy, random: RandomStream): number {
    return chooseNode(policy, this.#nodes, this.#state, random);
  }
}

class SharedNode implements BalancedNode {
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#at = HEADER + 2 * index;
  }

  get listening(): boolean {
    return Atomics.load(this.#words, this.#at) === 1;
  }

  get connections(): number {
    return Atomics.load(this.#words, this.#at + 1);
  }
}

class SharedState implements BalancerState {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  get next(): number {
    return Atomics.load(this.#words, NEXT);
  }

  set next(next: number) {
    Atomics.store(this.#words, NEXT, next);
  }
}
