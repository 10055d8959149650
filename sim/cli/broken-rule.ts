// Which of a saved run's broken rules a command is about, or why it cannot be about any.
import { BUGS } from "../bugs/zoo.ts";
import type { RuleId } from "../history/checker.ts";
import type { SavedRunFiles } from "../run/saved-run.ts";
import { UsageError } from "./command.ts";

export function brokenRule(run: SavedRunFiles, asked: string | undefined): RuleId {
  const { folder, mode, result, scenario } = run;
  if (mode === "live")
    throw new UsageError(
      `${folder} is a live run, which no seed makes again: chatquake explore --like ${folder} finds a simulated one`,
    );
  const broken = result.rules.filter(({ verdict }) => verdict === "invalid").map(({ id }) => id);
  const [first] = broken;
  if (first === undefined)
    throw new UsageError(`no rule is broken in ${folder}: nothing to shrink`);
  if (asked !== undefined) {
    const found = broken.find((id) => id === asked);
    if (found !== undefined) return found;
    throw new UsageError(`${asked} is not broken in ${folder}; broken: ${broken.join(", ")}`);
  }
  const own = BUGS.find(({ name }) => name === scenario.bug)?.rule;
  return broken.find((id) => id === own) ?? first;
}
