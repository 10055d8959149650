// Baselines: the metrics of earlier runs, kept to compare later ones with. One file a scenario and seed, or a
// scenario and range of seeds: {"seed", "metrics"}, or {"seeds": [these]}, a line a seed.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Baseline } from "../measure/baseline.ts";
import type { Problem } from "../scenario/problem.ts";
import { readText } from "./read-text.ts";
import { EXIT } from "./exit-codes.ts";
import type { Metric, RunResult } from "./result.ts";

/** seeds: "42", or "1..20". */
export function baselinePath(scenario: string, seeds: number | string): string {
  return join("reports", "baselines", `${scenario}-${seeds}.json`);
}

type BaselinesRead = { readonly baselines: readonly Baseline[] } | { readonly problem: Problem };

/** Empty where there is none: thresholds against it stay unknown. */
export function readBaselines(path: string): BaselinesRead {
  if (!existsSync(path)) return { baselines: [] };
  const read = readText(path, "baseline");
  if ("problem" in read) return read;
  const wrong = { file: path, line: 1, column: 1, message: "this is no baseline of a run" };
  try {
    const value: unknown = JSON.parse(read.text);
    const list = isRecord(value) && Array.isArray(value["seeds"]) ? value["seeds"] : [value];
    return list.every(isBaseline) ? { baselines: list } : { problem: wrong };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: wrong };
  }
}

/** The one of that seed; where there are only others, one of these, so that the report can say so. */
export function readBaseline(
  path: string,
  seed: number,
): { readonly baseline: Baseline | undefined } | { readonly problem: Problem } {
  const read = readBaselines(path);
  if ("problem" in read) return read;
  const { baselines } = read;
  return { baseline: baselines.find((one) => one.seed === seed) ?? baselines[0] };
}

function isBaseline(value: unknown): value is Baseline {
  if (!isRecord(value) || typeof value["seed"] !== "number" || !isRecord(value["metrics"]))
    return false;
  return Object.values(value["metrics"]).every(
    (metric) =>
      isRecord(metric) && typeof metric["type"] === "string" && isRecord(metric["values"]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a later run is compared with: figures without their histograms. */
export function baselineOf({ seed, metrics }: Pick<RunResult, "seed" | "metrics">): Baseline {
  const bare: Record<string, Metric> = {};
  for (const [key, metric] of Object.entries(metrics)) {
    const { type, unit, values } = metric;
    bare[key] = { type, unit, values } as Metric;
  }
  return { seed, metrics: bare };
}

/** What ended early, or broke a rule or determinism, is nothing to measure others by. */
export function mayBeBaseline(exitCode: number): boolean {
  return ![EXIT.defect, EXIT.interrupted, EXIT.rule, EXIT.determinism].some(
    (code) => code === exitCode,
  );
}

export function saveBaseline(path: string, result: RunResult): void {
  write(path, JSON.stringify(baselineOf(result), null, 2));
}

export function saveBaselines(path: string, baselines: readonly Baseline[]): void {
  write(path, `{"seeds": [\n${baselines.map((one) => JSON.stringify(one)).join(",\n")}\n]}`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}
