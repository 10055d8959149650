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
  const digests: Digest[] = [];
  let result = await runScenario({
    ...request,
    onDigest: (index, lo, hi) => digests.push({ index, lo, hi }),
  });
  // A run that was cut short cannot be repeated to the same point.
  if (!result.interrupted && (keepHistory || wantsEvidence(result)))
    result = await writeEvidence(request, result, folder);
  writeRunDirectory(folder, result, digests, request.profile);
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
