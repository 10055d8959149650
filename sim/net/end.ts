// One side of a connection: what it has sent, what is held back on its way, what its peer has not read yet.
// Everything that leaves an end arrives in order at its peer; the fast path is one event and one record.

import { LABELS } from "../kernel/labels.ts";
import { Fifo } from "../kernel/fifo.ts";
import type { EventId } from "../kernel/kernel.ts";
import type { CloseCause, Connection, ConnectionHandler, Wire } from "./connection.ts";
import type { Link, Stuck } from "./link.ts";

export const SYN = 0;
export const SYN_ACK = 1;
export const DATA = 2;
export const FIN = 3;
export const RESET = 4;

const RESET_BYTES = 40;

/** Something on its way from an end to its peer. */
export interface Flight {
  readonly end: End;
  readonly kind: number;
  readonly message: unknown;
  readonly bytes: number;
}

export class End {
  readonly connection: Connection<never, never>;
  readonly link: Link;
  peer: End = this;
  handler: ConnectionHandler<never> | undefined = undefined;
  /** closed: answers what still arrives with a reset; vanished: answers nothing. */
  state: "connecting" | "open" | "closed" | "vanished" = "connecting";
  inFlightBytes = 0;
  /** The part of inFlightBytes that is held back or unread, not merely travelling. */
  waitingBytes = 0;
  readonly #wire: Wire;
  #lastArrivalUs = 0;
  #outbox: HeldOutbox | undefined = undefined;
  #inbox: SlowInbox | undefined = undefined;

  constructor(connection: Connection<never, never>, wire: Wire, link: Link) {
    this.connection = connection;
    this.#wire = wire;
    this.link = link;
  }

