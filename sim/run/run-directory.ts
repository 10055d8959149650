// The files of a run: where they go, and writing all of them. What each holds is decided in sim/report; only
// environment.json and `wallMs` may differ between two equal simulated runs.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { eventsNdjson } from "../report/events-ndjson.ts";
import { latencyHlog } from "../report/hlog.ts";
import { failurePage } from "../report/failure/html.ts";
import { reportHtml } from "../report/html.ts";
import { junitXml } from "../report/junit.ts";
import { seriesJson } from "../report/series-json.ts";
import { summaryJson } from "../report/summary-json.ts";
import { summaryMd } from "../report/summary-md.ts";
import type { Profile } from "../scenario/profile-types.ts";
import { writeScenario } from "../scenario/write.ts";
import { writeDigests } from "./digests.ts";
import type { Digest } from "./replay.ts";
import type { RunResult } from "./result.ts";
import { VERSION } from "./version.ts";

/** Where runs go unless --out says otherwise. */
export const REPORTS = "reports";

/** Takes `reports/<base>`, or the first of `-2`, `-3` … that is free, and makes it. */
export function takeRunDirectory(base: string, out: string | undefined): string | undefined {
  if (out !== undefined) return takeOut(out);
  for (let attempt = 1; ; attempt++) {
    const path = join(REPORTS, attempt === 1 ? base : `${base}-${attempt}`);
    if (existsSync(path)) continue;
    mkdirSync(path, { recursive: true });
    return path;
  }
}

/** Empty or new, otherwise undefined: nothing of another run is ever overwritten. */
function takeOut(out: string): string | undefined {
  try {
    mkdirSync(out, { recursive: true });
    return readdirSync(out).sort().length === 0 ? out : undefined;
  } catch {
    return undefined; // a file of that name, or no right to write
  }
}

export function writeRunDirectory(
  folder: string,
  result: RunResult,
  digests: readonly Digest[],
  profile: Profile,
): void {
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(folder, name), content);
  write("scenario.resolved.yml", writeScenario(result.scenario));
  write("digests.bin", writeDigests(digests));
  write("environment.json", environmentJson(profile, result.command));
  writeReports(folder, result);
}

/** What can be drawn again from the others: `chatquake report` does. */
export function writeReports(folder: string, result: RunResult): void {
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  write("summary.json", summaryJson(result));
  write("summary.md", summaryMd(result));
  write("junit.xml", junitXml(result));
  write("latency.hlog", latencyHlog(result));
  write("series.json", seriesJson(result.series));
  write("events.ndjson", eventsNdjson(result.runEvents));
  write("report.html", reportHtml(result, writeScenario(result.scenario)));
  for (const life of result.lives) write(`failure-${life.rule}.html`, failurePage(result, life));
}

function environmentJson(profile: Profile, command: string | undefined): string {
  const environment = {
    chatquake: VERSION,
    node: process.version,
    v8: process.versions.v8,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    writtenAt: new Date().toISOString(),
    ...(command === undefined ? {} : { command }),
    profile,
  };
  return `${JSON.stringify(environment, null, 2)}\n`;
}
