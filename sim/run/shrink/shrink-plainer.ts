// What a scenario says once it is small, said more plainly: whatever can be a default is one, faults hit wholly or not
// at all, nodes are few. Each change is tried alone, and stays where the rule breaks all the same.
import type { Fault, ResolvedScenario } from "../../scenario/types.ts";
import { SEED_FIRST } from "./shrink-edits.ts";
import { placements } from "./shrink-placements.ts";

type Take = (scenarios: readonly ResolvedScenario[]) => Promise<number | undefined>;

/** `take` makes the first that breaks the rule the best, and says which that is. */
export async function plainer(best: ResolvedScenario, take: Take): Promise<void> {
  let now = best;
  const tryAll = async (change: (scenario: ResolvedScenario) => readonly ResolvedScenario[]) => {
    const scenarios = change(now);
    const found = await take(scenarios);
    if (found !== undefined) now = scenarios[found]!;
  };
  await tryAll(namedByPlace);
  await tryAll((scenario) =>
    placements(scenario).filter(({ cluster }) => cluster.balancer === "least-connections"),
  );
  await tryAll(plainerActions);
  await tryAll(noQuirks);
  await tryAll(oneCassandra);
  await tryAll(fewerNodes);
  for (let index = 0; index < best.faults.length; index++)
    await tryAll((scenario) =>
      plainerFaults(scenario.faults[index]!).map((fault) => ({
        ...scenario,
        faults: scenario.faults.map((each, at) => (at === index ? fault : each)),
      })),
    );
  await tryAll((scenario) => [{ ...scenario, seed: SEED_FIRST }]);
}

/** The names that faults have where a file gives none. */
function namedByPlace(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const faults = scenario.faults.map((fault, index) => ({ ...fault, name: `fault-${index + 1}` }));
  return [{ ...scenario, faults }];
}

/** Texts alone, read as a whole; else at least that. */
function plainerActions(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const { script = [] } = scenario;
  const wholly = script.map(({ log: _log, back: _back, ...action }) => action);
  const texts = wholly.map(({ attach: _attach, bytes: _bytes, ...action }) => action);
  return [texts, wholly]
    .filter((plain) => JSON.stringify(plain) !== JSON.stringify(script))
    .map((plain) => ({ ...scenario, script: plain }));
}

function noQuirks(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const { quirks, ...cluster } = scenario.cluster;
  if (quirks === undefined) return [];
  const { choices, ...rest } = scenario;
  const { quirks: _, ...chosen } = choices ?? {};
  return [{ ...rest, cluster, ...(choices === undefined ? {} : { choices: chosen }) }];
}

function oneCassandra(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const { cassandra, ...cluster } = scenario.cluster;
  const isNamed = JSON.stringify(scenario.faults).includes('"cassandra-');
  return cassandra === undefined || isNamed ? [] : [{ ...scenario, cluster }];
}

/** Nodes that are named keep their place: the last ones go. */
function fewerNodes(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const named = [...JSON.stringify(scenario.faults).matchAll(/"node-(\d+)"/g)].map(([, number]) =>
    Number(number),
  );
  const least = Math.max(1, ...named);
  return Array.from({ length: scenario.cluster.nodes - least }, (_, index) => ({
    ...scenario,
    cluster: { ...scenario.cluster, nodes: least + index },
  }));
}

/** From the plainest on. */
function plainerFaults(fault: Fault): readonly Fault[] {
  switch (fault.kind) {
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late":
    case "half_open":
    case "slow_reader":
    case "vanish":
    case "corrupt":
      return fault.share === 1 ? [] : [{ ...fault, share: 1 }];
    case "kill":
    case "drain": {
      const { restartAfterUs: _, ...forGood } = fault;
      return fault.restartAfterUs === undefined ? [] : [forGood];
    }
    case "crash": {
      const { forUs: _, ...armed } = fault;
      return fault.forUs === undefined ? [] : [armed];
    }
    case "slow":
      return [10, 100, 1000]
        .filter((factor) => factor !== fault.factor)
        .map((factor) => ({
          ...fault,
          factor,
        }));
    case "skew":
      return [1000, -1000, 10_000, -10_000, 60_000, -60_000]
        .filter((byMs) => byMs !== fault.byMs)
        .map((byMs) => ({ ...fault, byMs }));
    default:
      return [];
  }
}
