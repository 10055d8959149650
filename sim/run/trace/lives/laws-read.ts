// The orders of a read: within the log, the receipt due before the entry closes, told after the read, seen when
// the device says so; and marks that never move back.
import { num, type Fact } from "./fact.ts";
import { nodeLane } from "./fact-words.ts";
import { at, diedBetween, endOf, fateOf, isCall } from "./law-parts.ts";
import type { FoundDeparture, Law } from "./laws.ts";

/** A crash between the two marks may repeat a receipt, never lose one. */
const dueBeforeClosed: Law = ({ facts, n }) => {
  let dueN = 0;
  for (const fact of facts) {
    if (fact.e === "receiptRaised") dueN = Math.max(dueN, num(fact, "n"));
    if (fact.e !== "readRaised" || num(fact, "n") < n || dueN >= n) continue;
    // What was refused changed nothing: an attempt before it did.
    const closing = facts.findLast(
      (other) =>
        isCall(other, "messages.raiseRead") &&
        num(other, "n") >= n &&
        other.t <= fact.t &&
        endOf(facts, other)?.of["outcome"] !== "refused",
    );
    const due = facts.find(
      (other) =>
        isCall(other, "messages.raiseReceipt") &&
        num(other, "n") >= n &&
        other.t >= (closing?.t ?? 0),
    );
    const node = closing === undefined ? 0 : num(closing, "node");
    const died = node === 0 ? undefined : diedBetween(facts, node, fact.t, fact.t + 5_000_000);
    const death =
      died === undefined || due !== undefined ? "" : `; ${nodeLane(node)} died at ${at(died.t)}`;
    return [
      {
        t: fact.t,
        lane: node === 0 ? "cassandra" : nodeLane(node),
        expected: `read_audit is raised to n ${n} first (the receipt is due), then the entry in unread_audit is closed`,
        happened: `the entry was closed at ${at(fact.t)} (read_n ${num(fact, "n")}; the call ${fateOf(facts, closing)}) while read_audit stood at ${dueN}: raising that ${fateOf(facts, due)}${death}`,
      },
    ];
  }
  return [];
};

/** `read-ok` says that both marks stand. */
const confirmedAfterBoth: Law = ({ facts, n }) => {
  let dueN = 0;
  let closedN = 0;
  for (const fact of facts) {
    if (fact.e === "receiptRaised") dueN = Math.max(dueN, num(fact, "n"));
    if (fact.e === "readRaised") closedN = Math.max(closedN, num(fact, "n"));
    if (fact.e !== "node:read-stored" || num(fact, "n") < n) continue;
    if (dueN >= n && closedN >= n) return [];
    const op = dueN < n ? "messages.raiseReceipt" : "messages.raiseRead";
    const mark =
      dueN < n
        ? `read_n of read_audit stood at ${dueN}`
        : `read_n of unread_audit stood at ${closedN}`;
    const call = facts.findLast(
      (other) => isCall(other, op) && num(other, "n") >= n && other.t <= fact.t,
    );
    return [
      {
        t: fact.t,
        lane: nodeLane(num(fact, "node")),
        expected: `a read of n ${n} is confirmed when the receipt is due and the entry is closed`,
        happened: `${nodeLane(num(fact, "node"))} took it for stored at ${at(fact.t)} while ${mark}: raising that ${fateOf(facts, call)}`,
      },
    ];
  }
  return [];
};

