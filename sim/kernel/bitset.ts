// Which of 65,536 slots hold anything: three levels of 32-bit words, so that the next one is found in a few
// steps however sparse they are. The wheel uses it for the slots ahead of the current one.

const SIZE = 65536;

export class Bitset {
  readonly #words = new Int32Array(SIZE >> 5);
  readonly #groups = new Int32Array(SIZE >> 10);

  set(index: number): void {
    this.#words[index >> 5]! |= 1 << (index & 31);
    this.#groups[index >> 10]! |= 1 << ((index >> 5) & 31);
  }

  clear(index: number): void {
    const word = (this.#words[index >> 5]! &= ~(1 << (index & 31)));
    if (word === 0) this.#groups[index >> 10]! &= ~(1 << ((index >> 5) & 31));
  }

  /** The first set index at or after `from`, going round once; -1 if none is set. */
  next(from: number): number {
    const ahead = this.#nextBefore(from, SIZE);
    return ahead >= 0 ? ahead : this.#nextBefore(0, from);
  }

  #nextBefore(from: number, end: number): number {
    if (from >= end) return -1;
    const word = this.#words[from >> 5]! & (-1 << (from & 31));
    if (word !== 0) return (from & ~31) + lowestBit(word);
    let group = from >> 10;
    const shift = ((from >> 5) & 31) + 1;
    let bits = shift === 32 ? 0 : this.#groups[group]! & (-1 << shift);
    for (;;) {
      if (bits !== 0) {
        const index = (group << 5) + lowestBit(bits);
        return (index << 5) + lowestBit(this.#words[index]!);
      }
      group += 1;
      if (group << 10 >= end) return -1;
      bits = this.#groups[group]!;
    }
  }
}

/** The position of the lowest set bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
