// One row of numbers a message, in columns, so that a million messages fit. Rows are numbered through the
// run; the log table knows which row is whose.

export const ANSWER = { open: 0, ok: 1, refused: 2, unknown: 3 } as const;

export const FLAG = {
  invoked: 1,
  /** Shown as a message on a device of its recipient. */
  shown: 2,
  /** A row stands in the store (message or void). */
  applied: 4,
  scanned: 8,
  scannedVoid: 16,
  /** Delivered or shown as a void. */
  voidSeen: 32,
  /** Names a blob. */
  named: 64,
  /** Received by somebody as a message: by push, or in a history. */
  received: 128,
  /** Sent again with other bytes: several contents were attempted. */
  forked: 256,
  /** A void stands in the store: this n is settled. */
  voidApplied: 512,
} as const;

export const SEEN = { nothing: -2, void: -3 } as const;

const ROWS_FIRST = 1024;

function grown<T extends Int32Array | Float64Array | Uint8Array | Uint16Array>(
  column: T,
  larger: T,
): T {
  larger.set(column);
  return larger;
}

export class MessageTable {
  count = 0;
  /** The first content attempted. */
  content = new Int32Array(ROWS_FIRST);
  /** The first content seen by anybody, or a member of SEEN. */
  seen = new Int32Array(ROWS_FIRST);
  log = new Int32Array(ROWS_FIRST);
  n = new Int32Array(ROWS_FIRST);
  flags = new Uint16Array(ROWS_FIRST);
  answer = new Uint8Array(ROWS_FIRST);
  kind = new Uint8Array(ROWS_FIRST);
  sentAt = new Float64Array(ROWS_FIRST);
  invokedT = new Float64Array(ROWS_FIRST);
  confirmedT = new Float64Array(ROWS_FIRST);
  /** Further contents attempted under one identity: only planted forks have them. */
  readonly others = new Map<number, number[]>();

  add(log: number, n: number): number {
    const row = this.count;
    if (row === this.log.length) this.#grow();
    this.count += 1;
    this.log[row] = log;
    this.n[row] = n;
    this.seen[row] = SEEN.nothing;
    return row;
  }

  attempted(row: number, content: number): boolean {
    if (this.content[row] === content) return true;
    return this.others.get(row)?.includes(content) ?? false;
  }

  #grow(): void {
    const rows = this.count * 2;
    this.content = grown(this.content, new Int32Array(rows));
    this.seen = grown(this.seen, new Int32Array(rows));
    this.log = grown(this.log, new Int32Array(rows));
    this.n = grown(this.n, new Int32Array(rows));
    this.flags = grown(this.flags, new Uint16Array(rows));
    this.answer = grown(this.answer, new Uint8Array(rows));
    this.kind = grown(this.kind, new Uint8Array(rows));
    this.sentAt = grown(this.sentAt, new Float64Array(rows));
    this.invokedT = grown(this.invokedT, new Float64Array(rows));
    this.confirmedT = grown(this.confirmedT, new Float64Array(rows));
  }
}