/** What is set too high can never be set back. */
const readWithinSent: Law = ({ facts }) => {
  let sentN = 0;
  for (const fact of facts) {
    if (fact.e === "sentRaised") sentN = Math.max(sentN, num(fact, "n"));
    if (fact.e !== "readRaised" || num(fact, "n") <= sentN) continue;
    const call = facts.findLast(
      (other) => isCall(other, "messages.raiseRead") && other.t <= fact.t,
    );
    const lane = call === undefined ? "cassandra" : nodeLane(num(call, "node"));
    const asked = facts.findLast(
      (other) => other.e === "came" && num(other, "n") === num(fact, "n") && other.t <= fact.t,
    );
    const who = asked === undefined ? "" : ` (asked for by user ${num(asked, "user")})`;
    return [
      {
        t: fact.t,
        lasting: true,
        lane,
        expected: `a read is held against sent_n, ${sentN} here: what lies beyond it is refused`,
        happened: `read_n was raised to ${num(fact, "n")} at ${at(fact.t)}${who}: it closes the entry for messages that nobody has sent yet`,
      },
    ];
  }
  return [];
};

/** A receipt follows the reading. */
const toldAfterRead: Law = ({ facts, subject, n }) => {
  let readN = 0;
  for (const fact of facts) {
    if (fact.e === "readInvoked") readN = Math.max(readN, num(fact, "n"));
    const isTold = fact.e === "node:receipt-pushed" || fact.e === "receiptFrame";
    if (!isTold || num(fact, "n") < n || num(fact, "n") <= readN) continue;
    const lane = fact.e === "receiptFrame" ? `user ${subject.sender}` : nodeLane(num(fact, "node"));
    return [
      {
        t: fact.t,
        lane,
        expected: `the sender is told of a read after user ${subject.recipient} has read`,
        happened: `at ${at(fact.t)} the sender was told that n ${num(fact, "n")} was read; read so far: ${readN === 0 ? "nothing" : `up to n ${readN}`}`,
      },
    ];
  }
  return [];
};

/** seen_n is what the device has acknowledged: pushed is not seen. */
const seenAfterAcknowledged: Law = ({ facts, n: own }) => {
  let acknowledgedN = 0;
  for (const fact of facts) {
    if (fact.e === "receiptAcknowledged") acknowledgedN = Math.max(acknowledgedN, num(fact, "n"));
    const n = num(fact, "n");
    if (!isCall(fact, "messages.raiseSeen") || n < own || n <= acknowledgedN) continue;
    const shown = facts.find((other) => other.e === "receiptShown" && num(other, "n") >= n);
    const after =
      shown === undefined ? "the device never showed it" : `the device showed it at ${at(shown.t)}`;
    return [
      {
        t: fact.t,
        lane: nodeLane(num(fact, "node")),
        expected: `seen_n is raised when the sender's device acknowledges the receipt`,
        happened: `${nodeLane(num(fact, "node"))} raised seen_n to ${n} at ${at(fact.t)} without any acknowledgement; ${after}`,
      },
    ];
  }
  return [];
};

const MARKS: Readonly<Record<string, string>> = {
  sentRaised: "sent_n of unread_audit",
  readRaised: "read_n of unread_audit",
  receiptRaised: "read_n of read_audit",
  seenRaised: "seen_n of read_audit",
};

const neverBack: Law = ({ facts }) => {
  const last = new Map<string, Fact>();
  const departures: FoundDeparture[] = [];
  for (const fact of facts) {
    const mark = MARKS[fact.e];
    if (mark === undefined) continue;
    const before = last.get(fact.e);
    last.set(fact.e, fact);
    if (before === undefined || num(fact, "n") >= num(before, "n")) continue;
    departures.push({
      t: fact.t,
      lasting: true,
      lane: "cassandra",
      expected: `${mark} only rises: it stood at ${num(before, "n")} since ${at(before.t)}`,
      happened: `it fell to ${num(fact, "n")} at ${at(fact.t)}`,
    });
  }
  return departures;
};

function whenLog(law: Law): Law {
  return (of) => (of.subject.isMessage && of.n > 0 ? law(of) : []);
}

export const READ_LAWS: readonly Law[] = [
  dueBeforeClosed,
  confirmedAfterBoth,
  readWithinSent,
  toldAfterRead,
  seenAfterAcknowledged,
  neverBack,
].map(whenLog);
