// The events beyond the wheel's horizon: a binary heap over typed arrays, ordered by (time, sequence).
// It knows slots only; the wheel owns what a slot means and takes events out as its horizon reaches them.

export class FarHeap {
  #times = new Float64Array(1024);
  #sequences = new Float64Array(1024);
  #slots = new Int32Array(1024);
  #sequence = 0;
  size = 0;

  /** The time of the earliest event; Infinity when empty. */
  get earliestUs(): number {
    return this.size === 0 ? Infinity : this.#times[0]!;
  }

  push(timeUs: number, slot: number): void {
    if (this.size === this.#slots.length) this.#grow();
    const sequence = this.#sequence++;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      // A later push never goes before an equal time, so comparing times is enough on the way up.
      if (this.#times[parent]! <= timeUs) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#place(hole, timeUs, sequence, slot);
  }

  /** Removes the earliest event and returns its slot. */
  pop(): number {
    const slot = this.#slots[0]!;
    const last = --this.size;
    const timeUs = this.#times[last]!;
    const sequence = this.#sequences[last]!;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(child + 1, this.#times[child]!, this.#sequences[child]!))
        child += 1;
      if (!this.#before(child, timeUs, sequence)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#place(hole, timeUs, sequence, this.#slots[last]!);
    return slot;
  }

  #before(index: number, timeUs: number, sequence: number): boolean {
    const own = this.#times[index]!;
    return own < timeUs || (own === timeUs && this.#sequences[index]! < sequence);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#times[from]!, this.#sequences[from]!, this.#slots[from]!);
  }

  #place(index: number, timeUs: number, sequence: number, slot: number): void {
    this.#times[index] = timeUs;
    this.#sequences[index] = sequence;
    this.#slots[index] = slot;
  }

  #grow(): void {
    const capacity = this.#slots.length * 2;
    const times = new Float64Array(capacity);
    const sequences = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    times.set(this.#times);
    sequences.set(this.#sequences);
    slots.set(this.#slots);
    this.#times = times;
    this.#sequences = sequences;
    this.#slots = slots;
  }
}
