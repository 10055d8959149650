// The last chance in a small scenario: every draw that is left at the middle of what it is drawn from, so that nothing
// hangs on the seed any more; where a race needs an instant of its own, that instant is looked for by moving an action.
import { ALL_DRAWS } from "../../kernel/random.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";

/** Latencies, service times, pauses and who is hit, what devices draw, sizes. */
const DECIDING = ["network", "stores", "world", "people", "bodies"] as const;
const MIDDLE = 0.5;

/** What in this scenario is left to its seed and decides something. */
export function drawnIn({ cluster, choices = {} }: ResolvedScenario): readonly string[] {
  return [...DECIDING, ...(cluster.quirks === true ? ["quirks"] : [])].filter(
    (name) => choices[name]?.[ALL_DRAWS] === undefined,
  );
}

/** Of these, what may be the same each time: devices draw the names of attachments, which must differ. */
export function fixable(scenario: ResolvedScenario): readonly string[] {
  const attaching = (scenario.script ?? []).filter(
    ({ do: what, attach }) => attach !== undefined || what === "send_expired",
  );
  return drawnIn(scenario).filter((name) => name !== "people" || attaching.length <= 1);
}

/** All draws of these at their middle. */
export function fixed(scenario: ResolvedScenario, names: readonly string[]): ResolvedScenario {
  const all = names.map((name) => [name, { [ALL_DRAWS]: MIDDLE }] as const);
  return { ...scenario, choices: { ...scenario.choices, ...Object.fromEntries(all) } };
}

const LAST_ACTIONS = 4;
/** A race is lost or won by a millisecond or two. */
const NUDGES_US = [...Array.from({ length: 16 }, (_, index) => index + 1), 24, 32, 48, 64].flatMap(
  (ms) => [ms * 1000, -ms * 1000],
);

/** One of the last actions a little later or earlier, the others as they are; their order may change. */
export function nudged(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const { script = [] } = scenario;
  const last = script.map((_, place) => place).slice(-LAST_ACTIONS);
  return NUDGES_US.flatMap((byUs) =>
    last.toReversed().map((place) => {
      const moved = script.map((action, at) =>
        at === place ? { ...action, atUs: Math.max(0, action.atUs + byUs) } : action,
      );
      return { ...scenario, script: moved.toSorted((a, b) => a.atUs - b.atUs) };
    }),
  );
}
