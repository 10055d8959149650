// One run with all its files: runs the scenario, runs it again with everything written down where a rule broke or
// the history is to be kept, and fills the run directory.
import { join } from "node:path";
import { gatherEvidence, wantsEvidence } from "./evidence.ts";
import { GzipLines } from "./gzip-lines.ts";
import type { Digest } from "./replay.ts";
import type { RunRequest } from "./requests.ts";
import type { RunResult } from "./result.ts";
import { writeRunDirectory } from "./run-directory.ts";
import { runScenario } from "./run-sim.ts";

export async function runToDirectory(
  request: RunRequest,
  folder: string,
  keepHistory: boolean,
): Promise<RunResult> {
  return keepRun(request, await runWithDigests(request), folder, keepHistory);
}

/** A run that may be written down later: whether it is worth it shows only at its end. */
export interface DigestedRun {
  readonly result: RunResult;
  readonly digests: readonly Digest[];
}

export async function runWithDigests(request: RunRequest): Promise<DigestedRun> {
  const digests: Digest[] = [];
  const result = await runScenario({
    ...request,
    onDigest: (index, lo, hi) => {
      digests.push({ index, lo, hi });
      request.onDigest?.(index, lo, hi);
    },
  });
  return { result, digests };
}

export async function keepRun(
  request: RunRequest,
  run: DigestedRun,
  folder: string,
  keepHistory: boolean,
): Promise<RunResult> {
  let { result } = run;
  // A run that was cut short cannot be repeated to the same point.
  if (!result.interrupted && (keepHistory || wantsEvidence(result)))
    result = await writeEvidence(request, result, folder);
  writeRunDirectory(folder, result, run.digests, request.profile);
  return result;
}

async function writeEvidence(
  request: RunRequest,
  first: RunResult,
  folder: string,
): Promise<RunResult> {
  const history = new GzipLines(join(folder, "history.ndjson.gz"));
  const trace = new GzipLines(join(folder, "trace.ndjson.gz"));
  const sink = { historyLine: history.write, traceLine: trace.write };
  const { result } = await gatherEvidence(request, first, sink);
  history.end();
  trace.end();
  return result;
}
