// The nearest passing run of a scenario that breaks a rule: the same scenario but for one thing, which keeps the rule,
// and of all those the one that goes the same way the longest. Where the two part is what the failure hangs on.
import { describeFault } from "../../faults/describe.ts";
import type { RuleId } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario, ScriptAction } from "../../scenario/types.ts";
import { formatDuration } from "../../scenario/units.ts";
import { runInWords, type ToldEvent } from "./event-words.ts";

export interface Neighbour {
  /** What is other in it: "without fault-1 (kill node-2)". */
  readonly change: string;
  readonly scenario: ResolvedScenario;
}

export interface Parting {
  readonly change: string;
  /** How many events both runs tell alike. */
  readonly alike: number;
  /** The first that differs, in each; undefined where that run tells nothing more. */
  readonly here: ToldEvent | undefined;
  readonly there: ToldEvent | undefined;
}

export interface NearestAsked {
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly rule: RuleId;
  /** True: what was found so far has to do. */
  readonly isOver: () => boolean;
}

/** Undefined where no neighbour passes. */
export async function nearestPassing(asked: NearestAsked): Promise<Parting | undefined> {
  const { scenario, profile, rule, isOver } = asked;
  const run = (one: ResolvedScenario) =>
    runInWords({ scenario: one, profile, scenarioFile: "", stopWhenBroken: rule });
  const failing = (await run(scenario)).events;
  let nearest: Parting | undefined;
  for (const neighbour of neighboursOf(scenario)) {
    if (isOver() && nearest !== undefined) break;
    const { result, events } = await run(neighbour.scenario);
    if (result.interrupted || result.rules.find(({ id }) => id === rule)?.verdict === "invalid")
      continue;
    const alike = alikeUntil(failing, events);
    if (nearest !== undefined && nearest.alike >= alike) continue;
    const { change } = neighbour;
    nearest = { change, alike, here: failing[alike], there: events[alike] };
  }
  return nearest;
}

/** Times may differ: what counts is what happens, and in which order. */
function alikeUntil(here: readonly ToldEvent[], there: readonly ToldEvent[]): number {
  let at = 0;
  while (at < here.length && here[at]!.who === there[at]?.who && here[at]!.text === there[at]?.text)
    at += 1;
  return at;
}

const LATER_US = [100_000, 1_000_000, 10_000_000];
const ACTIONS_MAX = 12;

/** One fault or action left out, or one action a little later. */
export function neighboursOf(scenario: ResolvedScenario): readonly Neighbour[] {
  const { faults, script = [] } = scenario;
  const neighbours: Neighbour[] = faults.map((fault, index) => ({
    change: `without "${describeFault(fault)}"`,
    scenario: { ...scenario, faults: faults.filter((_, at) => at !== index) },
  }));
  const first = Math.max(0, script.length - ACTIONS_MAX);
  for (let index = script.length - 1; index >= first; index--) {
    const action = script[index]!;
    neighbours.push({
      change: `without "${actionText(action)}"`,
      scenario: { ...scenario, script: script.filter((_, at) => at !== index) },
    });
    const nextUs = script[index + 1]?.atUs ?? Infinity;
    for (const byUs of LATER_US)
      // Behind the next action it would be another story.
      if (action.atUs + byUs < Math.min(nextUs, endUsOf(scenario)))
        neighbours.push({
          change: `"${actionText(action)}" ${formatDuration(byUs)} later`,
          scenario: {
            ...scenario,
            script: script.map((each, at) =>
              at === index ? { ...each, atUs: each.atUs + byUs } : each,
            ),
          },
        });
  }
  return neighbours;
}

function endUsOf({ phases }: ResolvedScenario): number {
  return phases.reduce((end, { startUs, durationUs }) => Math.max(end, startUs + durationUs), 0);
}

function actionText({ atUs, user, do: what, to }: ScriptAction): string {
  const whom = to === undefined ? "" : ` (user ${to})`;
  return `user ${user}: ${what.replaceAll("_", " ")}${whom} at ${formatDuration(atUs)}`;
}
