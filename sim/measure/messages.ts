// The way of each message from its intended send to its showing and its receipt. Holds only what is open: an
// intent until its number is taken, a send until it is answered and shown, a read until its receipt.
import { type Link, linked, unlinked } from "./chain.ts";
import type { People, Person } from "./people.ts";
import type { Scope } from "./scope.ts";
import type { Column } from "./seconds.ts";
import { secondOf } from "./seconds.ts";
import type { FewValues } from "./few-values.ts";
import type { Counter, Trend } from "./tally.ts";

const NO_FAULTS: readonly number[] = [];
const OK = 0;
const REFUSED = 1;
const VOID = 4;

/** One send, from the intent on. */
interface Send extends Link<Send> {
  readonly intendedUs: number;
  readonly chat: number;
  readonly content: number;
  readonly kind: number;
  readonly phase: number;
  readonly faults: readonly number[];
  readonly recipient: Person;
  /** The recipient meant to be online at the intended time. */
  readonly awaited: boolean;
  n: number;
  invokedUs: number;
  shown: boolean;
  answered: boolean;
  unknown: boolean;
}

interface Read extends Link<Read> {
  readonly n: number;
  readonly readUs: number;
  readonly phase: number;
}

/** One device's log in one chat; the logs of a chat are a short list. */
interface Log {
  readonly device: number;
  readonly sender: Person;
  readonly next: Log | undefined;
  open: Send | undefined;
  reads: Read | undefined;
}

export interface MessageMeasures {
  readonly delivery: Trend;
  readonly deliveryRaw: Trend;
  readonly sent: Trend;
  readonly receipt: Trend;
  readonly confirmed: Counter;
  readonly refused: Counter;
  readonly unknown: Counter;
  readonly intendedPerS: Column;
  readonly confirmedPerS: Column;
  readonly shownPerS: Column;
  readonly readPerS: Column;
  /** Deliveries shown in the second that runs. */
  readonly deliveryOfSecond: FewValues;
}

export class Messages {
  readonly #scope: Scope;
  readonly #people: People;
  readonly #to: MessageMeasures;
  readonly #intents: (Send | undefined)[] = [];
  readonly #logs = new Map<number, Log>();

  constructor(scope: Scope, people: People, measures: MessageMeasures) {
    this.#scope = scope;
    this.#people = people;
    this.#to = measures;
  }

  intended(
    t: number,
    user: number,
    recipient: number,
    chat: number,
    content: number,
    kind: number,
  ): void {
    const person = this.#people.of(recipient);
    const send: Send = {
      intendedUs: t,
      chat,
      content,
      kind,
      phase: this.#scope.phase,
      faults: this.#scope.faultsAt(t),
      recipient: person,
      awaited: person.meansOnline,
      n: 0,
      invokedUs: -1,
      shown: false,
      answered: false,
      unknown: false,
      next: undefined,
    };
    this.#intents[user] = linked(this.#intents[user], send);
    this.#to.intendedPerS.increment(secondOf(t));
  }

  invoked(
    t: number,
    user: number,
    device: number,
    chat: number,
    n: number,
    content: number,
    kind: number,
    intendedT: number,
  ): void {
    if (kind === VOID) return;
    const send = this.#takeIntent(user, chat, content, intendedT);
    if (send === undefined) return;
    send.n = n;
    send.invokedUs = t;
    const log = this.#logOf(chat, device, user);
    log.open = linked(log.open, send);
  }

  dropped(t: number, user: number, chat: number, content: number, outcome: number): void {
    const send = this.#takeIntent(user, chat, content, -1);
    if (send === undefined) return;
    const counter = outcome === REFUSED ? this.#to.refused : this.#to.unknown;
    counter.add(t, 1, send.phase, 0);
  }

  ended(t: number, device: number, chat: number, n: number, outcome: number): void {
    const log = this.#find(chat, device);
    const send = find(log?.open, n);
    if (log === undefined || send === undefined) return;
    if (outcome === OK) this.#confirm(t, send);
    else if (outcome === REFUSED) this.#to.refused.add(t, 1, send.phase, 0);
    else if (!send.unknown) this.#to.unknown.add(t, 1, send.phase, 0);
    if (outcome === OK || outcome === REFUSED) {
      if (send.unknown) this.#to.unknown.add(t, -1, send.phase, 0);
      send.answered = true;
      if (send.shown || !send.awaited || outcome === REFUSED) log.open = unlinked(log.open, send);
    } else send.unknown = true;
  }

