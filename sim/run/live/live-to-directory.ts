// One live run with all its files. A live run cannot be repeated, so its history is written down while it goes on
// and dropped at the end where all is well; so are the nodes' logs.
import { createReadStream, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { createHub } from "../../history/hub.ts";
import { replayLine } from "../../history/ndjson.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import { wantsEvidence } from "../evidence.ts";
import { GzipLines } from "../gzip-lines.ts";
import type { LiveRunRequest } from "./live-request.ts";
import { collectLives } from "../trace/lives.ts";
import type { Life, RunResult } from "../result.ts";
import { writeRunDirectory } from "../run-directory.ts";
import { runLive } from "./run-live.ts";

const HISTORY = "history.ndjson.gz";
/** A simulated run is made again with a witness in its nodes; this one cannot be. */
const UNSEEN =
  "a live run cannot be made again with a witness in its nodes: their calls to stores and peers, the answers, and what nodes believed were not seen, so that a step that is missing here may have been taken. What devices, faults and the last scan of the stores saw is complete. `chatquake explore --like RUN_DIR` looks for the same failure where everything is seen";

export async function runLiveToDirectory(
  request: Omit<LiveRunRequest, "onHistoryLine">,
  profile: Profile,
  keepHistory: boolean,
): Promise<RunResult> {
  const { folder } = request;
  const history = new GzipLines(join(folder, HISTORY));
  const run = await runLive({ ...request, onHistoryLine: history.write }).finally(() =>
    history.end(),
  );
  const broken = wantsEvidence(run);
  const result = broken ? { ...run, lives: await livesOf(run, join(folder, HISTORY)) } : run;
  if (!broken && !keepHistory) {
    rmSync(join(folder, HISTORY), { force: true });
    rmSync(join(folder, "nodes"), { recursive: true, force: true });
  }
  writeRunDirectory(folder, result, [], profile);
  return result;
}

/** The lives of the messages behind broken rules, from the history as it was written down. */
async function livesOf(result: RunResult, path: string): Promise<readonly Life[]> {
  if (!existsSync(path)) return [];
  const violations = result.rules.flatMap((rule) => [...rule.violations]);
  const collector = collectLives(violations, () => 0, result.scenario.faults);
  const hub = createHub([collector.listener]);
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  for await (const line of lines) if (line !== "") replayLine(line, hub);
  return collector.lives().map((life) => ({ ...life, unseen: UNSEEN }));
}
