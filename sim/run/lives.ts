// The life of the message (or user) behind a broken rule, gathered while the same seed runs a second time:
// what devices did, what nodes told, what the stores applied, on one time line with a lane for each party.
import type { TraceEvent } from "../../server/ports/trace-sink.ts";
import type { Violation } from "../history/checker.ts";
import type { HistoryListener } from "../history/history.ts";
import type { TraceListener } from "../world/node-trace.ts";
import type { Life, LifeEvent } from "./result.ts";

const EVENTS_MAX = 240;
const LIVES_MAX = 12;
/** Events about a user alone are kept this long before and after the violation. */
const WINDOW_US = 120_000_000;

export interface LifeCollector {
  readonly listener: HistoryListener;
  readonly trace: TraceListener;
  lives(): readonly Life[];
}

/** One life a broken rule: its first violation. */
export function collectLives(
  violations: readonly Violation[],
  nowUs: () => number,
  faultText: (fault: number) => string,
): LifeCollector {
  const chosen = new Map<string, Subject>();
  for (const violation of violations)
    if (!chosen.has(violation.rule) && chosen.size < LIVES_MAX)
      chosen.set(violation.rule, new Subject(violation));
  const subjects = [...chosen.values()];
  const tell = (
    matches: (subject: Subject) => boolean,
    event: (subject: Subject) => LifeEvent,
  ): void => {
    for (const subject of subjects) if (matches(subject)) subject.add(event(subject));
  };
  return {
    listener: listen(tell, faultText),
    trace: (node, event, user, chat, device, n) =>
      tell(
        (subject) => subject.traces(nowUs(), user, chat, device, n),
        () => traced(nowUs(), node, event, user, n),
      ),
    lives: () => subjects.map((subject) => subject.life()),
  };
}

class Subject {
  readonly violation: Violation;
  readonly users = new Set<number>();
  readonly #events: LifeEvent[] = [];
  #left = 0;

  constructor(violation: Violation) {
    this.violation = violation;
    if (violation.user > 0) this.users.add(violation.user);
  }

  /** The log's message, or a watermark of that log. */
  log(chat: number, device: number): boolean {
    return this.violation.chat === chat && this.violation.device === device && chat !== 0;
  }

  message(chat: number, device: number, n: number): boolean {
    return this.log(chat, device) && (this.violation.n === 0 || this.violation.n === n);
  }

  /** A cumulative mark that covers the message. */
  covers(chat: number, device: number, n: number): boolean {
    return this.log(chat, device) && n >= this.violation.n;
  }

  near(t: number): boolean {
    return Math.abs(t - this.violation.t) < WINDOW_US;
  }

  person(user: number, t: number): boolean {
    return this.users.has(user) && this.near(t);
  }

  traces(t: number, user: number, chat: number, device: number, n: number): boolean {
    if (chat !== 0) return this.message(chat, device, n);
    return this.person(user, t);
  }

