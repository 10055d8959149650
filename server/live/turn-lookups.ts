// Look-ups that begin in one turn of the event loop, gathered: one call of the store answers them all. Which of
// them may go together, and how they are asked, is decided by whoever makes it.
import { ok, type Outcome, UNAVAILABLE } from "../ports/outcome.ts";
import type { Presence } from "../ports/presence-store.ts";
import type { UserId } from "../protocol/ids.ts";

/** The store does nothing else while it answers one call. */
const USERS_MAX = 256;
/** More of them without an answer are refused: a stalled store must not fill the node's memory. */
const LOOKUPS_MAX = 10_000;

interface Lookup {
  readonly user: UserId;
  readonly settle: (outcome: Outcome<Presence>) => void;
  readonly fail: (error: unknown) => void;
}

export class TurnLookups {
  readonly #groupOf: (user: UserId) => number;
  readonly #ask: (users: readonly UserId[]) => Promise<Outcome<readonly Presence[]>>;
  #groups = new Map<number, Lookup[]>();
  #inFlight = 0;

  /** Users of one group may be asked about together; `ask` answers in the order of its users. */
  constructor(
    groupOf: (user: UserId) => number,
    ask: (users: readonly UserId[]) => Promise<Outcome<readonly Presence[]>>,
  ) {
    this.#groupOf = groupOf;
    this.#ask = ask;
  }

  lookup(user: UserId): Promise<Outcome<Presence>> {
    if (this.#inFlight >= LOOKUPS_MAX) return Promise.resolve(UNAVAILABLE);
    this.#inFlight += 1;
    return new Promise((settle, fail) => {
      if (this.#groups.size === 0) setImmediate(() => this.#turnEnds());
      const lookup = { user, settle, fail };
      const group = this.#groupOf(user);
      const lookups = this.#groups.get(group);
      if (lookups === undefined) this.#groups.set(group, [lookup]);
      else lookups.push(lookup);
    });
  }

  /** The first that did not end ok stands for all. */
  async lookupMany(users: readonly UserId[]): Promise<Outcome<readonly Presence[]>> {
    const outcomes = await Promise.all(users.map((user) => this.lookup(user)));
    const found: Presence[] = [];
    for (const outcome of outcomes) {
      if (outcome.kind !== "ok") return outcome;
      found.push(outcome.value);
    }
    return ok(found);
  }

  #turnEnds(): void {
    const groups = this.#groups;
    this.#groups = new Map();
    for (const lookups of groups.values())
      for (let first = 0; first < lookups.length; first += USERS_MAX)
        this.#answer(lookups.slice(first, first + USERS_MAX));
  }

  #answer(lookups: readonly Lookup[]): void {
    this.#ask(lookups.map(({ user }) => user)).then(
      (outcome) => {
        this.#inFlight -= lookups.length;
        lookups.forEach(({ settle }, index) =>
          settle(outcome.kind === "ok" ? ok(outcome.value[index]!) : outcome),
        );
      },
      (error: unknown) => {
        this.#inFlight -= lookups.length;
        for (const { fail } of lookups) fail(error);
      },
    );
  }
}
