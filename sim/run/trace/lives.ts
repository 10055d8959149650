// The life of the message (or user) behind a broken rule, gathered while the same seed runs a second time, or from
// the history of a live run: facts first, and from them steps, bars, beliefs, and where the order was left.
import type { Violation } from "../../history/checker.ts";
import { EVENTS, FIELDS } from "../../history/fields.ts";
import type { HistoryListener } from "../../history/history.ts";
import type { Fault } from "../../scenario/types.ts";
import type { TraceListener } from "../../world/node-trace.ts";
import { Beliefs, lookIntoNodes } from "./lives/beliefs.ts";
import type { Fact } from "./lives/fact.ts";
import { storyOf } from "./lives/story.ts";
import { Subject } from "./lives/subject.ts";
import { Witness } from "./lives/witness.ts";
import type { Life } from "../result.ts";

const LIVES_MAX = 12;
/** No life is told by these, and they are most of a history. */
const UNHEARD = new Set([
  "heartbeat",
  "limitSampled",
  "sealed",
  "historyRow",
  "historyPage",
  "scanRow",
]);

export interface LifeCollector {
  readonly listener: HistoryListener;
  readonly trace: TraceListener;
  /** For nodes of a simulated run: sees their port calls and looks into their memory. */
  readonly witness: Witness;
  lives(): readonly Life[];
}

/** One life a broken rule: its first violation. */
export function collectLives(
  violations: readonly Violation[],
  nowUs: () => number,
  faults: readonly Fault[],
): LifeCollector {
  const told = firstOfEachRule(violations).map((violation) => ({
    subject: new Subject(violation),
    beliefs: new Beliefs(),
  }));
  const subjects = told.map(({ subject }) => subject);
  const witness = new Witness(subjects, nowUs, (subject, fact) => take(subject, fact));
  function take(subject: Subject, fact: Fact): void {
    const before = subject.kept.length;
    subject.take(fact);
    if (subject.kept.length === before || witness.contexts.size === 0) return;
    const { beliefs } = told[subjects.indexOf(subject)]!;
    lookIntoNodes(fact.t, witness.contexts, subject, beliefs);
  }
  const everyone = (fact: Fact): void => {
    for (const subject of subjects) take(subject, fact);
  };
  return {
    listener: listener((fact) => {
      if (fact.e === "nodeDown") witness.nodeDown(fact.of["node"] as number);
      everyone(fact);
    }),
    trace: (node, event, user, chat, device, n) =>
      everyone({ t: nowUs(), e: `node:${event}`, of: { node: node + 1, user, chat, device, n } }),
    witness,
    lives: () => told.map(({ subject, beliefs }) => storyOf(subject, beliefs, faults)),
  };
}

function firstOfEachRule(violations: readonly Violation[]): readonly Violation[] {
  const chosen = new Map<string, Violation>();
  for (const violation of violations)
    if (!chosen.has(violation.rule) && chosen.size < LIVES_MAX)
      chosen.set(violation.rule, violation);
  return [...chosen.values()];
}

/** Every event as a fact; nodes count from 1 there. */
function listener(take: (fact: Fact) => void): HistoryListener {
  const heard: Record<string, (...numbers: number[]) => void> = {};
  for (const e of EVENTS) {
    if (UNHEARD.has(e)) continue;
    const names: readonly string[] = FIELDS[e];
    heard[e] = (...numbers) => {
      const of: Record<string, number> = {};
      for (let index = 1; index < names.length; index += 1) of[names[index]!] = numbers[index]!;
      if (of["node"] !== undefined) of["node"] += 1;
      take({ t: numbers[0]!, e, of });
    };
  }
  return heard as unknown as HistoryListener;
}
