// The scenario that a seed of an exploration runs.
import { near } from "../../scenario/near.ts";
import { subset } from "../../scenario/subset.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { forSeed } from "../read-scenario.ts";
import type { Draw, SeedBounds } from "./seed-orders.ts";

export function seedScenario(
  scenario: ResolvedScenario,
  draw: Draw | undefined,
  seed: number,
): ResolvedScenario {
  switch (draw) {
    case "subset":
      return subset(scenario, seed);
    case "near":
      return near(scenario, seed);
    case "swarm":
    case undefined:
      return forSeed(scenario, seed);
  }
}

/** What a person, and a message, cost at most in a run that goes on as it should; a livelock costs many times that. */
const EVENTS_A_USER_SECOND = 10;
const EVENTS_A_MESSAGE = 400;
const EVENTS_BESIDE = 2_000_000;
const QUIET_SECONDS = 250;

/** Many times the events of any run of this scenario that does not go round in circles. */
export function eventsMax({ phases, population }: ResolvedScenario): number {
  let events = EVENTS_BESIDE;
  for (const { durationUs, messages } of phases) {
    const seconds = durationUs / 1_000_000;
    events += seconds * population.users * EVENTS_A_USER_SECOND;
    // A swarm doubles the rate at most.
    events += 2 * seconds * messages.ratePerS * EVENTS_A_MESSAGE;
  }
  return Math.ceil(events + QUIET_SECONDS * population.users * EVENTS_A_USER_SECOND);
}

export function boundsOf(scenario: ResolvedScenario, cpuMs: number): SeedBounds {
  return { cpuMs, events: eventsMax(scenario) };
}
