// Rows of numbers in pages of typed arrays: what a store holds by the million costs eight bytes a number
// and nothing else. What a column means is decided by the caller.

const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;
const SLOT_MASK = PAGE_ROWS - 1;

export class NumberTable {
  readonly columns: number;
  #pages: Float64Array[] = [];
  #length = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Rows in the table; their ids are 0 to length - 1. */
  get length(): number {
    return this.#length;
  }

  /** A new row of zeros; its id. */
  add(): number {
    const id = this.#length++;
    if ((id & SLOT_MASK) === 0) this.#pages.push(new Float64Array(PAGE_ROWS * this.columns));
    return id;
  }

  get(id: number, column: number): number {
    return this.page(id)[this.offset(id) + column]!;
  }

  set(id: number, column: number, value: number): void {
    this.page(id)[this.offset(id) + column] = value;
  }

  /** The array that holds the row; its columns begin at `offset(id)`. */
  page(id: number): Float64Array {
    return this.#pages[id >>> PAGE_BITS]!;
  }

  offset(id: number): number {
    return (id & SLOT_MASK) * this.columns;
  }
}
