// A subject's facts made into the life that reports show: the steps worth seeing, what lasted, who believed what,
// and where the order was left.
import { kindsText } from "../../../report/failure/kinds.ts";
import type { Fault } from "../../../scenario/types.ts";
import type { Life, LifeBar, LifeEvent } from "../../result.ts";
import { barsOf } from "./bars.ts";
import { beliefsOfFacts, type Beliefs } from "./beliefs.ts";
import { rankText } from "./epoch-text.ts";
import { courseOf } from "./course.ts";
import { num, str, type Fact } from "./fact.ts";
import { at } from "./law-parts.ts";
import { departuresIn, type FoundDeparture } from "./laws.ts";
import { stepsWithArrows } from "./steps-with-arrows.ts";
import type { Kept, Subject } from "./subject.ts";
import { faultSteps } from "./fault-steps.ts";

const BEFORE_US = 8_000_000;
const AFTER_US = 3_000_000;
/** Sessions and faults this near to a step of the message are shown, others folded away. */
const NEAR_US = 15_000_000;
/** A node asks and renews all the time, mostly for other messages. */
const CALL_NEAR_US = 200_000;
const EVENTS_MAX = 700;

export function storyOf(subject: Subject, beliefs: Beliefs, faults: readonly Fault[]): Life {
  const { violation } = subject;
  const { rule } = violation;
  const facts = subject.kept.map(({ fact }) => fact);
  const text = withEpochs(violation.text, facts);
  const [fromUs, toUs] = windowOf(subject);
  const departures = departuresIn(facts, subject).filter(
    ({ t, lasting }) => t <= violation.t && (t >= fromUs || lasting === true),
  );
  const inside = subject.kept.filter(
    ({ fact: { t } }) => (t >= fromUs && t <= toUs) || isNearAny(t, departures),
  );
  const died = (node: number, t: number): number | undefined =>
    facts.find((fact) => fact.e === "nodeDown" && num(fact, "node") === node && fact.t >= t)?.t;
  const shown = nearer(inside).filter(({ weight }) => weight !== "unseen");
  const steps = stepsWithArrows(shown, died);
  const bars = barsOf(subject.kept, faults).filter(
    (bar) => bar.fromUs <= toUs && (bar.toUs ?? Infinity) >= fromUs,
  );
  const around = [...inForce(bars, fromUs), ...faultSteps(inside, faults)];
  const events = limited(withFaults(steps, around), subject);
  beliefsOfFacts(subject.kept, beliefs);
  return {
    rule,
    subject: subjectText(subject),
    text,
    brokenUs: violation.t,
    events,
    bars,
    beliefs: [...beliefs.list].sort((a, b) => a.t - b.t).filter(({ t }) => t <= toUs),
    departures: departures.map(({ t, lane, expected, happened }) => ({
      t,
      lane,
      expected,
      happened,
    })),
    steps: courseOf(facts, subject),
  };
}

/** What was done wrong long before the message is shown with what lies around it. */
function isNearAny(t: number, departures: readonly FoundDeparture[]): boolean {
  return departures.some(
    (departure) => t >= departure.t - BEFORE_US / 4 && t <= departure.t + AFTER_US / 3,
  );
}

/** The rules know an epoch by its number; here it reads as everywhere on the page. */
function withEpochs(text: string, facts: readonly Fact[]): string {
  if (!facts.some(({ e }) => e === "presenceApplied")) return text;
  return text.replace(/\bepoch (\d{11,})/g, (_, rank: string) => `epoch ${rankText(Number(rank))}`);
}

function subjectText({ violation: { chat, device, n, user } }: Subject): string {
  if (chat !== 0) return `message ${chat}/${device}/${n}`;
  return user === 0 ? "the run" : `user ${user}`;
}

/** From shortly before the message's first step to shortly after the rule was found broken, or its last step. */
function windowOf(subject: Subject): readonly [number, number] {
  const own = subject.kept.filter(({ weight }) => weight === "own").map(({ fact }) => fact.t);
  const broken = subject.violation.t;
  const last = own.reduce((most, t) => Math.max(most, t), broken);
  return [Math.max(0, beginningOf(subject) - BEFORE_US), last + AFTER_US];
}

