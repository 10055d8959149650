// Faults on people and their devices, each begun at one time by all workers. Whom one strikes is a function of
// the seed, the person and that time.
import type { History } from "../../../history/history.ts";
import { keyed } from "../../../kernel/random.ts";
import type { Population } from "../../../users/population.ts";
import type { LiveConnection, LiveTransport } from "./live-transport.ts";
import type { TimedOrder } from "./messages.ts";

const PURPOSE = 41;

export interface UserFaultOptions {
  readonly population: Population;
  readonly transport: LiveTransport;
  readonly history: History;
  readonly users: number;
  readonly seed32: number;
  readonly nowUs: () => number;
}

export class UserFaults {
  readonly #options: UserFaultOptions;
  readonly #slow = new Map<number, LiveConnection>();
  #endSkew: (() => void) | undefined = undefined;

  constructor(options: UserFaultOptions) {
    this.#options = options;
  }

  carryOut(order: TimedOrder): void {
    const { population, transport } = this.#options;
    switch (order.type) {
      case "quiet":
        population.quiet(order.step);
        break;
      case "vanish":
        this.#vanish(order.atUs, order.share);
        break;
      case "skew":
        this.#skew(order.byMs, order.driftPpm);
        break;
      case "slow-reader":
        if (order.on) this.#slowDown(order.atUs, order.share);
        else this.#speedUp();
        break;
      case "half-open":
        if (order.on)
          for (const connection of this.#chosen(order.atUs, order.share)) connection.halfOpen();
        break;
      case "reconnect-all":
        for (const connection of [...transport.byUser.values()]) connection.break();
        break;
    }
  }

  /** Decided for everybody, played here or not: who vanishes makes room for others. */
  #vanish(atUs: number, share: number): void {
    const { population, users } = this.#options;
    const chosen: number[] = [];
    for (let user = 1; user <= users; user++)
      if (this.#isStruck(user, atUs, share) && population.meansOnline(user)) chosen.push(user);
    for (const user of chosen) population.vanish(user);
  }

  #skew(byMs: number, driftPpm: number): void {
    this.#endSkew?.();
    this.#endSkew = undefined;
    if (byMs === 0 && driftPpm === 0) return;
    this.#endSkew = this.#options.population.skewDevices(byMs, driftPpm);
  }

  #slowDown(atUs: number, share: number): void {
    const { history, nowUs } = this.#options;
    for (const connection of this.#chosen(atUs, share)) {
      connection.setSlow(true);
      this.#slow.set(connection.user, connection);
      history.readerSlow(nowUs(), connection.user, 1);
    }
  }

  #speedUp(): void {
    const { history, nowUs } = this.#options;
    for (const connection of this.#slow.values()) {
      connection.setSlow(false);
      history.readerSlow(nowUs(), connection.user, 0);
    }
    this.#slow.clear();
  }

  #chosen(atUs: number, share: number): readonly LiveConnection[] {
    return [...this.#options.transport.byUser.values()].filter(
      (connection) => connection.isOpen && this.#isStruck(connection.user, atUs, share),
    );
  }

  #isStruck(user: number, atUs: number, share: number): boolean {
    const { seed32 } = this.#options;
    return keyed(seed32, user, PURPOSE, Math.floor(atUs / 1000) | 0) < share;
  }
}
