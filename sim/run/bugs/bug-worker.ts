// A worker process of `bugs`: told one bug after the other; answers with what each hunt gave.
import { join } from "node:path";
import { BUGS } from "../../bugs/zoo.ts";
import type { HuntOrder } from "./bugs.ts";
import { groundOf, huntBug, type Hunted } from "./hunt.ts";
import { packageRoot } from "../package-root.ts";
import { readScenario } from "../read-scenario.ts";
import type { WorkerAnswer } from "../worker-process.ts";

process.on("message", (order: HuntOrder) => {
  void hunt(order).then(
    (row) => answer({ answer: row }),
    (error: unknown) =>
      answer({ defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function answer(message: WorkerAnswer<Hunted>): void {
  process.send?.(message);
}

async function hunt({ name, seedsMax }: HuntOrder): Promise<Hunted> {
  const bug = BUGS.find((candidate) => candidate.name === name);
  if (bug === undefined) throw new Error(`no planted bug is called ${name}`);
  const file = join(packageRoot(), "scenarios", `${groundOf(bug)}.yaml`);
  const read = readScenario({ file, sets: [], env: {} });
  if ("problems" in read)
    throw new Error(
      read.problems.map((each) => `${each.file}:${each.line} ${each.message}`).join(),
    );
  const ground = { scenario: read.scenario, profile: read.profile, scenarioFile: file };
  return huntBug(bug, ground, { to: seedsMax });
}
