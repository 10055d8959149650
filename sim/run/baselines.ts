// Baselines: the metrics of an earlier run, kept to compare later ones with. One file a scenario and seed.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Baseline } from "../measure/baseline.ts";
import type { Problem } from "../scenario/problem.ts";
import { readText } from "./read-text.ts";
import type { RunResult } from "./result.ts";

export function baselinePath(scenario: string, seed: number): string {
  return join("reports", "baselines", `${scenario}-${seed}.json`);
}

/** undefined where there is none: thresholds against it stay unknown. */
export function readBaseline(
  path: string,
): { readonly baseline: Baseline | undefined } | { readonly problem: Problem } {
  if (!existsSync(path)) return { baseline: undefined };
  const read = readText(path, "baseline");
  if ("problem" in read) return read;
  const wrong = { file: path, line: 1, column: 1, message: "this is no baseline of a run" };
  try {
    const { seed, metrics } = JSON.parse(read.text) as Partial<Baseline>;
    if (typeof seed !== "number" || typeof metrics !== "object") return { problem: wrong };
    return { baseline: { seed, metrics } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: wrong };
  }
}

export function saveBaseline(path: string, result: RunResult): void {
  const metrics: Record<string, unknown> = {};
  for (const [key, { type, unit, values }] of Object.entries(result.metrics))
    metrics[key] = { type, unit, values };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ seed: result.seed, metrics }, null, 2)}\n`);
}
