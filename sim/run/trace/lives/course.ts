// The steps that every message goes through, each with the first time it was reached: where a life stops, or goes
// in the wrong order, shows at one look.
import type { LifeStep } from "../../result.ts";
import { num, str, type Fact } from "./fact.ts";
import { nodeLane, userLane } from "./fact-words.ts";
import type { Subject } from "./subject.ts";

/** A look-up later than that is for another message. */
const SOON_US = 10_000_000;

export function courseOf(facts: readonly Fact[], subject: Subject): LifeStep[] {
  const { n } = subject.violation;
  if (!subject.isMessage || n === 0) return [];
  const covering = (e: string) => (fact: Fact) => fact.e === e && num(fact, "n") >= n;
  const exact = (e: string) => (fact: Fact) => fact.e === e && num(fact, "n") === n;
  const first = (
    name: string,
    is: (fact: Fact) => boolean,
    text?: (fact: Fact) => string,
  ): LifeStep => {
    const fact = facts.find(is);
    if (fact === undefined) return { name, t: null };
    const said = text?.(fact);
    return { name, t: fact.t, lane: laneOf(fact), ...(said === undefined ? {} : { text: said }) };
  };
  const markedUs = facts.find(covering("sentRaised"))?.t ?? Infinity;
  const readUs = facts.find(covering("readInvoked"))?.t ?? Infinity;
  const seesCalls = facts.some(({ e }) => e === "call");
  const nodeOf = (e: string): number => num(facts.find(exact(e)) ?? { t: 0, e, of: {} }, "node");
  const lookedUp = (user: number, afterUs: number, node: number) => (fact: Fact) =>
    (node === 0 || num(fact, "node") === node) &&
    fact.e === "call-end" &&
    str(fact, "op") === "presence.lookup" &&
    num(fact, "user") === user &&
    fact.t >= afterUs &&
    fact.t <= afterUs + SOON_US;
  const answer = (fact: Fact): string => str(fact, "answer") || `outcome ${str(fact, "outcome")}`;
  const steps = [
    first("n taken", exact("sendInvoked")),
    first("row stored", exact("rowApplied")),
    first("entry raised (sent_n)", covering("sentRaised")),
    first("confirmed to the sender", (fact) => exact("node:confirmed")(fact) || isSent(fact, n)),
    ...(seesCalls
      ? [
          first(
            "owner looked up after that",
            lookedUp(subject.recipient, markedUs, nodeOf("node:confirmed")),
            answer,
          ),
        ]
      : []),
    first(
      "sent to the recipient's device",
      (fact) => exact("node:pushed")(fact) || exact("messageFrame")(fact),
    ),
    first("shown", exact("shown")),
    first("read", covering("readInvoked")),
    first("receipt due (read_audit)", covering("receiptRaised")),
    first("entry closed (unread_audit)", covering("readRaised")),
    ...(seesCalls ? [first("sender looked up", lookedUp(subject.sender, readUs, 0), answer)] : []),
    first("receipt told to the sender's device", covering("receiptFrame")),
    first("shown as read", covering("receiptShown")),
    first("receipt seen (seen_n)", covering("seenRaised")),
  ];
  return steps;
}

function isSent(fact: Fact, n: number): boolean {
  return fact.e === "sendEnded" && num(fact, "n") === n && num(fact, "outcome") === 0;
}

function laneOf(fact: Fact): string {
  if (fact.of["node"] !== undefined && fact.e !== "presenceApplied")
    return nodeLane(num(fact, "node"));
  return /Raised$|Applied$/.test(fact.e) ? "cassandra" : userLane(num(fact, "user"));
}
