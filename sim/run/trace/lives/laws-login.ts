// The orders of a sign-in and of a session's tail: claim, then look; go on where the device is; look again when a
// link is back, at both audits.
import type { Departure } from "../../result.ts";
import { num, str, type Fact } from "./fact.ts";
import { nodeLane } from "./fact-words.ts";
import { at, isCall, isCallEnd, staysOf } from "./law-parts.ts";
import type { Law } from "./laws.ts";

const TAIL_WITHIN_US = 13_000_000;
const RECEIPTS_WITHIN_US = 500_000;

/** A message sent between the look at the audits and the claim is seen by neither. */
const claimBeforeLook: Law = ({ facts, subject, n }) => {
  const marked =
    n > 0 ? facts.find((fact) => fact.e === "sentRaised" && num(fact, "n") >= n) : undefined;
  const found: { departure: Departure; missed: boolean }[] = [];
  for (const opened of facts) {
    if (opened.e !== "node:session-opened" || !subject.people.has(num(opened, "user"))) continue;
    const user = num(opened, "user");
    const node = num(opened, "node");
    const theirs = (fact: Fact): boolean =>
      fact.t >= opened.t && num(fact, "user") === user && num(fact, "node") === node;
    const claimed = facts.find((fact) => theirs(fact) && isCallEnd(fact, "presence.hold"));
    const looked = facts.find((fact) => theirs(fact) && isCall(fact, "messages.unreadEntries"));
    if (looked === undefined || (claimed !== undefined && claimed.t <= looked.t)) continue;
    const read = facts.find(
      (fact) => isCallEnd(fact, "messages.unreadEntries") && num(fact, "id") === num(looked, "id"),
    );
    const seen = read === undefined ? "" : `, finding "${str(read, "answer")}"`;
    const claim =
      claimed === undefined ? "no claim followed" : `the claim stood only at ${at(claimed.t)}`;
    const missed =
      user === subject.recipient &&
      marked !== undefined &&
      marked.t >= looked.t &&
      marked.t <= (claimed?.t ?? Infinity);
    const between = missed
      ? `; in between, at ${at(marked.t)}, sent_n was raised to ${num(marked, "n")}`
      : "";
    found.push({
      missed,
      departure: {
        t: looked.t,
        lane: nodeLane(node),
        expected: `a sign-in claims user ${user} in Redis first and reads the audits after that: what is sent meanwhile is seen by the one or the other`,
        happened: `${nodeLane(node)} read unread_audit of user ${user} at ${at(looked.t)}${seen}; ${claim}${between}`,
      },
    });
  }
  // The one that the message fell into says it all.
  const decisive = found.filter(({ missed }) => missed);
  return (decisive.length > 0 ? decisive : found).map(({ departure }) => departure);
};

/** A log goes on behind what the device has; where it declared nothing, behind what was read. */
const startBehindHave: Law = ({ facts }) => {
  const departures: Departure[] = [];
  const have = new Map<number, number>();
  let readN = 0;
  for (const fact of facts) {
    const session = num(fact, "session");
    if (fact.e === "readRaised") readN = Math.max(readN, num(fact, "n"));
    if (fact.e === "haveDeclared") have.set(session, num(fact, "n"));
    if (fact.e !== "logFrame") continue;
    const has = have.get(session);
    const start = num(fact, "start");
    if (start <= Math.max(has ?? 0, readN) && start >= (has ?? 0)) continue;
    const declared =
      has === undefined
        ? `the device declared nothing of it`
        : `the device declared to have up to n ${has}`;
    departures.push({
      t: fact.t,
      lane: `user ${num(fact, "user")}`,
      expected: `the log goes on after n ${has ?? readN}: ${declared}, and up to n ${readN} was read`,
      happened: `at ${at(fact.t)} it was told to go on after n ${start}`,
    });
  }
  return departures;
};

