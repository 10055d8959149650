// A TCP-like stream between two sites. On a live connection no message is lost or overtaken: what a cut or a
// lost packet holds back is sent again, in order. Nothing here dies of silence: noticing a dead peer is the
// application's business, as it is with real sockets.

import type { EventId, Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import { DATA, End, FIN, SYN, SYN_ACK, type Flight } from "./end.ts";
import type { Endpoint, Link } from "./link.ts";

/** The side that dialled, or the one that was dialled. */
export type Side = 0 | 1;
export const DIALER = 0;
export const ACCEPTOR = 1;

/** closed: the peer closed in order. reset: the peer's process or this connection is gone, what was under way
 * may or may not have arrived. refused, timeout: only for a connection that never opened. */
export type CloseCause = "closed" | "reset" | "refused" | "timeout";

/** One side's handler; `In` is what this side receives. A handler shared by many connections finds its own
 * state in `connection.owner`. */
export interface ConnectionHandler<In> {
  /** The dialer learns that it may send (what it sends earlier is refused); the acceptor knows by itself. */
  onOpen?(connection: AnyConnection): void;
  onMessage(connection: AnyConnection, message: In, bytes: number): void;
  /** At most once, and never to the side that closed, reset or vanished by itself. */
  onClose(connection: AnyConnection, cause: CloseCause, code: number): void;
}

export interface Acceptor<Up> {
  /** Answer with `accept` or `refuse`, now or later: until then the dialer waits (an accept queue). */
  onConnect(connection: Connection<Up, never>): void;
}

/** A connection whose message types the holder does not need. */
export type AnyConnection = Connection<never, never>;

/** What a connection asks of the network that made it. */
export interface Wire {
  readonly kernel: Kernel;
  readonly socketBufferBytes: number;
  acceptorAt(site: Endpoint): Acceptor<never> | undefined;
  /** A site without power answers nothing, not even with a reset. */
  isPowered(site: Endpoint): boolean;
}

const HANDSHAKE_BYTES = 60;
const FIN_BYTES = 60;

/** Up is what the dialer sends, Down what it receives. */
export class Connection<Up, Down> {
  readonly id: number;
  readonly #wire: Wire;
  readonly #dialer: End;
  readonly #acceptor: End;
  #owner: [unknown, unknown] | undefined = undefined;
  #timeout: EventId = 0;

  /** Made by Network.connect; the handshake starts at once and takes one round trip. */
  constructor(
    id: number,
    wire: Wire,
    up: Link,
    down: Link,
    handler: ConnectionHandler<Down>,
    timeoutUs: number,
    departureUs: number,
  ) {
    this.id = id;
    this.#wire = wire;
    this.#dialer = new End(this, wire, up);
    this.#acceptor = new End(this, wire, down);
    this.#dialer.peer = this.#acceptor;
    this.#acceptor.peer = this.#dialer;
    this.#dialer.handler = handler;
    this.#dialer.state = "connecting";
    this.#acceptor.state = "connecting";
    if (timeoutUs > 0)
      this.#timeout = wire.kernel.after(timeoutUs, LABELS.connect, giveUp, this as AnyConnection);
    this.#dialer.dispatch(SYN, undefined, HANDSHAKE_BYTES, departureUs);
  }

  /** The acceptor takes the connection and may send from now on; false if the dialer is gone already. */
  accept(handler: ConnectionHandler<Up>, departureUs: number = this.#wire.kernel.now): boolean {
    if (this.#acceptor.state !== "connecting") return false;
    this.#acceptor.handler = handler;
    this.#acceptor.state = "open";
    this.#acceptor.dispatch(SYN_ACK, undefined, HANDSHAKE_BYTES, departureUs);
    return true;
  }

  refuse(departureUs: number = this.#wire.kernel.now): void {
    if (this.#acceptor.state === "connecting") this.#acceptor.abort(departureUs);
  }

  /** False, and nothing sent, unless this side is open. `bytes` is what the link is charged. */
  send(side: 0, message: Up, bytes: number, departureUs?: number): boolean;
  send(side: 1, message: Down, bytes: number, departureUs?: number): boolean;
  send(
    side: Side,
    message: Up | Down,
    bytes: number,
    departureUs: number = this.#wire.kernel.now,
  ): boolean {
    const end = side === DIALER ? this.#dialer : this.#acceptor;
    if (end.state !== "open") return false;
    end.inFlightBytes += bytes;
    end.dispatch(DATA, message, bytes, departureUs);
    return true;
  }

  /** Closes in order: what was sent before arrives, then the peer's onClose. This side hears nothing more. */
  close(side: Side, code = 1000, departureUs: number = this.#wire.kernel.now): void {
    const end = this.#end(side);
    if (end.state === "connecting") return this.reset(side, departureUs);
    if (end.state !== "open") return;
    end.state = "closed";
    end.forgetUnread();
    end.dispatch(FIN, code, FIN_BYTES, departureUs);
  }

  /** This side's process died or gave up, its host lives: what it had not got out is lost, the peer sees a
   * reset after one latency, or, if that cannot get through, when it next reaches this side. */
  reset(side: Side, departureUs: number = this.#wire.kernel.now): void {
    const end = this.#end(side);
    if (end.state === "closed" || end.state === "vanished") return;
    // Only who dialled stops waiting: the acceptor's reset may be lost, and then nothing else ends the dialling.
    if (side === DIALER) this.#wire.kernel.cancel(this.#timeout);
    end.abort(departureUs);
  }

  /** This side is gone without a sign and answers nothing: the peer is left with a half-open connection. */
  vanish(side: Side): void {
    const end = this.#end(side);
    end.state = "vanished";
    end.forgetUnsent();
    end.forgetUnread();
    if (side === DIALER) this.#wire.kernel.cancel(this.#timeout);
  }

  isOpen(side: Side): boolean {
    return this.#end(side).state === "open";
  }

  /** How fast this side reads; 0 stops it, Infinity (as at the start) reads at once. */
  setReader(side: Side, bytesPerSecond: number): void {
    this.#end(side).setReader(bytesPerSecond);
  }

  /** Sent by this side and not yet read by the other. */
  inFlightBytes(side: Side): number {
    return this.#end(side).inFlightBytes;
  }

  /** What this side's socket still has to hold: bytes that a cut keeps back or that the peer leaves unread,
   * less what the two sockets' own buffers take. */
  bufferedBytes(side: Side): number {
    return Math.max(0, this.#end(side).waitingBytes - this.#wire.socketBufferBytes);
  }

  /** What the owners of the two sides hang on it: the dialer's, then the acceptor's. */
  get owner(): [unknown, unknown] {
    this.#owner ??= [undefined, undefined];
    return this.#owner;
  }

  /** The dialer's site, then the acceptor's. */
  get sites(): readonly [Endpoint, Endpoint] {
    return [this.#dialer.link.from, this.#acceptor.link.from];
  }

  /** Called by the ends: a handshake step arrived. */
  onHandshake(flight: Flight): void {
    if (flight.kind === SYN_ACK) return this.#onAnswer();
    const site = this.#acceptor.link.from;
    if (!this.#wire.isPowered(site) || this.#acceptor.state !== "connecting") return;
    const acceptor = this.#wire.acceptorAt(site);
    if (acceptor === undefined) this.#acceptor.abort(this.#wire.kernel.now);
    else acceptor.onConnect(this as AnyConnection);
  }

  #onAnswer(): void {
    if (this.#dialer.state !== "connecting") return this.#dialer.answerDead();
    this.#wire.kernel.cancel(this.#timeout);
    this.#timeout = 0;
    this.#dialer.state = "open";
    this.#dialer.handler?.onOpen?.(this as AnyConnection);
  }

  /** The connect deadline passed. */
  giveUp(): void {
    if (this.#dialer.state !== "connecting") return;
    this.#dialer.forgetUnsent();
    this.#dialer.lose("timeout", 0);
  }

  #end(side: Side): End {
    return side === DIALER ? this.#dialer : this.#acceptor;
  }
}

function giveUp(connection: AnyConnection): void {
  connection.giveUp();
}
