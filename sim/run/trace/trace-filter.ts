// Which lines of a run are about one message, user or node, and what else a reader needs beside them: faults and
// nodes that go and come, phases, and of a message the sessions of its two people.
import type { Numbers } from "./trace-words.ts";

export interface Message {
  readonly chat: number;
  readonly device: number;
  readonly n: number;
}

export interface TraceFilter {
  readonly message?: Message;
  readonly user?: number;
  /** From 1. */
  readonly node?: number;
}

export interface Line {
  /** Told by a node, not by devices, harness or stores. */
  readonly isNode: boolean;
  readonly event: string;
  readonly of: Numbers;
}

/** Numbers that say which person a line is about. */
const USER_FIELDS = [
  ...["user", "recipient", "from", "observer", "reader", "sender", "friend"],
  ...["userLow", "userHigh"],
];
/** Marks: they stand for every n up to theirs. */
const CUMULATIVE =
  /Raised$|^read|^receipt|^haveDeclared$|^logFrame$|^append$|^marked$|^tail-read$|^scanUnread$|^scanReceipt$/;
/** Of these each session says its own. */
const EACH_TIME = new Set(["haveDeclared", "logFrame", "tail-read", "scanUnread", "scanReceipt"]);
const CONTEXT = new Set([
  ...["phaseBegan", "quietBegan", "faultBegan", "faultEnded", "nodeUp", "nodeDown"],
  "presenceWiped",
]);
const SESSIONS = new Set(["signedIn", "signedOut", "connected", "synced", "closed"]);

export class TraceSelection {
  /** Operations by their number: how their later lines are named and whose they are. */
  readonly operations = new Map<number, Numbers>();
  readonly #filter: TraceFilter;
  readonly #wanted: Line[] = [];
  readonly #around: Line[] = [];
  readonly #people = new Set<number>();
  /** Marks that cover the message by now: higher ones tell nothing new of it. */
  readonly #covered = new Set<string>();
  #sender = 0;
  #content = -1;

  constructor(filter: TraceFilter) {
    this.#filter = filter;
  }

  history(text: string): void {
    const { e: event, ...of } = JSON.parse(text) as { e: string } & Record<string, number>;
    if (event === "operationBegan") this.operations.set(of["operation"]!, of);
    this.#take({ isNode: false, event, of });
  }

  node(text: string): void {
    const { e: event, ...of } = JSON.parse(text) as { e: string } & Record<string, number>;
    this.#take({ isNode: true, event, of });
  }

  /** In the order of time; what is only beside is there while something wanted goes on. */
  lines(): readonly Line[] {
    const { message } = this.#filter;
    const wanted = message === undefined ? this.#wanted : [...this.#intended(), ...this.#wanted];
    if (wanted.length === 0) return [];
    const times = wanted.map(({ of }) => of["t"]!);
    const first = times.reduce((least, t) => Math.min(least, t), Infinity);
    const last = times.reduce((most, t) => Math.max(most, t), 0);
    const around = this.#around.filter(({ event, of }) => {
      if (of["t"]! < first || of["t"]! > last) return false;
      return CONTEXT.has(event) || (SESSIONS.has(event) && this.#people.has(of["user"]!));
    });
    return [...wanted, ...around].toSorted((a, b) => a.of["t"]! - b.of["t"]!);
  }

  #take(line: Line): void {
    if (this.#isWanted(line)) {
      this.#wanted.push(line);
      if (this.#filter.message !== undefined) this.#learn(line);
    } else if (!line.isNode && this.#mayBeBeside(line)) this.#around.push(line);
  }

  #isWanted({ isNode, event, of }: Line): boolean {
    const { message, user, node } = this.#filter;
    if (message !== undefined && !this.#isOfMessage(event, of, message)) return false;
    if (user !== undefined && !this.#isAbout(of, user)) return false;
    return node === undefined || nodeOf(isNode, of) === node;
  }

  #isOfMessage(event: string, of: Numbers, message: Message): boolean {
    const device = of["logDevice"] ?? of["device"];
    if (of["chat"] !== message.chat || device !== message.device) return false;
    const n = of["n"] ?? of["start"] ?? of["sentN"] ?? of["readN"];
    if (n === undefined || n < message.n) return false;
    if (n > message.n && (!CUMULATIVE.test(event) || this.#covered.has(event))) return false;
    // A read that ended unknown is tried again: only its success covers.
    const { outcome = 0 } = of;
    if (event === "readEnded" && outcome === 0) this.#covered.add("readInvoked");
    if (!EACH_TIME.has(event) && event !== "readInvoked" && outcome === 0) this.#covered.add(event);
    return true;
  }

  #isAbout(of: Numbers, user: number): boolean {
    const operation = this.operations.get(of["operation"] ?? -1);
    return (
      USER_FIELDS.some((field) => of[field] === user) ||
      (operation !== undefined && operation["user"] === user)
    );
  }

  #mayBeBeside({ event, of }: Line): boolean {
    const { message, user, node } = this.#filter;
    if (message === undefined && user === undefined && node === undefined) return false;
    if (CONTEXT.has(event)) return true;
    if (message === undefined) return false;
    return SESSIONS.has(event) || (event === "sendIntended" && of["chat"] === message.chat);
  }

  /** Who sent it, who gets it, and which of the person's sends it was. */
  #learn({ isNode, event, of }: Line): void {
    if (isNode) return;
    if (event === "sendInvoked") {
      this.#sender = of["user"]!;
      this.#content = of["content"]!;
    }
    if (event === "sendInvoked" || event === "messageFrame" || event === "sentRaised")
      this.#people.add(of["recipient"] ?? of["user"]!);
  }

  /** When the person meant to send it, which may be long before the device took its n. */
  #intended(): readonly Line[] {
    const sent = this.#wanted.find(({ event }) => event === "sendInvoked");
    if (sent === undefined) return [];
    const before = this.#around.filter(
      ({ event, of }) =>
        event === "sendIntended" &&
        of["user"] === this.#sender &&
        of["content"] === this.#content &&
        of["t"] === sent.of["intendedT"],
    );
    return before.slice(0, 1);
  }
}

/** A node's own lines count from 1, the history's from 0. */
function nodeOf(isNode: boolean, of: Numbers): number | undefined {
  const { node } = of;
  return node === undefined || isNode ? node : node + 1;
}
