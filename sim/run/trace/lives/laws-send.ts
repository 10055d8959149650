// The orders of a send: row, mark, `sent`.
import type { Departure } from "../../result.ts";
import { num, type Fact } from "./fact.ts";
import { nodeLane } from "./fact-words.ts";
import { at, diedBetween, fateOf, isCall } from "./law-parts.ts";
import type { Case, Law } from "./laws.ts";

/** KIND.void of a history. */
const VOID = 4;

/** `sent` for n says that all rows up to n stand and that the entry covers them. */
const sentAfterRowAndMark: Law = ({ facts, n }) => {
  const rows = new Set<number>();
  let sentN = 0;
  for (const fact of facts) {
    if (fact.e === "rowApplied") rows.add(num(fact, "n"));
    if (fact.e === "sentRaised") sentN = Math.max(sentN, num(fact, "n"));
    if (fact.e !== "node:confirmed" || num(fact, "n") < n) continue;
    const confirmed = num(fact, "n");
    const lane = nodeLane(num(fact, "node"));
    const says = `${lane} said sent for n ${confirmed} at ${at(fact.t)}`;
    const missing = neighbours(n).find((each) => !rows.has(each));
    if (missing === undefined) return sentN < n ? [uncovered(facts, fact, n, sentN, says)] : [];
    const append = lastCall(facts, "messages.append", missing, fact.t);
    const happened = `${says}, no row n ${missing} stood: its append ${fateOf(facts, append)}`;
    const expected = `row n ${missing} stands before sent is said for n ${confirmed}`;
    return [{ t: fact.t, lane, expected, happened }];
  }
  return [];
};

/** The message and those below it of which all facts are kept. */
function neighbours(n: number): readonly number[] {
  return [n - 2, n - 1, n].filter((each) => each > 0);
}

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
  const is = (fact: Fact): boolean => isCall(fact, op) && covers(fact, n);
  return facts.findLast((fact) => is(fact) && fact.t <= t) ?? facts.find(is);
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
  const said = facts.findLast(
    (fact) => fact.e === "node:refused" && num(fact, "n") === n && fact.t <= ended.t,
  );
  // Where no node said so, the device itself gave it up.
  const refused = said ?? ended;
  const append = lastCall(facts, "messages.append", n, ended.t);
  const stood = facts.find(
    (fact) => fact.e === "rowApplied" && num(fact, "n") === n && num(fact, "kind") !== VOID,
  );
  if (append === undefined || append.t > ended.t) return [];
  const row = stood === undefined ? "" : `; the row stood at ${at(stood.t)}`;
  return [
    {
      t: refused.t,
      lane: said === undefined ? `user ${num(ended, "user")}` : nodeLane(num(said, "node")),
      expected: `n ${n} is refused for good only if no attempt can have written it; else it is repeated, or its outcome is unknown`,
      happened: `it was called refused at ${at(refused.t)} although its append ${fateOf(facts, append)}${row}`,
    },
  ];
};

/** A row that stands is never written over. */
const rowOnce: Law = ({ facts, n }) => {
  const rows = facts.filter((fact) => fact.e === "rowApplied" && num(fact, "n") === n);
  const [first] = rows;
  const again = rows.slice(1).find((fact) => num(fact, "kind") !== VOID);
  if (first === undefined || again === undefined) return [];
  const what = num(first, "kind") === VOID ? "void" : "row";
  return [
    {
      t: again.t,
      lane: "cassandra",
      expected: `the ${what} n ${n} of ${at(first.t)} keeps its place: a repeat is compared with it, and other bytes are refused`,
      happened: `row n ${n} was written over at ${at(again.t)}`,
    },
  ];
};

/** What comes under n is what first came under it, or was taken for it. */
const oneContent: Law = ({ facts, n }) => {
  let first: Fact | undefined;
  for (const fact of facts) {
    const names = fact.e === "sendInvoked" || fact.e === "messageFrame";
    if (!names || num(fact, "n") !== n || num(fact, "kind") === VOID) continue;
    first ??= fact;
    if (num(fact, "content") === num(first, "content")) continue;
    const held = first.e === "sendInvoked" ? "was taken for" : "came with";
    return [
      {
        t: fact.t,
        lane: `user ${num(fact, "user")}`,
        expected: `n ${n} holds send ${num(first, "content")} for ever: it ${held} that at ${at(first.t)}, and a repeat with other bytes is refused`,
        happened: `at ${at(fact.t)} it ${fact.e === "sendInvoked" ? "was taken for" : "came with"} send ${num(fact, "content")}`,
      },
    ];
  }
  return [];
};

/** A row is written under the n that its device took. */
const appendedAsTaken: Law = ({ facts, n }) => {
  const append = facts.find((fact) => isCall(fact, "messages.append") && covers(fact, n));
  const taken = facts.find((fact) => fact.e === "sendInvoked" && num(fact, "n") === n);
  if (append === undefined || num(append, "isVoid") === 1) return [];
  if (taken !== undefined && taken.t <= append.t) return [];
  return [
    {
      t: append.t,
      lane: nodeLane(num(append, "node")),
      expected: `a row is written under the n that its device took, in every attempt`,
      happened: `${nodeLane(num(append, "node"))} wrote row n ${n} at ${at(append.t)}, which the device had ${taken === undefined ? "never taken" : `not taken before ${at(taken.t)}`}`,
    },
  ];
};

function covers(fact: Fact, n: number): boolean {
  return (num(fact, "firstN") || num(fact, "n")) <= n && num(fact, "n") >= n;
}

/** Whatever is repeated keeps its n. */
const oneNumber: Law = ({ facts }) => {
  const taken = new Map<number, Fact>();
  for (const fact of facts) {
    if (fact.e !== "sendInvoked") continue;
    const content = num(fact, "content");
    const before = taken.get(content);
    taken.set(content, fact);
    if (before === undefined || content === 0 || num(before, "n") === num(fact, "n")) continue;
    return [
      {
        t: fact.t,
        lane: `user ${num(fact, "user")}`,
        expected: `what took n ${num(before, "n")} at ${at(before.t)} keeps it in every repeat`,
        happened: `the device took n ${num(fact, "n")} for the same message at ${at(fact.t)}`,
      },
    ];
  }
  return [];
};

function whenMessage(law: Law): Law {
  return (of: Case) => (of.subject.isMessage && of.n > 0 ? law(of) : []);
}

export const SEND_LAWS: readonly Law[] = [
  whenMessage(sentAfterRowAndMark),
  whenMessage(markAfterRow),
  whenMessage(refusedOnlyBeforeWrite),
  whenMessage(oneNumber),
  whenMessage(rowOnce),
  whenMessage(oneContent),
  whenMessage(appendedAsTaken),
];
