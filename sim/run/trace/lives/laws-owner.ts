// The orders of telling the recipient's owner: look up after the mark, again where nobody answered, and hand on
// to whom the look-up named.
import type { Departure } from "../../result.ts";
import { num, str, type Fact } from "./fact.ts";
import { nodeLane } from "./fact-words.ts";
import { at, diedBetween, isCall, isCallEnd } from "./law-parts.ts";
import type { Case, Law } from "./laws.ts";

const LOOK_UP_WITHIN_US = 5_000_000;
/** Peers are asked meanwhile, and whom they name is told: that takes its time. */
const REPEAT_WITHIN_US = 12_000_000;
const TELL_WITHIN_US = 1_500_000;

function isLookUp(fact: Fact, user: number): boolean {
  if (num(fact, "user") !== user) return false;
  return isCall(fact, "presence.lookup") || (fact.e === "ask" && str(fact, "type") === "who-has");
}

/** The first node to confirm n, and when the entry covered it. */
function confirmedAndMarked({ facts, n }: Case): { confirmed: Fact; markedUs: number } | undefined {
  const confirmed = facts.find((fact) => fact.e === "node:confirmed" && num(fact, "n") === n);
  const marked = facts.find((fact) => fact.e === "sentRaised" && num(fact, "n") >= n);
  if (confirmed === undefined || marked === undefined) return undefined;
  return { confirmed, markedUs: marked.t };
}

/** Who signs in before the mark is found by a later look-up; who signs in after it sees the entry. */
const lookUpAfterMark: Law = (of) => {
  const { facts, recipient, n } = of;
  const known = confirmedAndMarked(of);
  if (known === undefined || !facts.some(({ e }) => e === "call")) return [];
  const { confirmed, markedUs } = known;
  const node = num(confirmed, "node");
  const lane = nodeLane(node);
  const untilUs = Math.max(confirmed.t, markedUs) + LOOK_UP_WITHIN_US;
  if (diedBetween(facts, node, markedUs, untilUs) !== undefined) return [];
  const after = facts.some(
    (fact) =>
      isLookUp(fact, recipient) &&
      num(fact, "node") === node &&
      fact.t >= markedUs &&
      fact.t <= untilUs,
  );
  if (after) return [];
  const came = facts.find(
    (fact) => fact.e === "came" && num(fact, "n") === n && num(fact, "node") === node,
  );
  const early = facts.find(
    (fact) =>
      isCallEnd(fact, "presence.lookup") &&
      num(fact, "user") === recipient &&
      num(fact, "node") === node &&
      fact.t >= (came?.t ?? 0) &&
      fact.t <= untilUs,
  );
  const happened =
    early === undefined
      ? `sent_n was raised at ${at(markedUs)}, and ${lane} asked nobody who owns user ${recipient}`
      : `${lane} looked the owner up before: the answer of ${at(early.t)} was "${str(early, "answer")}"; sent_n was raised only at ${at(markedUs)}, and no look-up followed`;
  return [
    {
      t: early?.t ?? markedUs,
      lane,
      expected: `the owner of user ${recipient} is looked up after the entry was raised, so that who signs in meanwhile is either found or finds the entry`,
      happened,
    },
  ];
};

/** Without an answer the look-up is repeated every 2 s, until an owner is named or Redis answers. */
const lookUpRepeated: Law = (of) => {
  const { facts, recipient } = of;
  const known = confirmedAndMarked(of);
  if (known === undefined) return [];
  const node = num(known.confirmed, "node");
  // The first one behind the mark: later ones may be for other messages.
  const failed = facts.find(
    (fact) =>
      isCallEnd(fact, "presence.lookup") &&
      num(fact, "user") === recipient &&
      num(fact, "node") === node &&
      fact.t >= known.markedUs,
  );
  if (failed === undefined || str(failed, "outcome") === "ok") return [];
  if (failed.t > known.markedUs + LOOK_UP_WITHIN_US) return [];
  const untilUs = failed.t + REPEAT_WITHIN_US;
  if (diedBetween(facts, node, failed.t, untilUs) !== undefined) return [];
  const later = facts.filter(
    (fact) => fact.t >= failed.t && fact.t <= untilUs && num(fact, "user") === recipient,
  );
  const asked = later.filter((fact) => fact.e === "ask-end" && str(fact, "type") === "who-has");
  const answered = asked.length > 0 && asked.every((fact) => str(fact, "outcome") !== "unknown");
  const told = later.some((fact) => fact.e === "took" || fact.e === "node:pushed");
  if (answered || told || later.some((fact) => isCall(fact, "presence.lookup"))) return [];
  return [
    {
      t: failed.t,
      lane: nodeLane(node),
      expected: "a look-up that Redis does not answer goes to the peers, and is repeated every 2 s",
      happened: `the look-up of user ${recipient} ended ${str(failed, "outcome")} at ${at(failed.t)} and was not repeated`,
    },
  ];
};

/** Whom the look-up names, is told. */
const namedOwnerTold: Law = (of) => {
  const { facts, recipient, n } = of;
  const known = confirmedAndMarked(of);
  if (known === undefined) return [];
  const node = num(known.confirmed, "node");
  const found = facts.find(
    (fact) =>
      isCallEnd(fact, "presence.lookup") &&
      num(fact, "user") === recipient &&
      num(fact, "node") === node &&
      fact.t >= known.markedUs &&
      fact.t <= known.markedUs + LOOK_UP_WITHIN_US,
  );
  if (found === undefined || !str(found, "answer").startsWith("online")) return [];
  const untilUs = found.t + TELL_WITHIN_US;
  if (diedBetween(facts, node, found.t, untilUs) !== undefined) return [];
  const told = facts.some(
    (fact) =>
      (fact.e === "ask" || fact.e === "took") &&
      num(fact, "n") >= n &&
      fact.t >= known.markedUs &&
      fact.t <= untilUs,
  );
  if (told) return [];
  const departure: Departure = {
    t: found.t,
    lane: nodeLane(node),
    expected: "the node that the look-up names is told of the message",
    happened: `the look-up said "${str(found, "answer")}" at ${at(found.t)}, and nobody was told of n ${n}`,
  };
  return [departure];
};

function whenMessage(law: Law): Law {
  return (of) => (of.subject.isMessage && of.n > 0 && of.recipient > 0 ? law(of) : []);
}

export const OWNER_LAWS: readonly Law[] = [lookUpAfterMark, lookUpRepeated, namedOwnerTold].map(
  whenMessage,
);
