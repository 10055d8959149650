// What a run that was seen says to a search for its failure: its scenario with the faults at the times at which they
// were observed, and the rules that broke.
import type { RuleId } from "../../history/checker.ts";
import type { Problem } from "../../scenario/problem.ts";
import type { Fault, ResolvedScenario } from "../../scenario/types.ts";
import { simulatedRefusals } from "../read-scenario.ts";
import type { FaultRecord } from "../result.ts";
import type { SavedRunFiles } from "../saved-run.ts";

export interface Likeness {
  readonly scenario: ResolvedScenario;
  readonly rules: readonly RuleId[];
}

/** `written`: searched instead of the run's own scenario, with the faults of the same names where they were seen. */
export function likenessOf(
  { folder, scenario, scenarioFile, result }: SavedRunFiles,
  written: ResolvedScenario | undefined,
): Likeness | { readonly problems: readonly Problem[] } {
  const rules = result.rules.filter(({ verdict }) => verdict === "invalid").map(({ id }) => id);
  if (rules.length === 0)
    return {
      problems: [{ file: folder, line: 1, column: 1, message: "no rule broke in this run" }],
    };
  const base = written ?? scenario;
  const problems = simulatedRefusals(base, scenarioFile);
  if (problems.length > 0) return { problems };
  const { choices: _, ...free } = base;
  const observed = {
    ...free,
    swarm: false,
    thresholds: [],
    faults: observedFaults(base, result.faults),
  };
  return { scenario: observed, rules };
}

const ROUND_US = 1_000;

/** What was never seen to begin stays where it was planned. */
export function observedFaults(
  { faults, phases }: ResolvedScenario,
  records: readonly FaultRecord[],
): readonly Fault[] {
  const endUs = phases.reduce(
    (end, { startUs, durationUs }) => Math.max(end, startUs + durationUs),
    0,
  );
  return faults.map((fault) => {
    const record = records.find(({ name }) => name === fault.name);
    return record === undefined || fault.kind === "crash" ? fault : seen(fault, record, endUs);
  });
}

function seen(fault: Fault, { beganUs, endedUs }: FaultRecord, endUs: number): Fault {
  const atUs = Math.min(wholeMs(beganUs), endUs - ROUND_US);
  const lastedUs = endedUs === null ? undefined : Math.max(ROUND_US, wholeMs(endedUs - beganUs));
  const timed = { ...fault, atUs };
  if (lastedUs === undefined) return timed;
  if (timed.forUs !== undefined) return { ...timed, forUs: lastedUs };
  if ("restartAfterUs" in timed && timed.restartAfterUs !== undefined)
    return { ...timed, restartAfterUs: lastedUs };
  return timed;
}

/** As a scenario writes them. */
function wholeMs(us: number): number {
  return Math.round(us / ROUND_US) * ROUND_US;
}
