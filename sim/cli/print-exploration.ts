// What an exploration says on the terminal: each failure as it comes, and at the end what was tried.
import { exploreMd } from "../report/explore-md.ts";
import type { ExploreResult, FailedSeed } from "../run/explore/explore-result.ts";
import { appendStepSummary, err, out, paint, printCauses } from "./console.ts";

const CAUSES_MAX = 3;

export function printFailure({ seed, what, causes, commands }: FailedSeed): void {
  err(`seed ${seed}: ${paint("red", what)}`);
  for (const cause of causes.slice(0, CAUSES_MAX)) err(`  ${cause}`);
  for (const command of commands) err(`  ${command}`);
}

export function printExploration(
  result: ExploreResult,
  folder: string,
  how: { readonly json: boolean; readonly quiet: boolean },
): void {
  if (how.json) out(JSON.stringify(result, null, 2));
  else if (!how.quiet) out(exploreMd(result));
  appendStepSummary(exploreMd(result));
  printCauses(result.causes, result.command);
  err(`report: ${folder}/explore.html`);
  err(folder);
}
