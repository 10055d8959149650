// A queue whose both ends cost the same at any length: a ring that doubles when full. Array.shift does not.

export class Fifo<T> {
  #items: (T | undefined)[] = [undefined, undefined, undefined, undefined];
  #head = 0;
  length = 0;

  push(item: T): void {
    if (this.length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.length) & (this.#items.length - 1)] = item;
    this.length += 1;
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.length -= 1;
    return item;
  }

  clear(): void {
    this.#items = [undefined, undefined, undefined, undefined];
    this.#head = 0;
    this.length = 0;
  }

  #grow(): void {
    const items: (T | undefined)[] = [];
    const capacity = this.#items.length;
    for (let i = 0; i < capacity; i++) items.push(this.#items[(this.#head + i) & (capacity - 1)]);
    for (let i = 0; i < capacity; i++) items.push(undefined);
    this.#items = items;
    this.#head = 0;
  }
}
