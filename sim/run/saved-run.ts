// A run directory read back: for replay, for drawing its reports again, for following a message.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resultFromFiles } from "../report/read-back.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Problem } from "../scenario/problem.ts";
import type { Profile } from "../scenario/profile-types.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { readDigests } from "./digests.ts";
import { readText } from "./read-text.ts";
import type { Digest } from "./replay.ts";
import type { RunResult } from "./result.ts";

export interface SavedRunFiles {
  readonly folder: string;
  readonly scenario: ResolvedScenario;
  readonly scenarioFile: string;
  readonly profile: Profile;
  readonly digests: readonly Digest[];
  readonly mode: "simulated" | "live";
  readonly traceHash: string;
  readonly version: string;
  readonly result: RunResult;
}

export type SavedRunRead =
  { readonly run: SavedRunFiles } | { readonly problems: readonly Problem[] };

interface Environment {
  readonly profile: Profile;
  readonly command?: string;
}

const NEEDED = [
  "summary.json",
  "series.json",
  "events.ndjson",
  "latency.hlog",
  "environment.json",
  "digests.bin",
];

export function readSavedRun(folder: string): SavedRunRead {
  const file = join(folder, "scenario.resolved.yml");
  const problem = (message: string): SavedRunRead => ({
    problems: [{ file: folder, line: 1, column: 1, message }],
  });
  if (!existsSync(file)) return problem("no run directory: it has no scenario.resolved.yml");
  const missing = NEEDED.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) return problem(`the run directory lacks ${missing.join(", ")}`);
  const read = readText(file, "scenario");
  if ("problem" in read) return { problems: [read.problem] };
  const loaded = loadScenario(read.text, { file, sets: [], env: {} });
  if ("problems" in loaded) return loaded;
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  try {
    const environment = JSON.parse(text("environment.json")) as Environment;
    const result = resultFromFiles({
      summary: text("summary.json"),
      series: text("series.json"),
      events: text("events.ndjson"),
      hlog: text("latency.hlog"),
      scenario: loaded.scenario,
      ...(environment.command === undefined ? {} : { command: environment.command }),
    });
    const digests = readDigests(readFileSync(join(folder, "digests.bin")));
    const { mode, traceHash = "", version } = result;
    const { scenario } = loaded;
    const files = { folder, scenario, scenarioFile: file, profile: environment.profile, digests };
    return { run: { ...files, mode, traceHash, version, result } };
  } catch (error) {
    return problem(`the run directory cannot be read: ${(error as Error).message}`);
  }
}