  dispatch(kind: number, message: unknown, bytes: number, departureUs: number): void {
    const flight: Flight = { end: this, kind, message, bytes };
    if (this.#outbox !== undefined) this.#hold(flight);
    else if (this.link.rules.length === 0) this.#depart(flight, departureUs);
    else this.#dispatchUnderRules(flight, departureUs);
  }

  /** Ends this side at once: its unsent bytes are lost and one reset leaves; nothing repeats a lost reset. */
  abort(departureUs: number): void {
    this.state = "closed";
    this.forgetUnsent();
    this.forgetUnread();
    const arrivalUs = this.link.transit(RESET_BYTES, departureUs);
    if (arrivalUs < 0 || !this.#wire.isPowered(this.link.from)) return;
    const flight: Flight = { end: this, kind: RESET, message: 0, bytes: 0 };
    this.#arriveAt(arrivalUs, flight);
  }

  /** Something reached a socket that is gone: its host says so, if it can. */
  answerDead(): void {
    if (this.state === "closed" && this.peer.state === "open") this.abort(this.#wire.kernel.now);
  }

  /** The peer or the connection is gone: the application hears of it once. */
  lose(cause: CloseCause, code: number): void {
    this.state = "closed";
    this.forgetUnsent();
    this.forgetUnread();
    this.handler?.onClose(this.connection, cause, code);
  }

  receive(flight: Flight): void {
    if (flight.kind === DATA && this.state === "open") {
      if (this.#inbox === undefined) this.#read(flight);
      else this.#inbox.push(flight);
    } else if (this.state === "vanished")
      flight.end.waitingBytes += flight.bytes; // never acknowledged
    else if (flight.kind <= SYN_ACK) this.connection.onHandshake(flight);
    else if (this.state === "closed") {
      if (flight.kind !== RESET) this.answerDead();
    } else if (flight.kind === RESET) this.lose(this.state === "open" ? "reset" : "refused", 0);
    else if (this.#inbox !== undefined && this.#inbox.unread.length > 0) this.#inbox.push(flight);
    else this.#read(flight);
  }

  setReader(bytesPerSecond: number): void {
    if (this.state === "closed" || this.state === "vanished") return;
    this.#inbox ??= new SlowInbox(this, this.#wire);
    this.#inbox.setRate(bytesPerSecond);
  }

  /** The slow reader took this one; called by the inbox. */
  readLate(flight: Flight): void {
    flight.end.waitingBytes -= flight.bytes;
    this.#read(flight);
  }

  /** The reader is at full speed and has nothing left to catch up. */
  dropInbox(): void {
    this.#inbox = undefined;
  }

  forgetUnsent(): void {
    if (this.#outbox === undefined) return;
    for (const flight of this.#outbox.flights) {
      if (flight.kind !== DATA) continue;
      this.inFlightBytes -= flight.bytes;
      this.waitingBytes -= flight.bytes;
    }
    this.#outbox.abandoned = true;
    this.#outbox = undefined;
  }

  forgetUnread(): void {
    if (this.#inbox === undefined) return;
    this.#inbox.forget();
    this.#inbox = undefined;
  }

  /** A held outbox tries again, from its head; what the rules still forbid stays. */
  resume(outbox: HeldOutbox): void {
    this.#outbox = undefined;
    const flights = outbox.flights;
    for (const flight of flights) {
      if (flight.kind === DATA) this.waitingBytes -= flight.bytes;
      if (this.#outbox !== undefined) this.#hold(flight);
      else this.#dispatchUnderRules(flight, this.#wire.kernel.now);
    }
  }

  #read(flight: Flight): void {
    if (flight.kind === FIN) {
      this.lose("closed", flight.message as number);
      return;
    }
    flight.end.inFlightBytes -= flight.bytes;
    this.handler!.onMessage(this.connection, flight.message as never, flight.bytes);
  }

  #dispatchUnderRules(flight: Flight, departureUs: number): void {
    const verdict = this.link.judge(flight.bytes);
    if (typeof verdict === "object") this.#depart(flight, departureUs + verdict.delayUs);
    else if (verdict === "pass" || verdict === "duplicate") this.#depart(flight, departureUs);
    else {
      this.#outbox = new HeldOutbox(this, verdict === "stall");
      this.#hold(flight);
      if (verdict === "drop") this.link.resumeAfter(this.link.retransmitUs(), this.#outbox);
      else this.link.stick(this.#outbox);
    }
  }

  #hold(flight: Flight): void {
    this.#outbox!.flights.push(flight);
    if (flight.kind === DATA) this.waitingBytes += flight.bytes;
  }

  #depart(flight: Flight, departureUs: number): void {
    this.#arriveAt(this.link.travel(flight.bytes, departureUs), flight);
  }

  #arriveAt(timeUs: number, flight: Flight): void {
    if (timeUs > this.#lastArrivalUs) this.#lastArrivalUs = timeUs;
    this.#wire.kernel.at(this.#lastArrivalUs, LABELS.netArrive, arrive, flight);
  }
}

function arrive(flight: Flight): void {
  flight.end.peer.receive(flight);
}

/** What an end could not get out, in order, while a rule or a lost packet holds its stream back. */
class HeldOutbox implements Stuck {
  readonly stalled: boolean;
  readonly flights: Flight[] = [];
  abandoned = false;
  readonly #end: End;

  constructor(end: End, stalled: boolean) {
    this.#end = end;
    this.stalled = stalled;
  }

  resume(): void {
    if (!this.abandoned) this.#end.resume(this);
  }
}

/** What has arrived at an end that does not read it at once. */
class SlowInbox {
  readonly unread = new Fifo<Flight>();
  readonly #end: End;
  readonly #wire: Wire;
  #bytesPerSecond = Infinity;
  #event: EventId = 0;

  constructor(end: End, wire: Wire) {
    this.#end = end;
    this.#wire = wire;
  }

  push(flight: Flight): void {
    flight.end.waitingBytes += flight.bytes;
    this.unread.push(flight);
    if (this.#event === 0) this.#readNext();
  }

  setRate(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#wire.kernel.cancel(this.#event);
    this.#event = 0;
    this.#readNext();
  }

  forget(): void {
    this.#wire.kernel.cancel(this.#event);
    for (let flight = this.unread.shift(); flight !== undefined; flight = this.unread.shift()) {
      flight.end.waitingBytes -= flight.bytes;
      if (flight.kind === DATA) flight.end.inFlightBytes -= flight.bytes;
    }
  }

  onRead(): void {
    this.#event = 0;
    const flight = this.unread.shift();
    if (flight !== undefined) this.#end.readLate(flight);
    this.#readNext();
  }

  #readNext(): void {
    const next = this.unread.peek();
    if (next === undefined) {
      if (this.#bytesPerSecond === Infinity) this.#end.dropInbox();
      return;
    }
    if (this.#event !== 0 || this.#bytesPerSecond <= 0) return;
    const delayUs = Math.ceil((next.bytes * 1_000_000) / this.#bytesPerSecond);
    this.#event = this.#wire.kernel.after(delayUs, LABELS.read, onRead, this as SlowInbox);
  }
}

function onRead(inbox: SlowInbox): void {
  inbox.onRead();
}
