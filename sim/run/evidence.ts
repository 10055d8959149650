// When a rule broke, the same seed runs once more, this time writing everything down. The second run must give
// the same hash: otherwise the run is not deterministic, and that is what is reported.
import type { RuleResult, Violation } from "../history/checker.ts";
import { Pending } from "./pending.ts";
import { runScenario } from "./run-sim.ts";
import type { RunRequest } from "./requests.ts";
import type { RunResult } from "./result.ts";

export interface EvidenceSink {
  readonly historyLine: (line: string) => void;
  readonly traceLine: (line: string) => void;
}

export interface Evidence {
  /** The first result, with the lives of the messages behind its broken rules. */
  readonly result: RunResult;
  readonly sameHash: boolean;
}

export function wantsEvidence(result: RunResult): boolean {
  return result.rules.some((rule) => rule.verdict === "invalid");
}

export async function gatherEvidence(
  request: RunRequest,
  first: RunResult,
  sink: EvidenceSink,
): Promise<Evidence> {
  const explain: Violation[] = first.rules.flatMap((rule) => [...rule.violations]);
  const pending = first.rules.some(isStuck) ? new Pending() : undefined;
  const second = await runScenario({
    ...request,
    explain,
    ...(pending === undefined ? {} : { listener: pending.listener }),
    onHistoryLine: sink.historyLine,
    onTraceLine: sink.traceLine,
  });
  if (second.traceHash === first.traceHash) {
    const told = pending?.atRecovery ?? pending?.atEnd;
    const causes = told === undefined ? first.causes : [...first.causes, told];
    return { result: { ...first, causes, lives: second.lives }, sameHash: true };
  }
  const cause = `determinism broken: the same seed gave ${first.traceHash} and then ${second.traceHash}`;
  const result = { ...first, exitCode: 114, causes: [cause, ...first.causes] };
  return { result, sameHash: false };
}

/** A rule of liveness: what did not come to its end is worth a name. */
function isStuck({ id, verdict }: RuleResult): boolean {
  return verdict === "invalid" && id.startsWith("LIV");
}
