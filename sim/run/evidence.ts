// When a rule broke, the same seed runs once more, this time writing everything down. The second run must give
// the same hash: otherwise the run is not deterministic, and that is what is reported.
import type { Violation } from "../history/checker.ts";
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
  const second = await runScenario({
    ...request,
    explain,
    onHistoryLine: sink.historyLine,
    onTraceLine: sink.traceLine,
  });
  if (second.traceHash === first.traceHash)
    return { result: { ...first, lives: second.lives }, sameHash: true };
  const cause = `determinism broken: the same seed gave ${first.traceHash} and then ${second.traceHash}`;
  const result = { ...first, exitCode: 114, causes: [cause, ...first.causes] };
  return { result, sameHash: false };
}
