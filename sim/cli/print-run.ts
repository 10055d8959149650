// What a run says of itself: who it is before it starts, and how it went.
import { headline, type Tone } from "../report/headline.ts";
import { duration, figure } from "../report/figures.ts";
import { metricUnit } from "../report/trend-rows.ts";
import type { RunResult } from "../run/result.ts";
import { VERSION } from "../run/version.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { err, out, paint } from "./console.ts";

const COLOURS = { good: "green", bad: "red", unsure: "yellow" } as const satisfies Record<
  Tone,
  string
>;

export function printHead(scenario: ResolvedScenario, seeds: string, replay: string): void {
  if (scenario.bug !== undefined)
    err(paint("yellow", `planted bug: ${scenario.bug}; this run is meant to fail`));
  err(`chatquake ${VERSION}`);
  const { name, title } = scenario;
  err(`scenario: ${name}${title === name ? "" : `: ${title}`}`);
  err(`seed: ${seeds}`);
  err("mode: simulated");
  err(`profile: ${scenario.profile}`);
  err(`replay: ${replay}`);
}

/** For people, on stdout. */
export function printResult(result: RunResult): void {
  const { tone, verdict, text } = headline(result);
  out(`${paint(COLOURS[tone], verdict, process.stdout)}: ${text}`);
  const speed = result.wallMs > 0 ? ` (${Math.round(result.virtualMs / result.wallMs)} x)` : "";
  out(
    `${duration(result.virtualMs)} virtual in ${duration(result.wallMs)}${speed}, ${result.events} events, trace hash ${result.traceHash ?? "–"}`,
  );
  for (const { metric, threshold, value, ok } of result.thresholds) {
    const mark = ok === true ? "ok     " : ok === false ? "CROSSED" : "unknown";
    const measured = value === null ? "–" : figure(value, metricUnit(metric));
    out(`  ${mark}  ${metric}: ${threshold} (${measured})`);
  }
  for (const { id, verdict: judged, why } of result.rules)
    if (judged !== "valid")
      out(`  ${judged.toUpperCase()}  ${id}${why === undefined ? "" : `: ${why}`}`);
}
