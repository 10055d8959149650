// An exploration with all its files: its page, its summaries, the run directories of what failed, and the ledger.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exploreHtml } from "../../report/explore-html.ts";
import { exploreMd } from "../../report/explore-md.ts";
import { codeFingerprint } from "./code-fingerprint.ts";
import { explore, type Exploration } from "./explore.ts";
import type { ExploreResult } from "./explore-result.ts";
import { addToLedger, lineOf, type LedgerKey } from "./ledger.ts";
import { readSeedLedger, writeSeedLedger } from "./ledger-file.ts";
import { scenarioSha } from "./scenario-sha.ts";
import { firstFree, readRanges } from "../seeds/seed-ranges.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { VERSION } from "../version.ts";

export async function exploreToDirectory(
  asked: Exploration,
  intoLedger: boolean,
): Promise<ExploreResult> {
  const { folder } = asked;
  const result = await explore(asked);
  writeFileSync(join(folder, "explore.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, "explore.md"), exploreMd(result));
  writeFileSync(join(folder, "explore.html"), exploreHtml(result));
  if (intoLedger) enterIntoLedger(asked.scenario, result);
  return result;
}

export function ledgerKey(scenario: ResolvedScenario): LedgerKey {
  return {
    version: VERSION,
    code: codeFingerprint(),
    scenario: scenario.name,
    sha: scenarioSha(scenario),
  };
}

/** Where an exploration without a range goes on: behind what this code has seen of the scenario. */
export function firstUnexplored(scenario: ResolvedScenario): number {
  const ledger = readSeedLedger();
  if ("problems" in ledger) throw new Error(ledger.problems[0]!.message);
  return firstFree(lineOf(ledger.lines, ledgerKey(scenario))?.seeds ?? []);
}

function enterIntoLedger(scenario: ResolvedScenario, { seeds, failedSeeds }: ExploreResult): void {
  if (seeds === "") return;
  const ledger = readSeedLedger();
  if ("problems" in ledger) throw new Error(ledger.problems[0]!.message);
  const failed = failedSeeds === "" ? [] : readRanges(failedSeeds)!;
  const line = { ...ledgerKey(scenario), seeds: readRanges(seeds)!, failed };
  writeSeedLedger(addToLedger(ledger.lines, line));
}
