// What a run has tried, as counts: fault kinds, crash points, and how each port call ended. A zero in a sweep
// over many seeds means that something was never tried.
import type { RuleResult } from "../history/checker.ts";
import type { CoverageRow } from "./result.ts";
import type { Simulation } from "./simulation.ts";

export function coverageOf(
  simulation: Simulation,
  rules: readonly RuleResult[],
): readonly CoverageRow[] {
  const rows: CoverageRow[] = [];
  const kinds = new Map<string, number>();
  for (const fault of simulation.faults.result())
    kinds.set(fault.kind, (kinds.get(fault.kind) ?? 0) + 1);
  for (const kind of [...kinds.keys()].sort())
    rows.push({ what: `fault ${kind}`, counts: { times: kinds.get(kind)! } });
  const { passed, crashed } = simulation.world.crashPoints;
  for (const [point, times] of passed)
    rows.push({
      what: `crash point ${point}`,
      counts: { passed: times, crashed: crashed.get(point)! },
    });
  for (const line of simulation.world.stores.coverage.lines())
    rows.push({ what: `call ${line.what}`, counts: line.counts });
  for (const [quirk, times] of Object.entries(simulation.world.quirks?.counts ?? {}))
    rows.push({ what: `quirk ${quirk}`, counts: { times } });
  for (const rule of rules)
    rows.push({ what: `rule ${rule.id}`, counts: { counted: rule.counted } });
  return rows;
}
