// Whose life is told: a message with its two people, or a person. It decides which facts are kept of all that
// happens in a run, and how near each is to the matter.
import type { Violation } from "../../../history/checker.ts";
import { logDevice, num, type Fact } from "./fact.ts";

/** "unseen": no step of the page, but the laws need it: marks of the log far from the message. */
export type Weight = "own" | "around" | "other" | "unseen";

export interface Kept {
  readonly fact: Fact;
  readonly weight: Weight;
}

const KEPT_MAX = 6_000;
/** Neighbours of the message in its log, for what breaks its order. */
const NEIGHBOURS = 2;
/** Of a person alone so much before and after. */
const WINDOW_US = 120_000_000;

/** Marks: they stand for every n up to theirs. */
const CUMULATIVE =
  /Raised$|^read|^receipt|^haveDeclared$|^logFrame$|raise(Sent|Read|Receipt|Seen)|read-stored|receipt/;
const WORLD = new Set([
  ...["phaseBegan", "quietBegan", "faultBegan", "faultEnded", "nodeUp", "nodeDown"],
  ...["presenceWiped", "link", "node:fenced", "node:draining", "ended"],
]);
const SESSIONS = new Set([
  ...["signedIn", "signedOut", "connecting", "connected", "synced", "closed", "closing"],
  ...["presenceApplied", "node:session-opened", "node:session-closed", "node:claimed"],
  ...["node:claim-replaced", "node:synced", "node:tail-read"],
]);
const NOISE = new Set(["heartbeat", "limitSampled", "sealed", "node:lease-renewed"]);

export class Subject {
  readonly violation: Violation;
  readonly people = new Set<number>();
  readonly kept: Kept[] = [];
  /** Who sent it; 0 until it is known. */
  sender = 0;
  left = 0;
  leftFromUs = Infinity;
  /** Marks that cover the message by now: higher ones tell nothing new of it. */
  readonly #covered = new Set<string>();

  constructor(violation: Violation) {
    this.violation = violation;
    if (violation.user > 0) this.people.add(violation.user);
    // A rule about who is shown to whom names both in its sentence, and one of them here.
    if (violation.chat === 0)
      for (const [, user] of violation.text.matchAll(/\buser (\d+)/g))
        this.people.add(Number(user));
  }

  get isMessage(): boolean {
    return this.violation.chat !== 0;
  }

  get recipient(): number {
    for (const user of this.people) if (user !== this.sender) return user;
    return 0;
  }

  isLog(chat: number, device: number): boolean {
    return this.violation.chat === chat && this.violation.device === device && chat !== 0;
  }

  take(fact: Fact): void {
    this.#learn(fact);
    const weight = this.#weightOf(fact);
    if (weight === undefined) return;
    if (this.kept.length < KEPT_MAX || weight === "own") this.kept.push({ fact, weight });
    else {
      this.left += 1;
      this.leftFromUs = Math.min(this.leftFromUs, fact.t);
    }
  }

  #learn(fact: Fact): void {
    if (num(fact, "chat") !== this.violation.chat || !this.isMessage) return;
    if (fact.e === "friendship") {
      this.people.add(num(fact, "userLow"));
      this.people.add(num(fact, "userHigh"));
    } else if (fact.e === "sendInvoked" || fact.e === "messageFrame") {
      if (!this.isLog(num(fact, "chat"), logDevice(fact))) return;
      this.sender = num(fact, "from") || num(fact, "user");
      this.people.add(this.sender);
      this.people.add(num(fact, "user"));
    } else if (fact.e === "sentRaised") this.people.add(num(fact, "recipient"));
  }

  #weightOf(fact: Fact): Weight | undefined {
    const { e } = fact;
    if (NOISE.has(e)) return undefined;
    if (WORLD.has(e)) return "around";
    if (this.isMessage && num(fact, "chat") !== 0) return this.#ofLog(fact);
    const isTheirs =
      this.people.has(num(fact, "user")) ||
      (!this.isMessage && this.people.has(num(fact, "observer")));
    if (!isTheirs) return undefined;
    if (e === "presenceShown") return this.#ofPresence(fact);
    if (!this.isMessage && !this.#isNear(fact.t)) return SESSIONS.has(e) ? "around" : undefined;
    if (SESSIONS.has(e)) return this.isMessage ? "around" : "own";
    if (e === "call" || e === "call-end") return "around";
    return this.isMessage && fact.of["chat"] === undefined ? "other" : "around";
  }

  #ofLog(fact: Fact): Weight | undefined {
    const { chat, n } = this.violation;
    if (num(fact, "chat") !== chat) return undefined;
    if (fact.e === "sendIntended") return this.people.has(num(fact, "user")) ? "other" : undefined;
    if (!this.isLog(chat, logDevice(fact))) return undefined;
    const at = fact.of["n"] ?? fact.of["start"];
    if (typeof at !== "number" || at === 0) return n === 0 ? "own" : "around";
    const first = num(fact, "firstN") || at;
    if (n === 0 || (first <= n && n <= at)) return "own";
    const kind = fact.e + String(fact.of["op"] ?? "") + String(fact.of["user"] ?? "");
    if (at > n && CUMULATIVE.test(kind) && !this.#covered.has(kind)) {
      if (fact.of["session"] === undefined) this.#covered.add(kind);
      return "own";
    }
    if (Math.abs(at - n) <= NEIGHBOURS) return "other";
    return CUMULATIVE.test(kind) ? "unseen" : undefined;
  }

  #ofPresence(fact: Fact): Weight | undefined {
    const between = this.people.has(num(fact, "observer")) && this.people.has(num(fact, "user"));
    return between && !this.isMessage && this.#isNear(fact.t) ? "own" : undefined;
  }

  #isNear(t: number): boolean {
    return Math.abs(t - this.violation.t) < WINDOW_US;
  }
}
