// --save-baseline: keeps the metrics of a run that ended well enough, and says what it did.
import { mayBeBaseline, saveBaseline } from "../run/baselines.ts";
import type { RunResult } from "../run/result.ts";
import { err } from "./console.ts";

export function keepAsBaseline(path: string, result: RunResult): void {
  const good = mayBeBaseline(result.exitCode);
  if (good) saveBaseline(path, result);
  err(good ? `baseline: ${path}` : "not kept as a baseline: the run did not end well");
}
