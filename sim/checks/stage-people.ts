// The stage that keeps who means to be online, who is connected, what people are shown of each other, and
// when faults were active. Hears every event before the rules do; judges nothing.
import { STATE, type HistoryListener } from "../history/history.ts";
import type { Facts } from "./facts.ts";
import type { UserFacts } from "./user-table.ts";

export class PeopleStage implements HistoryListener {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  // ── the harness
  quietBegan(t: number, step: number): void {
    const facts = this.#facts;
    if (step === 1) {
      facts.quietT = t;
      facts.windows.allEnded(t);
    } else {
      facts.secondQuietT = t;
    }
  }

  ended(t: number): void {
    this.#facts.endT = t;
  }

  faultBegan(t: number, fault: number): void {
    this.#facts.windows.began(t, fault);
  }

  faultEnded(t: number, fault: number): void {
    this.#facts.windows.ended(t, fault);
  }

  nodeUp(t: number): void {
    if (t > 0) this.#facts.windows.nodeChanged(t);
  }

  nodeDown(t: number): void {
    this.#facts.windows.nodeChanged(t);
  }

  friendship(t: number, userLow: number, userHigh: number, chat: number): void {
    const facts = this.#facts;
    const known = facts.chatOf(chat);
    if (known.low !== 0) return;
    known.low = userLow;
    known.high = userHigh;
    const low = facts.userOf(userLow);
    const high = facts.userOf(userHigh);
    const pair = facts.pairs.addFriendship(t === 0 ? 0 : Infinity);
    low.friends.push(userHigh);
    low.pairs.push(pair);
    high.friends.push(userLow);
    high.pairs.push(pair + 1);
    for (const log of known.logs) if (log.sender !== 0) facts.own(log, log.sender);
  }

  // ── people and connections
  signedIn(t: number, user: number, device: number): void {
    const person = this.#person(user);
    person.meansOnline = true;
    person.signedInT = t;
    person.device = device;
  }

  signedOut(t: number, user: number, _device: number, vanished: number): void {
    const person = this.#person(user);
    person.vanished = vanished !== 0;
    person.meansOnline = false;
    person.signedOutT = t;
  }

  readerSlow(t: number, user: number, slow: number): void {
    const person = this.#person(user);
    person.slow = slow !== 0;
    if (slow === 0) person.slowEndedT = t;
  }

  /** What counts is the device of the last sign-in; an older one that was left on may still try. */
  connecting(t: number, user: number, device: number, session: number): void {
    const person = this.#person(user);
    if (person.device !== device) return;
    person.attempt = session;
    person.attemptT = t;
    person.attemptOpen = true;
  }

  connected(t: number, user: number, device: number, session: number, node: number): void {
    const person = this.#person(user);
    if (person.device !== device) return;
    person.session = session;
    person.node = node;
    person.connectedT = t;
    person.syncedT = -1;
    person.heardT = t;
  }

  synced(t: number, user: number, _device: number, session: number): void {
    const person = this.#person(user);
    if (person.session !== session) return;
    person.syncedT = t;
    person.heardT = t;
  }

  closed(t: number, user: number, _device: number, session: number): void {
    const person = this.#person(user);
    if (person.attempt === session) {
      person.attemptOpen = false;
      person.closedT = t;
    }
    // What it was synced to is kept for the rules that judge this close.
    this.#facts.wasConnected = person.session === session;
    if (person.session !== session) return;
    person.session = 0;
    person.lostT = t;
  }

  heartbeat(t: number, user: number, session: number): void {
    const person = this.#person(user);
    if (person.session === session) person.heardT = t;
  }

  #person(user: number): UserFacts {
    const person = this.#facts.userOf(user);
    this.#facts.user = person;
    return person;
  }

  // ── presence
  /** A friendship made in mid-run reaches each of the two in its own time; without one there is no time. */
  friendShown(t: number, observer: number, _device: number, friend: number): void {
    const { pairs } = this.#facts;
    const pair = this.#facts.pairOf(this.#facts.userOf(observer), friend);
    if (pairs.knownT[pair]! > t) pairs.knownT[pair] = t;
  }

  presenceShown(
    t: number,
    observer: number,
    user: number,
    state: number,
    lastSeenMs: number,
    _epochMs: number,
    device: number,
  ): void {
    const facts = this.#facts;
    const person = this.#person(observer);
    facts.pair = -1;
    // What an older device that was left on is shown, its user does not see.
    if (person.device !== device) return;
    person.heardT = t;
    const pair = facts.pairOf(person, user);
    facts.pair = pair;
    if (pair < 0) return;
    const pairs = facts.pairs;
    const first = pairs.session[pair] !== person.session;
    facts.stateBefore = first ? STATE.unknown : pairs.state[pair]!;
    facts.sinceBefore = first ? 0 : pairs.since[pair]!;
    facts.lastSeenBefore = pairs.lastSeenMs[pair]!;
    if (first || facts.stateBefore === STATE.online) pairs.since[pair] = t;
    pairs.session[pair] = person.session;
    pairs.state[pair] = state;
    if (lastSeenMs > 0) pairs.lastSeenMs[pair] = lastSeenMs;
  }
}
