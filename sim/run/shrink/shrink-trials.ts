// Tries candidates of a shrink, spread over worker processes. Of a list the first in its order that breaks the rule is
// taken, whoever found it when: the number of workers changes how long it takes, never what comes out.
import { createHash } from "node:crypto";
import type { RuleId } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { Trial, Tried } from "./shrink-trial.ts";
import type { TrialAnswer, TrialOrder, TrialSetup } from "./shrink-worker.ts";
import { runWorker } from "../worker-process.ts";

export interface TrialsAsked {
  readonly rule: RuleId;
  readonly profile: Profile;
  readonly workers: number;
  /** Asked before each candidate: true ends the search where it stands. */
  readonly isOver: () => boolean;
}

interface List {
  readonly trials: readonly Trial[];
  readonly tried: (Tried | undefined)[];
  next: number;
  /** So many from the first on do not break it. */
  settled: number;
  readonly settle: (found: Found | undefined) => void;
}

export interface Found {
  readonly index: number;
  readonly tried: Tried;
}

export class Trials {
  readonly #isOver: () => boolean;
  /** What was tried once is not tried again. */
  readonly #known = new Map<string, Tried>();
  readonly #orders = new Map<number, { readonly list: List; readonly index: number }>();
  readonly #idle: ((order: TrialOrder | undefined) => void)[] = [];
  #list: List | undefined;
  #closed = false;
  #count = 0;
  #events = 0;
  readonly #workers: Promise<void>;
  #failed: ((error: Error) => void) | undefined;

  constructor({ rule, profile, workers, isOver }: TrialsAsked) {
    this.#isOver = isOver;
    const setup: TrialSetup = { rule, profile };
    const work = {
      worker: "shrink/shrink-worker",
      setup,
      take: () => this.#take(),
      done: (answer: TrialAnswer) => this.#done(answer),
      nameOf: ({ id }: TrialOrder) => `candidate ${id}`,
    };
    const all = Array.from({ length: workers }, () => runWorker<TrialOrder, TrialAnswer>(work));
    this.#workers = Promise.all(all).then(() => undefined);
    // Whoever waits for an answer is told; afterwards `close` tells.
    this.#workers.catch((error: unknown) => this.#failed?.(error as Error));
  }

  /** How many candidates were tried. */
  get count(): number {
    return this.#count;
  }

  /** How many events were simulated for them. */
  get events(): number {
    return this.#events;
  }

  /** The first of them, in their order, that breaks the rule. */
  first(trials: readonly Trial[]): Promise<Found | undefined> {
    if (trials.length === 0 || this.#isOver()) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#list = { trials, tried: [], next: 0, settled: 0, settle: resolve };
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const idle of this.#idle.splice(0)) idle(undefined);
    await this.#workers;
  }

  #take(): TrialOrder | undefined | Promise<TrialOrder | undefined> {
    if (this.#closed) return undefined;
    const order = this.#nextOrder();
    return order ?? new Promise((resolve) => this.#idle.push(resolve));
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const order = this.#nextOrder();
      if (order === undefined) return;
      this.#idle.shift()!(order);
    }
  }

  #nextOrder(): TrialOrder | undefined {
    const list = this.#list;
    if (list === undefined) return undefined;
    if (this.#isOver()) {
      this.#end(list, undefined);
      return undefined;
    }
    while (list.next < list.trials.length) {
      const index = list.next++;
      const trial = list.trials[index]!;
      const before = this.#known.get(keyOf(trial));
      if (before === undefined) {
        const id = ++this.#count;
        this.#orders.set(id, { list, index });
        return { id, trial };
      }
      this.#enter(list, index, before);
    }
    return undefined;
  }

  #done({ id, tried }: TrialAnswer): void {
    const { list, index } = this.#orders.get(id)!;
    this.#orders.delete(id);
    this.#events += tried.eventsInAll;
    this.#known.set(keyOf(list.trials[index]!), tried);
    this.#enter(list, index, tried);
  }

  /** What comes after one that breaks the rule is not asked for. */
  #enter(list: List, index: number, tried: Tried): void {
    list.tried[index] = tried;
    if (tried.broken) list.next = list.trials.length;
    if (list === this.#list) this.#settle(list);
  }

  /** Done as soon as no earlier candidate can still break the rule. */
  #settle(list: List): void {
    for (; list.settled < list.trials.length; list.settled++) {
      const tried = list.tried[list.settled];
      if (tried === undefined) {
        if (this.#isOver()) this.#end(list, undefined);
        return;
      }
      if (tried.broken) return this.#end(list, { index: list.settled, tried });
    }
    this.#end(list, undefined);
  }

  #end(list: List, found: Found | undefined): void {
    this.#list = undefined;
    list.settle(found);
  }
}

function keyOf(trial: Trial): string {
  return createHash("sha256").update(JSON.stringify(trial)).digest("base64");
}
