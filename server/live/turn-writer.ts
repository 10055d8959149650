// What is written to clients in one turn of the event loop, gathered: one write a client and turn, as text. The
// WebSocket layer would make two buffers and a system call of every frame.
import type { Duplex } from "node:stream";

/** A longer text needs another header; the WebSocket layer writes it. */
const PLAIN_CHARS_MAX = 65_535;
const SHORT_CHARS_MAX = 125;

/** A text frame of a server, unmasked; undefined where it is not plain ASCII, or too long for this. */
export function plainFrame(text: string): string | undefined {
  const { length } = text;
  if (length > PLAIN_CHARS_MAX || Buffer.byteLength(text) !== length) return undefined;
  if (length <= SHORT_CHARS_MAX) return `\x81${String.fromCharCode(length)}${text}`;
  return `\x81\x7e${String.fromCharCode(length >> 8, length & 0xff)}${text}`;
}

/** The end of this turn, for all clients of a node. */
export class TurnEnd {
  #waiting: ClientWriter[] = [];

  add(writer: ClientWriter): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(writer);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const writer of waiting) writer.flush();
  }
}

export class ClientWriter {
  readonly #socket: Duplex;
  readonly #turn: TurnEnd;
  #text = "";

  constructor(socket: Duplex, turn: TurnEnd) {
    this.#socket = socket;
    this.#turn = turn;
  }

  /** Characters that wait for the end of the turn: bytes, too. */
  get waiting(): number {
    return this.#text.length;
  }

  /** A whole frame as `plainFrame` makes it. */
  add(frame: string): void {
    if (this.#text === "") this.#turn.add(this);
    this.#text += frame;
  }

  /** Before anything else is written to the same socket. */
  flush(): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    if (this.#socket.writable) this.#socket.write(text, "latin1");
  }
}
