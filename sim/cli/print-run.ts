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

export function printHead(
  scenario: ResolvedScenario,
  seeds: string,
  replay: string,
  mode: RunResult["mode"] = "simulated",
): void {
  if (scenario.bug !== undefined)
    err(paint("yellow", `planted bug: ${scenario.bug}; this run is meant to fail`));
  err(`chatquake ${VERSION}`);
  const { name, title } = scenario;
  err(`scenario: ${name}${title === name ? "" : `: ${title}`}`);
  err(`seed: ${seeds}`);
  err(`mode: ${mode}`);
  if (mode === "simulated") err(`profile: ${scenario.profile}`);
  err(`${mode === "simulated" ? "replay" : "again"}: ${replay}`);
}

/** For people, on stdout. */
export function printResult(result: RunResult): void {
  const { tone, verdict, text } = headline(result);
  out(`${paint(COLOURS[tone], verdict, process.stdout)}: ${text}`);
  out(result.mode === "live" ? liveText(result) : simulatedText(result));
  for (const { metric, threshold, value, ok } of result.thresholds) {
    const mark = ok === true ? "ok     " : ok === false ? "CROSSED" : "unknown";
    const measured = value === null ? "–" : figure(value, metricUnit(metric));
    out(`  ${mark}  ${metric}: ${threshold} (${measured})`);
  }
  for (const { id, verdict: judged, why } of result.rules)
    if (judged !== "valid")
      out(`  ${judged.toUpperCase()}  ${id}${why === undefined ? "" : `: ${why}`}`);
}

function simulatedText({ wallMs, virtualMs, events, traceHash }: RunResult): string {
  const speed = wallMs > 0 ? ` (${Math.round(virtualMs / wallMs)} x)` : "";
  return `${duration(virtualMs)} virtual in ${duration(wallMs)}${speed}, ${events} events, trace hash ${traceHash ?? "–"}`;
}

function liveText({ wallMs, events, generator }: RunResult): string {
  return `${duration(wallMs)}, ${events} events; load generator ${generator.verdict}: ${generator.why}`;
}
