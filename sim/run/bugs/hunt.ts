// Hunts one planted bug: seed after seed with the bug in, until the rule that must catch it is broken. Another rule
// that breaks, or a crash, does not count.
import type { PlantedBug } from "../../bugs/bug.ts";
import type { RuleId } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { forSeed } from "../read-scenario.ts";
import { runScenario } from "../run-sim.ts";

export const SEEDS_MAX = 500;

/** Where a bug is hunted that names no ground of its own. */
const GROUND = "swarm";

/** The scenario of the library in which the bug is hunted. */
export function groundOf({ scenario }: PlantedBug): string {
  return scenario?.name ?? GROUND;
}

export interface Hunted {
  readonly id: number;
  readonly name: string;
  readonly rule: RuleId;
  readonly caught: boolean;
  /** The named rule if it is among those broken, else the first broken; null where none was. */
  readonly caughtBy: RuleId | null;
  /** How many were needed, or tried. */
  readonly seeds: number;
}

export interface HuntingGround {
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly scenarioFile: string;
}

/** From seed 1 on, unless told otherwise. */
export async function huntBug(
  bug: PlantedBug,
  ground: HuntingGround,
  seeds: { readonly from?: number; readonly to: number } = { to: SEEDS_MAX },
): Promise<Hunted> {
  const { id, name, rule } = bug;
  let other: RuleId | null = null;
  for (let seed = seeds.from ?? 1; seed <= seeds.to; seed++) {
    const broken = await brokenRules(bug, ground, seed);
    if (broken.includes(rule)) return { id, name, rule, caught: true, caughtBy: rule, seeds: seed };
    other ??= broken[0] ?? null;
  }
  return { id, name, rule, caught: false, caughtBy: other, seeds: seeds.to };
}

async function brokenRules(
  bug: PlantedBug,
  { scenario, profile, scenarioFile }: HuntingGround,
  seed: number,
): Promise<readonly RuleId[]> {
  const planted = { ...forSeed(scenario, seed), bug: bug.name };
  const request = { scenario: planted, profile, scenarioFile, stopWhenBroken: bug.rule };
  const { rules } = await runScenario(request);
  return rules.filter(({ verdict }) => verdict === "invalid").map(({ id }) => id);
}
