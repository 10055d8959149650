// One candidate of a shrink, tried: does this scenario still break the rule? It runs until it does, or until the time
// at which it should have; of small scenarios several seeds are tried, for chance must not keep a large one.
import type { RuleId, Violation } from "../../history/checker.ts";
import { Streams } from "../../kernel/random.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario, ScriptAction } from "../../scenario/types.ts";
import { friendGraphOf } from "../../users/friend-graph.ts";
import { runScenario } from "../run-sim.ts";

export interface Trial {
  readonly scenario: ResolvedScenario;
  /** The scenario's own seed, then 1, 2 … as long as all of them together take no more events. */
  readonly eventsMax: number;
  /** What has not broken by then, does not; null: judged at the run's end. */
  readonly untilUs: number | null;
  /** What people do is written down. */
  readonly records?: true;
}

export interface Tried {
  readonly broken: boolean;
  /** With which it broke; otherwise the last one tried. */
  readonly seed: number;
  /** The first one of the rule. */
  readonly violation?: Violation;
  /** Found while the run went on, not by the last look at its end. */
  readonly online: boolean;
  /** Of the last run. */
  readonly events: number;
  /** Of all of them. */
  readonly eventsInAll: number;
  /** Users whom the violation is about. */
  readonly people: readonly number[];
  readonly actions?: readonly ScriptAction[];
}

/** Building a world and judging it takes as long as so many events. */
const EVENTS_OF_A_START = 3_000;

export async function tryScenario(trial: Trial, profile: Profile, rule: RuleId): Promise<Tried> {
  const { scenario, eventsMax } = trial;
  let tried = await tryOnce(trial, scenario, profile, rule);
  let eventsInAll = tried.events;
  let events = 0;
  for (let seed = 1; !tried.broken; seed++) {
    if (seed === scenario.seed) continue;
    const next = tried.events + EVENTS_OF_A_START;
    events += next;
    if (events + next > eventsMax) break;
    tried = await tryOnce(trial, { ...scenario, seed }, profile, rule);
    eventsInAll += tried.events;
  }
  return { ...tried, eventsInAll };
}

async function tryOnce(
  trial: Trial,
  scenario: ResolvedScenario,
  profile: Profile,
  rule: RuleId,
): Promise<Omit<Tried, "eventsInAll">> {
  const untilUs = trial.untilUs ?? Infinity;
  let nowUs = 0;
  const actions: ScriptAction[] = [];
  const result = await runScenario({
    scenario,
    profile,
    scenarioFile: "",
    stopWhenBroken: rule,
    onProgress: ({ virtualUs }) => (nowUs = virtualUs),
    interrupted: () => nowUs > untilUs,
    ...(trial.records === true
      ? { onAction: (action: ScriptAction) => void actions.push(action) }
      : {}),
  });
  const judged = result.rules.find(({ id }) => id === rule);
  const broken = judged?.verdict === "invalid";
  const violation = broken ? judged.violations[0] : undefined;
  return {
    broken,
    seed: scenario.seed,
    ...(violation === undefined ? {} : { violation }),
    online: result.interrupted,
    events: result.events,
    people: violation === undefined ? [] : peopleOf(scenario, violation),
    ...(trial.records === true ? { actions } : {}),
  };
}

function peopleOf(scenario: ResolvedScenario, { user, chat }: Violation): readonly number[] {
  const people = new Set<number>(user > 0 ? [user] : []);
  for (const edge of friendGraphOf(scenario, new Streams(scenario.seed)).edges())
    if (edge.chat === chat) people.add(edge.low).add(edge.high);
  return [...people].sort((a, b) => a - b);
}
