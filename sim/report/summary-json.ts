// summary.json: the whole result but its series, events and resolved scenario, which have files of their own.
// `wallMs` is the only figure that may differ between two equal simulated runs.
import type { Metric, RunResult } from "../run/result.ts";

export function summaryJson(result: RunResult): string {
  const summary = {
    version: result.version,
    scenario: result.scenario.name,
    title: result.scenario.title,
    seed: result.seed,
    mode: result.mode,
    ...(result.scenario.bug === undefined ? {} : { bug: result.scenario.bug }),
    ...(result.traceHash === undefined ? {} : { traceHash: result.traceHash }),
    virtualMs: result.virtualMs,
    wallMs: result.wallMs,
    events: result.events,
    metrics: withoutHistograms(result.metrics),
    thresholds: result.thresholds,
    rules: result.rules,
    generator: result.generator,
    ...(result.resources === undefined ? {} : { resources: result.resources }),
    faults: result.faults,
    interrupted: result.interrupted,
    exitCode: result.exitCode,
    causes: result.causes,
    coverage: result.coverage,
    lives: result.lives,
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/** Histograms are saved in latency.hlog. */
function withoutHistograms(metrics: RunResult["metrics"]): Record<string, Metric> {
  const bare: Record<string, Metric> = {};
  for (const [key, metric] of Object.entries(metrics))
    bare[key] =
      metric.type === "trend"
        ? { type: "trend", unit: metric.unit, values: metric.values }
        : metric;
  return bare;
}
