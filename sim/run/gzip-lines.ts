// A file of lines, gzipped in pieces while a simulation runs: written at once and in order, so that nothing piles
// up in memory while the simulation holds the thread.
import { appendFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const PIECE_CHARACTERS = 1 << 20;

export class GzipLines {
  readonly #path: string;
  #lines: string[] = [];
  #characters = 0;

  constructor(path: string) {
    this.#path = path;
    writeFileSync(path, "");
  }

  readonly write = (line: string): void => {
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters > PIECE_CHARACTERS) this.#flush();
  };

  end(): void {
    this.#flush();
  }

  /** Each piece is a gzip member; readers see one stream. */
  #flush(): void {
    if (this.#lines.length === 0) return;
    appendFileSync(this.#path, gzipSync(`${this.#lines.join("\n")}\n`, { level: 4 }));
    this.#lines = [];
    this.#characters = 0;
  }
}
