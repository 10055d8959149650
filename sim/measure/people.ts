// Who means to be online, who is, on which node, and since when: the source of connect, catch-up, presence lag
// and failover times.
import type { Column } from "./seconds.ts";
import type { Scope } from "./scope.ts";
import type { Trend } from "./tally.ts";

const NO_FAULTS: readonly number[] = [];
/** Who notices a silent node later than this after the fault has ended was not hit by it. */
const NOTICED_WITHIN_US = 15_000_000;
const ONLINE = 1;
const OFFLINE = 0;

/** From a node's death to `synced` again; -1 where not yet. */
interface Failover {
  readonly fault: number;
  readonly phase: number;
  readonly downUs: number;
  /** A node that is only silent counts from where a device gives it up. */
  readonly silent: boolean;
  noticedUs: number;
  dialledUs: number;
  connectedUs: number;
}

export interface Person {
  meansOnline: boolean;
  leftUs: number;
  /** The session that is being dialled or is open; 0 where none. */
  dialling: number;
  dialledUs: number;
  dialPhase: number;
  open: number;
  node: number;
  connectedUs: number;
  goneUs: number;
  failover: Failover | undefined;
}

export interface PeopleTrends {
  readonly connect: Trend;
  readonly catchUp: Trend;
  readonly presenceLag: Trend;
  readonly failover: Trend;
  readonly detect: Trend;
  readonly reconnect: Trend;
  readonly resume: Trend;
  readonly restored: Trend;
}

export class People {
  readonly #scope: Scope;
  readonly #trends: PeopleTrends;
  readonly #all: (Person | undefined)[] = [];
  meaning = 0;
  connectedCount = 0;

  constructor(scope: Scope, trends: PeopleTrends) {
    this.#scope = scope;
    this.#trends = trends;
  }

  of(user: number): Person {
    return (this.#all[user] ??= {
      meansOnline: false,
      leftUs: -1,
      dialling: 0,
      dialledUs: 0,
      dialPhase: -1,
      open: 0,
      node: -1,
      connectedUs: 0,
      goneUs: -1,
      failover: undefined,
    });
  }

  signedIn(user: number): void {
    const person = this.of(user);
    if (!person.meansOnline) this.meaning += 1;
    person.meansOnline = true;
  }

  signedOut(t: number, user: number, vanished: boolean): void {
    const person = this.of(user);
    if (person.meansOnline) this.meaning -= 1;
    person.meansOnline = false;
    person.leftUs = t;
    person.failover = undefined;
    if (vanished) this.#gone(t, person);
  }

  connecting(t: number, user: number, session: number): void {
    const person = this.of(user);
    person.dialling = session;
    person.dialledUs = t;
    person.dialPhase = this.#scope.phase;
    if (person.failover !== undefined && person.failover.noticedUs >= 0)
      person.failover.dialledUs = t;
  }

  connected(t: number, user: number, session: number, node: number): void {
    const person = this.of(user);
    if (session !== person.dialling) return;
    if (person.open === 0) this.connectedCount += 1;
    person.open = session;
    person.node = node;
    person.connectedUs = t;
    this.#trends.connect.record(t, t - person.dialledUs, person.dialPhase, 0, NO_FAULTS);
    const { failover } = person;
    if (failover !== undefined && failover.dialledUs >= 0) failover.connectedUs = t;
  }

  synced(t: number, user: number, session: number): void {
    const person = this.of(user);
    if (session !== person.open) return;
    this.#trends.catchUp.record(t, t - person.connectedUs, person.dialPhase, 0, NO_FAULTS);
    const { failover } = person;
    if (failover === undefined || failover.connectedUs < 0) return;
    person.failover = undefined;
    this.#record(t, failover);
  }

  closed(t: number, user: number, session: number): void {
    const person = this.of(user);
    if (session !== person.open) return;
    this.#gone(t, person);
    const { failover } = person;
    if (failover === undefined || failover.noticedUs >= 0) return;
    const endedUs = this.#scope.faultEndedUs[failover.fault] ?? Infinity;
    if (failover.silent && t > endedUs + NOTICED_WITHIN_US) person.failover = undefined;
    else failover.noticedUs = t;
  }

  /** A node died (silent false) or fell silent: everybody on it begins to fail over. */
  nodeLost(t: number, node: number, fault: number, silent: boolean): void {
    const { phase } = this.#scope;
    for (const person of this.#all) {
      if (person === undefined || person.node !== node) continue;
      // Whose socket broke in the same instant may have been told before the node's death was.
      const brokeNow = person.open === 0 && person.goneUs === t && !silent;
      if (!person.meansOnline || (person.open === 0 && !brokeNow)) continue;
      person.failover = {
        fault,
        phase,
        downUs: t,
        silent,
        noticedUs: brokeNow ? t : -1,
        dialledUs: -1,
        connectedUs: -1,
      };
    }
  }

  /** Of a friend's change, not of a roster: how long the observer waited for the notice. */
  presenceShown(t: number, observer: number, user: number, state: number): void {
    const person = this.of(user);
    const watching = this.of(observer);
    const since = person.open !== 0 ? person.connectedUs : person.goneUs;
    const truth = person.open !== 0 ? ONLINE : OFFLINE;
    if (state !== truth || since < 0 || watching.open === 0 || watching.connectedUs >= since)
      return;
    this.#trends.presenceLag.record(t, t - since, this.#scope.phase, 0, NO_FAULTS);
  }

  /** Whoever never came back counts with the age of the failover. */
  finish(t: number): void {
    for (const person of this.#all) {
      const failover = person?.failover;
      if (failover === undefined || (failover.silent && failover.noticedUs < 0)) continue;
      this.#trends.failover.record(t, t - failover.downUs, failover.phase, 0, faultsOf(failover));
    }
  }

  sample(second: number, meaning: Column, connected: Column): void {
    meaning.set(second, this.meaning);
    connected.set(second, this.connectedCount);
  }

  #gone(t: number, person: Person): void {
    if (person.open === 0) return;
    this.connectedCount -= 1;
    person.open = 0;
    person.goneUs = t;
  }

  #record(t: number, failover: Failover): void {
    const { phase, downUs, noticedUs, dialledUs, connectedUs } = failover;
    const faults = faultsOf(failover);
    const trends = this.#trends;
    trends.failover.record(t, t - downUs, phase, 0, faults);
    trends.detect.record(t, noticedUs - downUs, phase, 0, faults);
    trends.reconnect.record(t, dialledUs - noticedUs, phase, 0, faults);
    trends.resume.record(t, connectedUs - dialledUs, phase, 0, faults);
    trends.restored.record(t, t - connectedUs, phase, 0, faults);
  }
}

function faultsOf({ fault }: Failover): readonly number[] {
  return fault < 0 ? NO_FAULTS : [fault];
}
