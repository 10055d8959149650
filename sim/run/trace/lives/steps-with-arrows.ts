// The kept facts as steps in the order of time, with each arrow's two ends found: a frame's leaving and its
// arrival, a call and what the store applied, a question to a peer and its taking.
import type { LifeEvent } from "../../result.ts";
import { num, str, type Fact } from "./fact.ts";
import { stepOf } from "./fact-words.ts";
import type { Kept } from "./subject.ts";

const APPLIED: Readonly<Record<string, string>> = {
  rowApplied: "messages.append",
  sentRaised: "messages.raiseSent",
  readRaised: "messages.raiseRead",
  receiptRaised: "messages.raiseReceipt",
  seenRaised: "messages.raiseSeen",
};
/** Frames from a node to a device, by what each becomes there. */
const PUSHED: Readonly<Record<string, string>> = {
  messageFrame: "node:pushed",
  receiptFrame: "node:receipt-pushed",
  sendEnded: "node:confirmed",
};
const FROM_DEVICE: Readonly<Record<string, string>> = {
  send: "sendFrame",
  read: "readInvoked",
  "receipt-ok": "receiptAcknowledged",
};

/** What an arrow's end looks for, and what its beginning offers. */
function arrivalOf(fact: Fact): string | undefined {
  const { e } = fact;
  const who = `${num(fact, "user")} ${num(fact, "n")}`;
  const op = APPLIED[e];
  if (op !== undefined) return `${op} ${num(fact, "n")}`;
  if (e === "call-end") return `call ${num(fact, "id")}`;
  if (PUSHED[e] !== undefined) return `${PUSHED[e]} ${who}`;
  if (e === "came") return `${FROM_DEVICE[str(fact, "what")]} ${who}`;
  if (e === "took") return `${str(fact, "what")} node-${num(fact, "node")} ${who}`;
  if (e === "ask-end") return `answer ${num(fact, "id")}`;
  return undefined;
}

function departuresOf(fact: Fact): readonly string[] {
  const { e } = fact;
  const who = `${num(fact, "user")} ${num(fact, "n")}`;
  if (e === "call") {
    const keys: string[] = [];
    for (let n = num(fact, "firstN") || num(fact, "n"); n <= num(fact, "n"); n += 1)
      keys.push(`${str(fact, "op")} ${n}`);
    return keys;
  }
  if (e === "ask") return [`${str(fact, "type")} ${str(fact, "to")} ${who}`];
  if (e === "sendFrame" || e === "readInvoked" || e === "receiptAcknowledged")
    return [`${e} ${who}`];
  return e.startsWith("node:") ? [`${e} ${who}`] : [];
}

export function stepsWithArrows(
  kept: readonly Kept[],
  diedAfter: (node: number, t: number) => number | undefined,
): LifeEvent[] {
  const events: LifeEvent[] = [];
  const waiting = new Map<string, number[]>();
  const ends = endedIds(kept);
  for (const { fact, weight } of kept) {
    const step = stepOf(fact);
    if (step === undefined) continue;
    if (fact.e === "call-end" && str(fact, "outcome") === "refused") forget(fact, waiting);
    const arrival = arrivalOf(fact);
    const from = arrival === undefined ? undefined : waiting.get(arrival)?.shift();
    const index = events.length;
    events.push({
      t: fact.t,
      ...step,
      text: step.text + unended(fact, ends, diedAfter),
      ...(from === undefined || fact.e === "call-end" ? {} : { from }),
      ...(weight === "own" || weight === "unseen" ? {} : { weight }),
    });
    for (const key of departuresOf(fact)) waiting.set(key, [...(waiting.get(key) ?? []), index]);
  }
  return withoutOpenEnds(
    events,
    kept.some(({ fact }) => fact.e === "came"),
  );
}

/** What was refused is never applied: a later attempt is. */
function forget(ended: Fact, waiting: Map<string, number[]>): void {
  for (const key of departuresOf({ ...ended, e: "call" })) waiting.get(key)?.shift();
}

function endedIds(kept: readonly Kept[]): ReadonlySet<number> {
  return new Set(
    kept.flatMap(({ fact }) =>
      fact.e === "call-end" || fact.e === "ask-end" ? [num(fact, "id")] : [],
    ),
  );
}

/** A call whose node died before the answer: nobody ever knew its end. */
function unended(
  fact: Fact,
  ends: ReadonlySet<number>,
  diedAfter: (node: number, t: number) => number | undefined,
): string {
  const isCall = fact.e === "call" || (fact.e === "ask" && str(fact, "op") === "link.request");
  if (!isCall || ends.has(num(fact, "id"))) return "";
  return diedAfter(num(fact, "node"), fact.t) === undefined
    ? ""
    : " (the node died before the answer)";
}

/** Frames that never arrive say so; only where arrivals were seen at all. */
function withoutOpenEnds(events: readonly LifeEvent[], seesArrivals: boolean): LifeEvent[] {
  if (!seesArrivals) return [...events];
  const arrived = new Set(events.flatMap(({ from }) => (from === undefined ? [] : [from])));
  return events.map((event, index) => {
    if (arrived.has(index) || !isFrame(event)) return event;
    return { ...event, text: `${event.text} (does not arrive)`, tone: "unsure" };
  });
}

function isFrame({ lane, to, text }: LifeEvent): boolean {
  if (lane.startsWith("user")) return /^sends n/.test(text);
  if (!lane.startsWith("node-") || to === undefined) return false;
  return /^(sends n|says sent|tells that|deliver n|receipt for)/.test(text);
}