/** Within a session a log comes in order, without holes. */
const framesInOrder: Law = ({ facts, n: own }) => {
  const departures: Departure[] = [];
  const last = new Map<number, number>();
  for (const fact of facts) {
    const session = num(fact, "session");
    if (fact.e === "logFrame") last.set(session, num(fact, "start"));
    if (fact.e !== "messageFrame") continue;
    const n = num(fact, "n");
    const before = last.get(session);
    last.set(session, n);
    if (before === undefined || n === before + 1) continue;
    // Only neighbours of the message are kept: what came before the first of them is not known.
    if (own > 0 && n <= own - 2) continue;
    departures.push({
      t: fact.t,
      lane: `user ${num(fact, "user")}`,
      expected: `after n ${before} comes n ${before + 1}`,
      happened: `n ${n} came at ${at(fact.t)} (session ${session})`,
    });
  }
  return departures;
};

/** A link that was away may have swallowed a delivery: both when it is lost and when it is back, tails are read. */
const tailAfterLink: Law = ({ facts, subject }) => {
  // The one whom the rule is about; the other only where nothing is missed there.
  const { sender, recipient } = subject;
  const told = subject.violation.rule.startsWith("RCP") ? [sender, recipient] : [recipient, sender];
  for (const user of told) {
    const departures = user > 0 ? missedTails(facts, user) : [];
    if (departures.length > 0) return departures;
  }
  return [];
};

function missedTails(facts: readonly Fact[], user: number): readonly Departure[] {
  const departures: Departure[] = [];
  const seen = new Set<string>();
  for (const link of facts) {
    if (link.e !== "link") continue;
    const node = num(link, "node");
    const peer = str(link, "peer");
    const isFirst = !seen.has(`${node} ${peer}`);
    seen.add(`${node} ${peer}`);
    if (isFirst || num(link, "up") === 0) continue;
    if (missesTail(facts, user, node, link.t))
      departures.push({
        t: link.t,
        lane: nodeLane(node),
        expected: `when a link is back, the node reads the tails of its users again within 10 s: what was sent to them meanwhile was not handed over`,
        happened: `the link to ${peer} was back at ${at(link.t)}, and ${nodeLane(node)} did not read the tail of user ${user} again`,
      });
  }
  return departures;
}

function missesTail(facts: readonly Fact[], user: number, node: number, t: number): boolean {
  const stays = staysOf(facts, user).some(
    (stay) => stay.node === node && stay.syncedUs < t && stay.toUs > t + TAIL_WITHIN_US,
  );
  if (!stays) return false;
  return !facts.some(
    (fact) =>
      (fact.e === "node:tail-read" || isCall(fact, "messages.unreadEntries")) &&
      num(fact, "user") === user &&
      num(fact, "node") === node &&
      fact.t >= t &&
      fact.t <= t + TAIL_WITHIN_US,
  );
}

/** Unread messages and receipts due: a look at one audit alone misses the other. */
const bothAudits: Law = ({ facts, subject }) => {
  const departures: Departure[] = [];
  for (const read of facts) {
    if (!isCallEnd(read, "messages.unreadEntries") || str(read, "outcome") !== "ok") continue;
    const user = num(read, "user");
    const node = num(read, "node");
    if (user !== subject.sender) continue;
    const stay = staysOf(facts, user).find(
      (one) => one.node === node && one.fromUs <= read.t && one.toUs > read.t + RECEIPTS_WITHIN_US,
    );
    const follows = facts.some(
      (fact) =>
        isCall(fact, "messages.receiptEntries") &&
        num(fact, "user") === user &&
        num(fact, "node") === node &&
        fact.t >= read.t &&
        fact.t <= read.t + RECEIPTS_WITHIN_US,
    );
    if (stay === undefined || follows) continue;
    departures.push({
      t: read.t,
      lane: nodeLane(node),
      expected: `who reads a tail again reads both audits: unread messages, and receipts that are due`,
      happened: `${nodeLane(node)} read unread_audit of user ${user} at ${at(read.t)}, and not read_audit`,
    });
  }
  return departures;
};

/** Of a person alone many logs are told of at once. */
function ofOneLog(law: Law): Law {
  return (of) => (of.subject.isMessage ? law(of) : []);
}

export const LOGIN_LAWS: readonly Law[] = [
  claimBeforeLook,
  ofOneLog(startBehindHave),
  ofOneLog(framesInOrder),
  tailAfterLink,
  bothAudits,
];
