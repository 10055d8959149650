// A number for each pair of numbers, in the order of their first coming: a key that is cheaper than their text.

export class PairNumbers {
  readonly #ofFirst = new Map<number, Map<number, number>>();
  #given = 0;

  of(first: number, second: number): number {
    let ofSecond = this.#ofFirst.get(first);
    if (ofSecond === undefined) {
      ofSecond = new Map<number, number>();
      this.#ofFirst.set(first, ofSecond);
    }
    let number = ofSecond.get(second);
    if (number === undefined) {
      number = this.#given++;
      ofSecond.set(second, number);
    }
    return number;
  }
}
