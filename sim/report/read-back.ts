// A result from the files that it was written to, so that reports can be drawn again. The caller reads the
// files and loads the resolved scenario.
import type { Metric, RunResult, Series } from "../run/result.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { readEvents } from "./events-ndjson.ts";
import { readHlog } from "./hlog.ts";

export interface SavedRun {
  /** summary.json */
  readonly summary: string;
  /** series.json */
  readonly series: string;
  /** events.ndjson */
  readonly events: string;
  /** latency.hlog */
  readonly hlog: string;
  readonly scenario: ResolvedScenario;
  /** Of environment.json. */
  readonly command?: string;
}

export function resultFromFiles(saved: SavedRun): RunResult {
  const {
    title: _title,
    bug: _bug,
    ...summary
  } = JSON.parse(saved.summary) as Omit<RunResult, "scenario" | "series" | "runEvents"> & {
    title: string;
    bug?: string;
  };
  const histograms = readHlog(saved.hlog);
  const metrics: Record<string, Metric> = {};
  for (const [key, metric] of Object.entries(summary.metrics)) {
    const hdr = histograms.get(key);
    metrics[key] = metric.type === "trend" && hdr !== undefined ? { ...metric, hdr } : metric;
  }
  return {
    ...summary,
    metrics,
    scenario: saved.scenario,
    series: JSON.parse(saved.series) as Series,
    runEvents: readEvents(saved.events),
    ...(saved.command === undefined ? {} : { command: saved.command }),
  };
}