/** When the device took n; of a person alone, the first thing that is near. */
function beginningOf({ kept, violation }: Subject): number {
  const taken = kept.find(
    ({ fact, weight }) =>
      weight === "own" && fact.e === "sendInvoked" && num(fact, "n") === violation.n,
  );
  if (taken !== undefined) return taken.fact.t;
  const own = kept.filter(({ weight }) => weight === "own").map(({ fact }) => fact.t);
  return own.reduce((least, t) => Math.min(least, t), violation.t);
}

/** What lies far from every step of the message itself is folded away, look-ups and renewals sooner. */
function nearer(kept: readonly Kept[]): readonly Kept[] {
  const own = kept.filter(({ weight }) => weight === "own").map(({ fact }) => fact.t);
  if (own.length === 0) return kept;
  let at = 0;
  return kept.map((one) => {
    const { t } = one.fact;
    while (at + 1 < own.length && own[at + 1]! <= t) at += 1;
    const gap = Math.min(Math.abs(t - own[at]!), Math.abs((own[at + 1] ?? Infinity) - t));
    const near = str(one.fact, "op").startsWith("presence.") ? CALL_NEAR_US : NEAR_US;
    return one.weight === "around" && gap > near ? { ...one, weight: "other" as const } : one;
  });
}

/** Faults come among the steps at their times; places that arrows name move along. */
function withFaults(steps: readonly LifeEvent[], faults: readonly LifeEvent[]): LifeEvent[] {
  const order = [
    ...faults.map((event) => ({ event, index: -1 })),
    ...steps.map((event, index) => ({ event, index })),
  ].sort((a, b) => a.event.t - b.event.t);
  const moved = new Map<number, number>();
  order.forEach(({ index }, place) => moved.set(index, place));
  return order.map(({ event }) =>
    event.from === undefined ? event : { ...event, from: moved.get(event.from)! },
  );
}

/** What began before the page does, but is in force there. */
function inForce(bars: readonly LifeBar[], fromUs: number): LifeEvent[] {
  return bars
    .filter((bar) => bar.fromUs < fromUs)
    .map(({ lane, text, fromUs: t }) => ({
      t: fromUs,
      lane,
      text: `${text}, since ${at(t)}`,
      weight: "around",
    }));
}

/** A page holds so much: what is furthest from the matter goes first, then what comes last. */
function limited(events: readonly LifeEvent[], { left, leftFromUs }: Subject): LifeEvent[] {
  if (events.length <= EVENTS_MAX && left === 0) return [...events];
  const tight = events.length > EVENTS_MAX;
  const isNear = (event: LifeEvent): boolean => !tight || event.weight !== "other";
  const near = only(events, isNear);
  const kept = only(near, (_event, index) => index < EVENTS_MAX);
  const gone = [...events.filter((event) => !isNear(event)), ...near.slice(EVENTS_MAX)];
  const last = kept.at(-1)!.t;
  const notes = [
    ...(gone.length === 0 ? [] : [`left out: ${kindsText(gone)}`]),
    ...(left === 0 ? [] : [`not kept: ${left} more, the first of ${at(leftFromUs)}`]),
  ];
  return [...kept, ...notes.map((text) => ({ t: last, lane: "…", text }))];
}

/** Places that arrows name move along; an arrow from what is left out ends without one. */
function only(
  events: readonly LifeEvent[],
  keep: (event: LifeEvent, index: number) => boolean,
): LifeEvent[] {
  const places = new Map<number, number>();
  const kept = events.filter((event, index) => {
    if (!keep(event, index)) return false;
    places.set(index, places.size);
    return true;
  });
  return kept.map(({ from, ...event }) => {
    const place = from === undefined ? undefined : places.get(from);
    return place === undefined ? event : { ...event, from: place };
  });
}
