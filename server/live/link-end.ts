// This node's end of one live link: what is said in one turn leaves together, requests wait for their answer
// within 1 s, and what waits for a peer that does not read is bounded.
import { WebSocket } from "ws";
import type { LinkReply } from "../ports/node-link.ts";
import { ok, type Outcome, UNKNOWN } from "../ports/outcome.ts";
import { decodeBatch, type LinkMessage } from "./link-codec.ts";

const DEADLINE_MS = 1_000;
const WAITING_MAX = 20_000;
const BUFFERED_BYTES_MAX = 8 * 1024 * 1024;
/** A batch is sent before it outgrows this. */
const BATCH_CHARS_MAX = 256 * 1024;

interface Waiting {
  readonly settle: (outcome: Outcome<LinkReply>) => void;
  readonly deadlineMs: number;
}

export interface PeerEndHandler {
  message(message: LinkMessage): void;
  /** The connection is gone; called once, and not after `close`. */
  down(): void;
}

export class PeerEnd {
  readonly peer: string;
  /** Monotonic time at which the peer was last heard. */
  heardMs = performance.now();
  readonly #socket: WebSocket;
  readonly #handler: PeerEndHandler;
  /** By request id, oldest first: also in order of their deadlines. */
  readonly #waiting = new Map<number, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #batch: string[] = [];
  #batchChars = 0;
  #flushing = false;
  #requests = 0;
  #open = true;

  constructor(peer: string, socket: WebSocket, handler: PeerEndHandler) {
    this.peer = peer;
    this.#socket = socket;
    this.#handler = handler;
    socket.on("message", (data: Buffer) => this.heard(data.toString()));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      if (!this.#open) return;
      this.#end();
      handler.down();
    });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Ends unknown where the answer does not come, or where too much waits already. */
  ask(encode: (id: number) => string): Promise<Outcome<LinkReply>> {
    if (!this.#open || this.#waiting.size >= WAITING_MAX || this.#isFull())
      return Promise.resolve(UNKNOWN);
    const id = ++this.#requests;
    return new Promise((settle) => {
      this.#waiting.set(id, { settle, deadlineMs: performance.now() + DEADLINE_MS });
      this.#timer ??= setTimeout(() => this.#expire(), DEADLINE_MS);
      this.#push(encode(id));
    });
  }

  /** An answer, a ping: lost where the peer does not read. */
  say(text: string): void {
    if (this.#open && !this.#isFull()) this.#push(text);
  }

  /** A note. Nobody would miss it: where the peer does not read, the link goes with it, and both sides look anew. */
  note(text: string): void {
    if (!this.#open) return;
    if (this.#isFull()) this.#socket.terminate();
    else this.#push(text);
  }

  answered(id: number, reply: LinkReply): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.settle(ok(reply));
  }

  heard(text: string): void {
    this.heardMs = performance.now();
    const messages = decodeBatch(text);
    if (messages === undefined) this.#socket.terminate();
    else for (const message of messages) this.#handler.message(message);
  }

  close(): void {
    this.#end();
    this.#socket.terminate();
  }

  #end(): void {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#batch = [];
    const waiting = Array.from(this.#waiting.values());
    this.#waiting.clear();
    for (const { settle } of waiting) settle(UNKNOWN);
  }

  #isFull(): boolean {
    return this.#socket.bufferedAmount > BUFFERED_BYTES_MAX;
  }

  #push(text: string): void {
    this.#batch.push(text);
    this.#batchChars += text.length;
    if (this.#batchChars >= BATCH_CHARS_MAX) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(() => {
        this.#flushing = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const text = `[${this.#batch.join(",")}]`;
    this.#batch = [];
    this.#batchChars = 0;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #expire(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const [id, { settle, deadlineMs }] of this.#waiting) {
      if (deadlineMs > nowMs) {
        this.#timer = setTimeout(() => this.#expire(), deadlineMs - nowMs);
        return;
      }
      this.#waiting.delete(id);
      settle(UNKNOWN);
    }
  }
}
