// Finds the planted bug that a scenario names, and plants it anew for one run.
import type { Plant } from "../bugs/bug.ts";
import { BUGS, DOUBLES } from "../bugs/zoo.ts";

/** Every name that `--bug` takes. */
export const BUG_NAMES: readonly string[] = [...BUGS, ...DOUBLES].map(({ name }) => name);

export function plantedBug(name: string | undefined): Plant | undefined {
  if (name === undefined) return undefined;
  const bug = [...BUGS, ...DOUBLES].find((candidate) => candidate.name === name);
  if (bug === undefined) throw new Error(`no planted bug is called ${name}`);
  return bug.plant();
}
