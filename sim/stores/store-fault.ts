// What can go wrong at a store, and what that decides for one call. Shares are drawn per call by key, so a
// fault more or less does not disturb the draws of another.
import { keyed } from "../kernel/random.ts";

export type StoreFault =
  /** A share of the calls is answered "no" before anything is done. */
  | { readonly kind: "refuse"; readonly share: number }
  /** A share is dropped before it is applied: unknown, and never applied. */
  | { readonly kind: "timeout_before"; readonly share: number }
  /** A share is applied, and its reply is lost: unknown. */
  | { readonly kind: "lose_reply"; readonly share: number }
  /** A share is applied 0 to 6 s after its deadline: unknown. */
  | { readonly kind: "apply_late"; readonly share: number }
  /** Service takes `factor` times as long. */
  | { readonly kind: "slow"; readonly factor: number }
  /** The process stands still (SIGSTOP): calls wait for it. */
  | { readonly kind: "paused" }
  /** The process is dead: connections are refused until the fault is removed, calls inside are unknown. */
  | { readonly kind: "killed"; readonly losesData: boolean }
  /** The store's own clock is off. */
  | { readonly kind: "skew"; readonly byMs: number; readonly driftPpm: number }
  /** The master key cannot be reached: of the vault's calls half are refused, a quarter is dropped before the
   * key is used and a quarter loses its reply. */
  | { readonly kind: "key_away" }
  /** A share of the bodies read come back damaged. */
  | { readonly kind: "corrupt"; readonly share: number };

export type StoreFaultKind = StoreFault["kind"];

/** What becomes of one call that reached the store. */
export type Fate = "serve" | "refuse" | "drop" | "lose_reply" | "apply_late";

// Purposes of keyed draws, from here on one per kind of fault.
const FATE_PURPOSES = {
  refuse: 21,
  timeout_before: 22,
  lose_reply: 23,
  apply_late: 24,
  corrupt: 25,
} as const;
const KEY_AWAY_PURPOSE = 26;

/** The faults of one store that are in force, in order of their beginning; the first that hits decides. */
export class StoreFaults {
  #active: StoreFault[] = [];
  #seed32: number;

  constructor(seed32: number) {
    this.#seed32 = seed32;
  }

  get any(): boolean {
    return this.#active.length > 0;
  }

  add(fault: StoreFault): void {
    this.#active.push(fault);
  }

  remove(fault: StoreFault): void {
    const place = this.#active.indexOf(fault);
    if (place >= 0) this.#active.splice(place, 1);
  }

  has(kind: StoreFaultKind): boolean {
    return this.#active.some((fault) => fault.kind === kind);
  }

  /** Product of the factors of all slow faults. */
  slowness(): number {
    let factor = 1;
    for (const fault of this.#active) if (fault.kind === "slow") factor *= fault.factor;
    return factor;
  }

  fate(entity: number, ordinal: number): Fate {
    for (const fault of this.#active)
      switch (fault.kind) {
        case "key_away":
          return keyAwayFate(keyed(this.#seed32, entity, KEY_AWAY_PURPOSE, ordinal));
        case "refuse":
        case "lose_reply":
        case "apply_late":
          if (this.#hits(fault, entity, ordinal)) return fault.kind;
          break;
        case "timeout_before":
          if (this.#hits(fault, entity, ordinal)) return "drop";
          break;
        case "slow":
        case "paused":
        case "killed":
        case "skew":
        case "corrupt":
          break;
      }
    return "serve";
  }

  corrupts(entity: number, ordinal: number): boolean {
    for (const fault of this.#active)
      if (fault.kind === "corrupt" && this.#hits(fault, entity, ordinal)) return true;
    return false;
  }

  #hits(
    fault: { readonly kind: keyof typeof FATE_PURPOSES; readonly share: number },
    entity: number,
    ordinal: number,
  ): boolean {
    return keyed(this.#seed32, entity, FATE_PURPOSES[fault.kind], ordinal) < fault.share;
  }
}

function keyAwayFate(u: number): Fate {
  if (u < 0.5) return "refuse";
  return u < 0.75 ? "drop" : "lose_reply";
}
