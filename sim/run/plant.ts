// Finds the planted bug that a scenario names.
import type { PlantedBug } from "../bugs/bug.ts";
import { BUGS } from "../bugs/zoo.ts";

export function plantedBug(name: string | undefined): PlantedBug | undefined {
  if (name === undefined) return undefined;
  const bug = BUGS.find((candidate) => candidate.name === name);
  if (bug === undefined) throw new Error(`no planted bug is called ${name}`);
  return bug;
}