  shown(t: number, chat: number, device: number, n: number, kind: number): void {
    if (kind === VOID) return;
    this.#to.shownPerS.increment(secondOf(t));
    const log = this.#find(chat, device);
    const send = find(log?.open, n);
    if (log === undefined || send === undefined) return;
    if (send.shown) return;
    send.shown = true;
    if (send.awaited) this.#deliver(t, send);
    if (send.answered) log.open = unlinked(log.open, send);
  }

  read(t: number, chat: number, device: number, n: number): void {
    this.#to.readPerS.increment(secondOf(t));
    const log = this.#find(chat, device);
    if (log !== undefined && log.sender.meansOnline)
      log.reads = linked(log.reads, { n, readUs: t, phase: this.#scope.phase, next: undefined });
  }

  receiptShown(t: number, chat: number, device: number, n: number): void {
    const log = this.#find(chat, device);
    if (log === undefined) return;
    for (let read = log.reads; read !== undefined && read.n <= n; read = log.reads) {
      log.reads = read.next;
      const left = log.sender.leftUs;
      // A sender who left in between learns it at the next sign-in, which is no delay of ours.
      if (left < read.readUs) this.#to.receipt.record(t, t - read.readUs, read.phase, 0, NO_FAULTS);
    }
  }

  /** What was never shown counts with its age, what was never answered as unknown. */
  finish(t: number): void {
    for (const log of this.#logs.values())
      for (let one: Log | undefined = log; one !== undefined; one = one.next)
        for (let send = one.open; send !== undefined; send = send.next) {
          if (send.awaited && !send.shown) this.#deliver(t, send);
          if (!send.answered && !send.unknown) this.#to.unknown.add(t, 1, send.phase, 0);
        }
    for (const first of this.#intents)
      for (let send = first; send !== undefined; send = send.next) {
        if (send.awaited) this.#deliver(t, send);
        this.#to.unknown.add(t, 1, send.phase, 0);
      }
  }

  #confirm(t: number, send: Send): void {
    this.#to.confirmed.add(t, 1, send.phase, 0);
    this.#to.confirmedPerS.increment(secondOf(t));
    this.#to.sent.record(t, t - send.intendedUs, send.phase, 0, send.faults);
  }

  /** Counts until the showing, or until the recipient leaves and waits no more. */
  #deliver(t: number, send: Send): void {
    const { intendedUs, invokedUs, phase, kind, faults } = send;
    const left = send.recipient.leftUs;
    const until = left > intendedUs && left < t ? left : t;
    this.#to.delivery.record(t, until - intendedUs, phase, kind, faults);
    this.#to.deliveryOfSecond.record(until - intendedUs);
    if (invokedUs >= 0)
      this.#to.deliveryRaw.record(t, Math.max(0, until - invokedUs), phase, kind, NO_FAULTS);
  }

  #takeIntent(user: number, chat: number, content: number, intendedT: number): Send | undefined {
    const first = this.#intents[user];
    for (let send = first; send !== undefined; send = send.next) {
      if (send.chat !== chat || send.content !== content) continue;
      if (intendedT >= 0 && send.intendedUs !== intendedT) continue;
      this.#intents[user] = unlinked(first, send);
      return send;
    }
    return undefined;
  }

  #find(chat: number, device: number): Log | undefined {
    let log = this.#logs.get(chat);
    while (log !== undefined && log.device !== device) log = log.next;
    return log;
  }

  #logOf(chat: number, device: number, user: number): Log {
    const found = this.#find(chat, device);
    if (found !== undefined) return found;
    const sender = this.#people.of(user);
    const next = this.#logs.get(chat);
    const log: Log = { device, sender, next, open: undefined, reads: undefined };
    this.#logs.set(chat, log);
    return log;
  }
}

/** Sends end nearly in order, so the first is nearly always the one. */
function find(first: Send | undefined, n: number): Send | undefined {
  for (let send = first; send !== undefined; send = send.next) if (send.n === n) return send;
  return undefined;
}