  add(event: LifeEvent): void {
    if (this.#events.length < EVENTS_MAX) this.#events.push(event);
    else this.#left++;
  }

  life(): Life {
    const { rule, chat, device, n, user, text } = this.violation;
    const subject =
      chat !== 0 ? `message ${chat}/${device}/${n}` : user !== 0 ? `user ${user}` : "the run";
    const events = [...this.#events];
    if (this.#left > 0)
      events.push({ t: events.at(-1)!.t, lane: "…", text: `${this.#left} more events left out` });
    return { rule, subject, text, events };
  }
}

type Tell = (
  matches: (subject: Subject) => boolean,
  event: (subject: Subject) => LifeEvent,
) => void;

const OUTCOMES = ["ok", "refused", "unknown"];

function listen(tell: Tell, faultText: (fault: number) => string): HistoryListener {
  const device = (user: number): string => `user ${user}`;
  const everyone = (t: number, lane: string, text: string): void =>
    tell(
      (subject) => subject.near(t),
      () => ({ t, lane, text }),
    );
  const store = (t: number, chat: number, dev: number, n: number, text: string): void =>
    tell(
      (subject) => subject.covers(chat, dev, n),
      () => ({ t, lane: "cassandra", text }),
    );
  const connection = (t: number, user: number, text: string): void =>
    tell(
      (subject) => subject.person(user, t),
      () => ({ t, lane: device(user), text }),
    );
  /** The node that a session reaches. */
  const nodes = new Map<number, string>();
  return {
    faultBegan: (t, fault) => everyone(t, "faults", `${faultText(fault)} begins`),
    faultEnded: (t, fault) => everyone(t, "faults", `${faultText(fault)} ends`),
    nodeUp: (t, node) => {
      if (t > 0) everyone(t, `node-${node + 1}`, "is up");
    },
    nodeDown: (t, node, planned) =>
      everyone(t, `node-${node + 1}`, planned === 1 ? "has drained" : "is killed"),
    sendInvoked: (t, user, dev, chat, n) =>
      tell(
        (subject) => subject.message(chat, dev, n) && (subject.users.add(user), true),
        () => ({ t, lane: device(user), text: `takes n ${n}` }),
      ),
    sendFrame: (t, user, dev, session, chat, n) =>
      tell(
        (subject) => subject.message(chat, dev, n),
        () => {
          const text = `sends n ${n} (session ${session})`;
          const to = nodes.get(session);
          const lane = device(user);
          return to === undefined ? { t, lane, text } : { t, lane, to, text };
        },
      ),
    sendEnded: (t, user, dev, chat, n, outcome) =>
      tell(
        (subject) => subject.message(chat, dev, n),
        () => ({ t, lane: device(user), text: `send of n ${n}: ${OUTCOMES[outcome] ?? outcome}` }),
      ),
    haveDeclared: (t, user, _dev, session, chat, logDevice, n) =>
      tell(
        (subject) => subject.log(chat, logDevice),
        () => ({
          t,
          lane: device(user),
          text: `declares to have up to n ${n} (session ${session})`,
        }),
      ),
    logFrame: (t, user, _dev, session, chat, logDevice, start) =>
      tell(
        (subject) => subject.log(chat, logDevice),
        () => ({ t, lane: device(user), text: `log announced from ${start} (session ${session})` }),
      ),
    messageFrame: (t, user, _dev, session, chat, _from, logDevice, n) =>
      tell(
        (subject) => subject.message(chat, logDevice, n) && (subject.users.add(user), true),
        () => ({ t, lane: device(user), text: `receives n ${n} (session ${session})` }),
      ),
    shown: (t, user, _dev, _session, chat, _from, logDevice, n) =>
      tell(
        (subject) => subject.message(chat, logDevice, n),
        () => ({ t, lane: device(user), text: `shows n ${n}` }),
      ),
    readInvoked: (t, user, _dev, chat, logDevice, n) =>
      tell(
        (subject) => subject.covers(chat, logDevice, n),
        () => ({ t, lane: device(user), text: `reads up to n ${n}` }),
      ),
    readEnded: (t, user, _dev, chat, logDevice, n, outcome) =>
      tell(
        (subject) => subject.covers(chat, logDevice, n),
        () => ({ t, lane: device(user), text: `read of n ${n}: ${OUTCOMES[outcome] ?? outcome}` }),
      ),
    receiptFrame: (t, user, _dev, session, chat, logDevice, n) =>
      tell(
        (subject) => subject.covers(chat, logDevice, n),
        () => ({ t, lane: device(user), text: `is told "read up to n ${n}" (session ${session})` }),
      ),
    receiptShown: (t, user, _dev, chat, logDevice, n) =>
      tell(
        (subject) => subject.covers(chat, logDevice, n),
        () => ({ t, lane: device(user), text: `shows the receipt for n ${n}` }),
      ),
    rowApplied: (t, chat, dev, n) =>
      tell(
        (subject) => subject.message(chat, dev, n),
        () => ({ t, lane: "cassandra", text: `row n ${n} stands` }),
      ),
    sentRaised: (t, _user, chat, dev, n) => store(t, chat, dev, n, `unread_audit sent_n = ${n}`),
    readRaised: (t, _user, chat, dev, n) => store(t, chat, dev, n, `unread_audit read_n = ${n}`),
    receiptRaised: (t, _user, chat, dev, n) => store(t, chat, dev, n, `read_audit read_n = ${n}`),
    seenRaised: (t, _user, chat, dev, n) => store(t, chat, dev, n, `read_audit seen_n = ${n}`),
    signedIn: (t, user, dev) => connection(t, user, `signs in on device ${dev}`),
    signedOut: (t, user, _dev, vanished) =>
      connection(t, user, vanished === 1 ? "vanishes" : "signs out"),
    connecting: (t, user, _dev, session) => connection(t, user, `dials (session ${session})`),
    connected: (t, user, _dev, session, node) => {
      nodes.set(session, `node-${node + 1}`);
      connection(t, user, `connected to node-${node + 1} (session ${session})`);
    },
    synced: (t, user, _dev, session) => connection(t, user, `synced (session ${session})`),
    closed: (t, user, _dev, session, code) =>
      connection(t, user, `session ${session} ends${code === 0 ? ", broken" : ` with ${code}`}`),
    presenceApplied: (t, user, _rank, released, node) =>
      tell(
        (subject) => subject.person(user, t),
        () => ({
          t,
          lane: "redis",
          text: released === 1 ? `user ${user} released` : `user ${user} is on node-${node + 1}`,
        }),
      ),
    presenceWiped: (t) => everyone(t, "redis", "is wiped"),
  };
}

const TO_STORE: ReadonlySet<TraceEvent> = new Set(["append", "marked", "read-stored", "row-lost"]);
const TO_USER: ReadonlySet<TraceEvent> = new Set([
  "confirmed",
  "unsure",
  "refused",
  "pushed",
  "receipt-pushed",
]);

/** A node's step, with an arrow to whom it concerns. */
function traced(t: number, node: number, event: TraceEvent, user: number, n: number): LifeEvent {
  const lane = `node-${node + 1}`;
  const text = n > 0 ? `${event} n ${n}` : event;
  if (TO_STORE.has(event)) return { t, lane, to: "cassandra", text };
  if (TO_USER.has(event) && user > 0) return { t, lane, to: `user ${user}`, text };
  if (event === "looked-up") return { t, lane, to: "redis", text };
  return { t, lane, text };
}
