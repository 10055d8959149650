// What each party took to be so, and since when: devices and stores from what was seen of them, nodes from a look
// into their memory whenever something of the message happened (a second run only).
import type { NodeContext } from "../../../../server/core/context.ts";
import { findIncoming, findOwn, findSettled } from "../../../../server/core/logs.ts";
import type { Session } from "../../../../server/core/session.ts";
import type { Belief } from "../../result.ts";
import { epochText, rankText } from "./epoch-text.ts";
import { num, str, type Fact } from "./fact.ts";
import { nodeLane, userLane } from "./fact-words.ts";
import type { Kept, Subject } from "./subject.ts";

/** Keeps changes alone. */
export class Beliefs {
  readonly list: Belief[] = [];
  readonly #last = new Map<string, string>();

  last(lane: string, about: string): string | undefined {
    return this.#last.get(`${lane} ${about}`);
  }

  say(t: number, lane: string, about: string, value: string): void {
    const key = `${lane} ${about}`;
    if (this.#last.get(key) === value) return;
    this.#last.set(key, value);
    this.list.push({ t, lane, about, value });
  }
}

const NOTHING = "–";

/** A look into every node: the sessions of the subject's people, and what they hold of its log. */
export function lookIntoNodes(
  t: number,
  contexts: ReadonlyMap<number, NodeContext>,
  subject: Subject,
  beliefs: Beliefs,
): void {
  for (const [node, context] of contexts) {
    const lane = nodeLane(node);
    for (const user of subject.people) {
      const session = context.owners.get(user);
      const about = `session of user ${user}`;
      if (session === undefined && beliefs.last(lane, about) === undefined) continue;
      beliefs.say(t, lane, about, session === undefined ? "none" : sessionText(session));
      if (!subject.isMessage) continue;
      const value = session === undefined ? NOTHING : logText(session, subject);
      if (value !== "") beliefs.say(t, lane, `log, for user ${user}`, value);
    }
  }
}

function sessionText({ phase, claim, epoch }: Session): string {
  return `${phase}, claim ${claim}, epoch ${epochText(epoch)}`;
}

function logText(session: Session, { violation }: Subject): string {
  const { chat, device } = violation;
  const parts: string[] = [];
  const incoming = findIncoming(session, chat, device);
  if (incoming !== undefined) {
    const start = incoming.started ? "" : ", start not known";
    parts.push(`last sent n ${incoming.sentN}, remembered n ${incoming.coveredN}${start}`);
  } else {
    const at = findSettled(session, chat, device, 0);
    if (at >= 0) parts.push(`nothing new after n ${session.settled[at + 2]}`);
  }
  const own = findOwn(session, chat, device);
  const writer = own?.writer;
  if (writer !== undefined) {
    const unsure = writer.unsureN > writer.lastN ? `, unsure up to n ${writer.unsureN}` : "";
    parts.push(
      `stored and covered up to n ${writer.lastN}${writer.opened ? "" : " (to be read again)"}${unsure}`,
    );
  }
  if (own !== undefined && own.receiptN > 0) parts.push(`receipt told up to n ${own.receiptN}`);
  return parts.join("; ");
}

/** Of devices, stores and look-ups, from the facts alone. */
export function beliefsOfFacts(kept: readonly Kept[], beliefs: Beliefs): void {
  const unconfirmed = new Set<number>();
  for (const { fact } of kept) {
    ofDevice(fact, beliefs, unconfirmed);
    ofStore(fact, beliefs);
    if (fact.e === "call-end" && str(fact, "op") === "presence.lookup") {
      const answer = str(fact, "answer") || `outcome ${str(fact, "outcome")}`;
      beliefs.say(
        fact.t,
        nodeLane(num(fact, "node")),
        `last look-up of user ${num(fact, "user")}`,
        answer,
      );
    }
  }
}

function ofDevice(fact: Fact, beliefs: Beliefs, unconfirmed: Set<number>): void {
  const lane = userLane(num(fact, "user"));
  const n = num(fact, "n");
  const say = (about: string, value: string): void => beliefs.say(fact.t, lane, about, value);
  switch (fact.e) {
    case "connecting":
      return say("connection", `dials (session ${num(fact, "session")})`);
    case "connected":
      return say("connection", `node-${num(fact, "node")} (session ${num(fact, "session")})`);
    case "closed":
      // The end of an older connection may be told after the beginning of the next.
      if (beliefs.last(lane, "connection")?.endsWith(`(session ${num(fact, "session")})`) === true)
        say("connection", "none");
      return;
    case "sendInvoked":
      unconfirmed.add(n);
      return say("outbox", outboxText(unconfirmed));
    case "sendEnded":
      if (num(fact, "outcome") !== 2) unconfirmed.delete(n);
      return say("outbox", outboxText(unconfirmed));
    case "shown":
      return say("last shown", `n ${n}`);
    case "readInvoked":
      return say("read", `up to n ${n}`);
    case "receiptShown":
      return say("shown as read", `up to n ${n}`);
    default:
  }
}

function outboxText(unconfirmed: ReadonlySet<number>): string {
  return unconfirmed.size === 0 ? "all confirmed" : `waiting: n ${[...unconfirmed].join(", ")}`;
}

const MARKS: Readonly<Record<string, readonly [about: string, mark: string]>> = {
  sentRaised: ["unread_audit", "sent_n"],
  readRaised: ["unread_audit", "read_n"],
  receiptRaised: ["read_audit", "read_n"],
  seenRaised: ["read_audit", "seen_n"],
};

function ofStore(fact: Fact, beliefs: Beliefs): void {
  const mark = MARKS[fact.e];
  const { t } = fact;
  if (mark !== undefined)
    beliefs.say(t, "cassandra", `${mark[0]} ${mark[1]}`, String(num(fact, "n")));
  else if (fact.e === "rowApplied")
    beliefs.say(
      t,
      "cassandra",
      `row n ${num(fact, "n")}`,
      num(fact, "kind") === 4 ? "void" : "stands",
    );
  else if (fact.e === "presenceApplied") {
    const epoch = `epoch ${rankText(num(fact, "rank"))}`;
    const place = num(fact, "released") === 1 ? "released" : `node-${num(fact, "node")}`;
    beliefs.say(t, "redis", `user ${num(fact, "user")}`, `${place}, ${epoch}`);
  } else if (fact.e === "presenceWiped")
    beliefs.say(t, "redis", "records", `wiped at ${Math.round(t / 1e6)} s`);
}
