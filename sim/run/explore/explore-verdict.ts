// The verdict on an exploration: which of its seeds failed and why in a word, its exit code, a line a cause. Pure.
import { EXIT } from "../exit-codes.ts";
import type { FailedSeed } from "./explore-result.ts";
import type { SeedOutcome } from "../seeds/seed-orders.ts";
import { replayCommand, shrinkCommand, runResolvedCommand } from "../shown-commands.ts";

/** Undefined where the seed ended well, or a rule stayed unknown in it: that is no failure of the messenger. */
export function failureOf(outcome: SeedOutcome, again: string): FailedSeed | undefined {
  const what = whatFailed(outcome);
  if (what === undefined) return undefined;
  const { seed, causes, folder, lost } = outcome;
  if (folder === undefined) return { seed, what, causes, commands: [again] };
  const commands =
    lost === undefined
      ? [replayCommand(folder), ...(outcome.broken.length > 0 ? [shrinkCommand(folder)] : [])]
      : [runResolvedCommand(folder)];
  return { seed, what, causes, folder, commands };
}

function whatFailed({ lost, broken, exitCode }: SeedOutcome): string | undefined {
  if (lost !== undefined) return lost;
  if (exitCode === EXIT.determinism) return "determinism";
  if (broken.length > 0) return broken.join(" ");
  if (exitCode === EXIT.defect) return "defect";
  if (exitCode === EXIT.threshold || exitCode === EXIT.regression) return "threshold";
  return undefined;
}

export interface ExploreVerdicts {
  readonly failures: readonly Pick<FailedSeed, "what">[];
  readonly interrupted: boolean;
  readonly blind: string | undefined;
  readonly gaps: readonly string[];
  /** Seeds of which a rule stayed unknown. */
  readonly inconclusive: number;
  /** A search for a failure that was seen: whether it was found. Absent where nothing is searched for. */
  readonly found?: boolean;
}

/** 114, then 111, 105, 113. */
export function exploreCode(verdicts: ExploreVerdicts): number {
  const { failures, interrupted, blind, gaps, inconclusive, found } = verdicts;
  if (failures.some(({ what }) => what === "determinism")) return EXIT.determinism;
  if (found === true || (found === undefined && failures.length > 0)) return EXIT.rule;
  if (interrupted) return EXIT.interrupted;
  if (found === false || blind !== undefined || gaps.length > 0 || inconclusive > 0)
    return EXIT.inconclusive;
  return EXIT.ok;
}

export function exploreCauses(
  verdicts: ExploreVerdicts,
  tried: { readonly seeds: string; readonly rules: readonly string[] },
): readonly string[] {
  const { failures, interrupted, blind, gaps, inconclusive, found } = verdicts;
  const causes: string[] = [];
  if (failures.length > 0 && found === undefined)
    causes.push(`${failures.length} ${failures.length === 1 ? "seed" : "seeds"} failed`);
  if (found === true) causes.push(`${tried.rules.join(", ")} broke again`);
  if (interrupted) causes.push("interrupted: what is told is what came to its end");
  if (found === false)
    causes.push(
      `not seen again in seeds ${tried.seeds === "" ? "(none)" : tried.seeds}: none broke ${tried.rules.join(" or ")}`,
    );
  if (blind !== undefined) causes.push(blind);
  for (const gap of gaps) causes.push(`tried too seldom: ${gap}`);
  if (inconclusive > 0) causes.push(`${inconclusive} seeds left a rule unknown`);
  return causes;
}
