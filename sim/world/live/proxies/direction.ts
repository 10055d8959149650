// One direction of one proxied link: what holds, delays or throttles the bytes of all its connections, and the
// pump that carries those of one connection under it. Bytes keep their order; nothing is dropped.
import type { Socket } from "node:net";
import { Sampler } from "../../../kernel/distribution.ts";
import type { ByteRule } from "./messages.ts";

/** More than this waiting in a pump, and its source is no longer read. */
const WAITING_BYTES_MAX = 1 << 20;
const PIECE_BYTES = 16_384;
const RESENT_MIN_MS = 200;
const RESENT_MAX_MS = 1_000;

export class Direction {
  readonly #rules = new Map<number, ByteRule>();
  readonly #samplers = new Map<number, Sampler>();
  readonly pumps = new Set<Pump>();
  /** Until when the bytes already sent fill a throttled link. */
  #busyUntilMs = 0;

  add(id: number, rule: ByteRule): void {
    this.#rules.set(id, rule);
    if (rule.kind === "delay") this.#samplers.set(id, new Sampler(rule.latency));
  }

  lift(id: number): void {
    const rule = this.#rules.get(id);
    if (rule === undefined) return;
    this.#rules.delete(id);
    this.#samplers.delete(id);
    if (this.held) return;
    for (const pump of this.pumps) {
      // As in a simulation: nothing is delayed by a fault that is over.
      if (rule.kind === "delay") pump.hurry();
      const resent = rule.kind === "hold" && rule.resent;
      const afterMs = resent ? RESENT_MIN_MS + Math.random() * (RESENT_MAX_MS - RESENT_MIN_MS) : 0;
      pump.flushAfter(afterMs);
    }
  }

  get held(): boolean {
    for (const rule of this.#rules.values()) if (rule.kind === "hold") return true;
    return false;
  }

  /** A drawn time on top of each piece. */
  delayMs(): number {
    let sum = 0;
    for (const sampler of this.#samplers.values()) sum += sampler.at(Math.random()) / 1000;
    return sum;
  }

  /** How long until the next piece may go; 0 where no throttle is in force. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#busyUntilMs - nowMs);
  }

  sent(nowMs: number, bytes: number): void {
    let bytesPerS = Infinity;
    for (const rule of this.#rules.values())
      if (rule.kind === "throttle") bytesPerS = Math.min(bytesPerS, rule.bytesPerS);
    if (bytesPerS === Infinity) return;
    this.#busyUntilMs = Math.max(nowMs, this.#busyUntilMs) + (bytes * 1000) / bytesPerS;
  }
}

interface Piece {
  /** undefined: the end of the stream. */
  readonly bytes: Buffer | undefined;
  dueMs: number;
}

export class Pump {
  readonly #direction: Direction;
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #waiting: Piece[] = [];
  #waitingBytes = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;
  #broken = false;

  constructor(direction: Direction, source: Socket, sink: Socket) {
    this.#direction = direction;
    this.#source = source;
    this.#sink = sink;
    direction.pumps.add(this);
    source.on("data", (bytes: Buffer) => this.#take(bytes));
    source.on("end", () => this.#take(undefined));
    source.on("close", () => {
      this.#broken = true;
      this.#flush();
    });
    sink.on("drain", () => {
      this.#blocked = false;
      this.#flush();
    });
    sink.on("close", () => this.#stop());
  }

  /** What waits goes on as if it had not been delayed. */
  hurry(): void {
    for (const piece of this.#waiting) piece.dueMs = 0;
    this.#lastDueMs = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  flushAfter(ms: number): void {
    this.#arm(ms);
  }

  #take(bytes: Buffer | undefined): void {
    const nowMs = performance.now();
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + this.#direction.delayMs());
    this.#waiting.push({ bytes, dueMs: this.#lastDueMs });
    this.#waitingBytes += bytes?.length ?? 0;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#source.pause();
    this.#flush();
  }

  #flush(): void {
    if (this.#timer !== undefined) return;
    while (!this.#blocked && !this.#direction.held) {
      const [piece] = this.#waiting;
      if (piece === undefined) {
        // A connection that broke at one end breaks at the other, once everything before has passed.
        if (this.#broken && !this.#sink.destroyed) this.#sink.resetAndDestroy();
        return;
      }
      const nowMs = performance.now();
      const waitMs = Math.max(piece.dueMs - nowMs, this.#direction.waitMs(nowMs));
      if (waitMs > 0.5) return this.#arm(waitMs);
      this.#waiting.shift();
      if (piece.bytes === undefined) {
        this.#sink.end();
        this.#broken = false;
        continue;
      }
      this.#send(piece.bytes, piece.dueMs, nowMs);
    }
  }

  #send(bytes: Buffer, dueMs: number, nowMs: number): void {
    const now = bytes.subarray(0, PIECE_BYTES);
    if (now.length < bytes.length)
      this.#waiting.unshift({ bytes: bytes.subarray(PIECE_BYTES), dueMs });
    this.#direction.sent(nowMs, now.length);
    this.#waitingBytes -= now.length;
    if (this.#waitingBytes <= WAITING_BYTES_MAX / 2) this.#source.resume();
    if (!this.#sink.write(now)) this.#blocked = true;
  }

  #arm(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, ms);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#direction.pumps.delete(this);
    this.#waiting.length = 0;
  }
}
