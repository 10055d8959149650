// The orders of a send: row, mark, `sent`.
import type { Departure } from "../result.ts";
import { num, type Fact } from "./fact.ts";
import { nodeLane } from "./fact-words.ts";
import { at, diedBetween, fateOf, isCall } from "./law-parts.ts";
import type { Case, Law } from "./laws.ts";

/** `sent` for n says that all rows up to n stand and that the entry covers them. */
const sentAfterRowAndMark: Law = ({ facts, n }) => {
  const departures: Departure[] = [];
  let rowStands = false;
  let sentN = 0;
  for (const fact of facts) {
    if (fact.e === "rowApplied" && num(fact, "n") === n) rowStands = true;
    if (fact.e === "sentRaised") sentN = Math.max(sentN, num(fact, "n"));
    if (fact.e !== "node:confirmed" || num(fact, "n") < n) continue;
    const confirmed = num(fact, "n");
    const lane = nodeLane(num(fact, "node"));
    const says = `${lane} said sent for n ${confirmed} at ${at(fact.t)}`;
    if (!rowStands) {
      const expected = `row n ${n} stands before sent is said for n ${confirmed}`;
      const append = lastCall(facts, "messages.append", n, fact.t);
      departures.push({
        t: fact.t,
        lane,
        expected,
        happened: `${says}, no row n ${n} stood: its append ${fateOf(facts, append)}`,
      });
    } else if (sentN < n) departures.push(uncovered(facts, fact, n, sentN, says));
    if (departures.length > 0) return departures;
  }
  return departures;
};

function uncovered(
  facts: readonly Fact[],
  fact: Fact,
  n: number,
  sentN: number,
  says: string,
): Departure {
  const node = num(fact, "node");
  const raise = facts.find(
    (other) => isCall(other, "messages.raiseSent") && num(other, "n") >= n && other.t >= fact.t,
  );
  const died = diedBetween(facts, node, fact.t, fact.t + 10_000_000);
  const later =
    raise === undefined
      ? `the node never asked to raise it${died === undefined ? "" : `, and died at ${at(died.t)}`}`
      : `raising it ${fateOf(facts, raise)}`;
  return {
    t: fact.t,
    lane: nodeLane(node),
    expected: `the entry in unread_audit is raised to n ${n} before the sender hears sent`,
    happened: `${says}, sent_n still stood at ${sentN}: ${later}`,
  };
}

function lastCall(facts: readonly Fact[], op: string, n: number, t: number): Fact | undefined {
  const covers = (fact: Fact): boolean =>
    isCall(fact, op) && (num(fact, "firstN") || num(fact, "n")) <= n && num(fact, "n") >= n;
  return facts.findLast((fact) => covers(fact) && fact.t <= t) ?? facts.find(covers);
}

/** The entry covers what is stored, never what is still to be. */
const markAfterRow: Law = ({ facts, n }) => {
  let rowStands = false;
  for (const fact of facts) {
    if (fact.e === "rowApplied" && num(fact, "n") === n) rowStands = true;
    if (fact.e === "sentRaised" && num(fact, "n") >= n && !rowStands) {
      const append = lastCall(facts, "messages.append", n, fact.t);
      const happened = `sent_n rose to ${num(fact, "n")} at ${at(fact.t)}, no row n ${n} stood: its append ${fateOf(facts, append)}`;
      return [
        {
          t: fact.t,
          lane: "cassandra",
          expected: `row n ${n} stands before sent_n covers it`,
          happened,
        },
      ];
    }
  }
  return [];
};

/** Only what surely was not written, in any attempt, is refused for good. */
const refusedOnlyBeforeWrite: Law = ({ facts, n }) => {
  const ended = facts.find(
    (fact) => fact.e === "sendEnded" && num(fact, "n") === n && num(fact, "outcome") === 1,
  );
  if (ended === undefined) return [];
  const refused = facts.findLast(
    (fact) => fact.e === "node:refused" && num(fact, "n") === n && fact.t <= ended.t,
  );
  const append = lastCall(facts, "messages.append", n, ended.t);
  const stood = facts.find(
    (fact) => fact.e === "rowApplied" && num(fact, "n") === n && num(fact, "kind") !== 4,
  );
  if (refused === undefined || append === undefined || append.t > ended.t) return [];
  const row = stood === undefined ? "" : `; the row stood at ${at(stood.t)}`;
  return [
    {
      t: refused.t,
      lane: nodeLane(num(refused, "node")),
      expected: `n ${n} is refused for good only if no attempt can have written it; else the device is asked to repeat it`,
      happened: `it was refused at ${at(refused.t)} although its append ${fateOf(facts, append)}${row}`,
    },
  ];
};

function whenMessage(law: Law): Law {
  return (of: Case) => (of.subject.isMessage && of.n > 0 ? law(of) : []);
}

export const SEND_LAWS: readonly Law[] = [
  whenMessage(sentAfterRowAndMark),
  whenMessage(markAfterRow),
  whenMessage(refusedOnlyBeforeWrite),
];
