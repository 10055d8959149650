// Rare behaviour that what a node stands on is allowed, and hardly ever shows: a store's call that ends unknown long
// before its deadline, a hint that comes twice or after later ones, a timer that is late, a task that takes long.
// Drawn from a stream of its own, around a node's ports: the node itself and the live world know nothing of it.
import { UNKNOWN, type Outcome } from "../../server/ports/outcome.ts";
import type { Clock } from "../../server/ports/clock.ts";
import type { NodeLink } from "../../server/ports/node-link.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import type { Stream } from "../kernel/random.ts";
import type { Cpu } from "../net/cpu.ts";
import { MESSAGE_OPERATIONS } from "../stores/messages-port.ts";
import { PRESENCE_OPERATIONS } from "../stores/presence-port.ts";
import { ROSTER_OPERATIONS } from "../stores/roster-port.ts";
import { VAULT_OPERATIONS } from "../stores/vault-port.ts";

const EARLY_UNKNOWN = 1 / 500;
const LONG_TASK = 1 / 2_000;
const LONG_TASK_US_MAX = 150_000;
const SECOND_HINT = 1 / 20;
const LATE_HINT = 1 / 20;
const LATE_HINT_US_MAX = 300_000;
const LATE_TIMER = 1 / 30;
const LATE_TIMER_MS_MAX = 60;

/** How often each came up, by name. */
export type QuirkCounts = Record<
  "early-unknown" | "long-task" | "hint-twice" | "hint-late" | "timer-late",
  number
>;

/** As many arguments as any of them takes. */
type StoreMethod = (
  a?: unknown,
  b?: unknown,
  c?: unknown,
  d?: unknown,
  e?: unknown,
  f?: unknown,
) => Promise<Outcome<unknown>>;

export interface QuirksOf {
  readonly kernel: Kernel;
  readonly cpu: Cpu;
  readonly incarnation: { readonly alive: boolean };
}

export class Quirks {
  readonly counts: QuirkCounts = {
    "early-unknown": 0,
    "long-task": 0,
    "hint-twice": 0,
    "hint-late": 0,
    "timer-late": 0,
  };
  readonly #draws: Stream;

  constructor(draws: Stream) {
    this.#draws = draws;
  }

  /** The ports of one life of a node, with quirks. */
  around(ports: Ports, of: QuirksOf): Ports {
    const { messages, roster, presence, vault } = ports;
    return {
      ...ports,
      clock: this.#clock(ports.clock),
      link: this.#link(ports.link, of),
      messages: this.#store(messages, Object.keys(MESSAGE_OPERATIONS), of, {}),
      roster: this.#store(roster, Object.keys(ROSTER_OPERATIONS), of, {}),
      presence: this.#store(presence, Object.keys(PRESENCE_OPERATIONS), of, {
        bucket: (user: number) => presence.bucket(user),
      }),
      vault: this.#store(vault, Object.keys(VAULT_OPERATIONS), of, {
        currentKekId: () => vault.currentKekId(),
      }),
    };
  }

  #hits(share: number, what: keyof QuirkCounts): boolean {
    if (this.#draws.next() >= share) return false;
    this.counts[what] += 1;
    return true;
  }

  /** What is known to have been done may still be told as not known: a reply that was lost, and noticed at once. */
  #store<P extends object>(port: P, names: readonly string[], of: QuirksOf, rest: object): P {
    const wrapped: Record<string, unknown> = { ...rest };
    // One draw decides: calls are very many, and both are rare.
    const seen = (outcome: Outcome<unknown>): Outcome<unknown> => {
      const draw = this.#draws.next();
      if (draw >= LONG_TASK + EARLY_UNKNOWN) return outcome;
      if (draw >= LONG_TASK) {
        this.counts["early-unknown"] += 1;
        return UNKNOWN;
      }
      this.counts["long-task"] += 1;
      of.cpu.charge(Math.ceil(this.#draws.next() * LONG_TASK_US_MAX));
      return outcome;
    };
    for (const name of names) {
      const call = Reflect.get(port, name) as StoreMethod;
      const withQuirks: StoreMethod = (a, b, c, d, e, f) =>
        call.call(port, a, b, c, d, e, f).then(seen);
      wrapped[name] = withQuirks;
    }
    return wrapped as P;
  }

  #clock(clock: Clock): Clock {
    const late = (ms: number): number =>
      this.#hits(LATE_TIMER, "timer-late") ? ms + this.#draws.next() * LATE_TIMER_MS_MAX : ms;
    return {
      wallMs: () => clock.wallMs(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms) => clock.sleep(late(ms)),
      after: (ms, fire, arg) => clock.after(late(ms), fire, arg),
    };
  }

  /** Only notes: a request is told from another by its answer, and there is one. */
  #link(link: NodeLink, { kernel, incarnation }: QuirksOf): NodeLink {
    return {
      peers: () => link.peers(),
      live: (peer) => link.live(peer),
      request: (peer, request) => link.request(peer, request),
      note: (peer, note) => {
        if (!incarnation.alive) return;
        if (this.#hits(LATE_HINT, "hint-late")) {
          const afterUs = Math.ceil(this.#draws.next() * LATE_HINT_US_MAX);
          kernel.after(afterUs, LABELS.timer, () => link.note(peer, note), undefined);
          return;
        }
        link.note(peer, note);
        if (this.#hits(SECOND_HINT, "hint-twice")) link.note(peer, note);
      },
    };
  }
}
