// How many seeds of the swarm an hour explores, all rules and the watch on, with one worker and with two: what a
// second core adds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "./bench-kernel.ts";
import { explore } from "../explore/explore.ts";
import { packageRoot } from "../package-root.ts";
import { readScenario } from "../read-scenario.ts";

/** So many that the start of the workers and their compilers hardly count, as in an hour. */
const SEEDS = 300;
const SEED_MS = 60_000;
const METHOD = `seeds 1 to ${SEEDS} of scenarios/swarm.yaml as explore runs them, start of the workers and the canary included; an hour's worth`;

const ratesOf = new Map<number, Promise<number>>();

export const exploreBenches: readonly Bench[] = [
  {
    name: "explore_seeds_hour_one_worker",
    unit: "seeds/h",
    method: `${METHOD}; one worker`,
    run: () => seedsAnHour(1),
  },
  {
    name: "explore_seeds_hour",
    unit: "seeds/h",
    method: `${METHOD}; two workers`,
    run: () => seedsAnHour(2),
  },
  {
    name: "explore_scaling",
    unit: "times",
    method: `${METHOD}; two workers over one`,
    run: async () => (await seedsAnHour(2)) / (await seedsAnHour(1)),
  },
];

/** Measured once a process. */
function seedsAnHour(workers: number): Promise<number> {
  let rate = ratesOf.get(workers);
  if (rate === undefined) ratesOf.set(workers, (rate = measure(workers)));
  return rate;
}

async function measure(workers: number): Promise<number> {
  const file = join(packageRoot(), "scenarios", "swarm.yaml");
  const read = readScenario({ file, sets: [], env: {} });
  if ("problems" in read) throw new Error(read.problems[0]!.message);
  const folder = mkdtempSync(join(tmpdir(), "chatquake-bench-"));
  try {
    const result = await explore({
      scenario: read.scenario,
      profile: read.profile,
      ...{ scenarioFile: file, seedCommand: "", command: "", asked: "", folder, workers },
      draw: "swarm",
      seeds: [{ first: 1, last: SEEDS }],
      seedMs: SEED_MS,
      onFailure: ({ seed, causes }) => {
        throw new Error(`seed ${seed} failed: ${causes.join("; ")}`);
      },
      onProgress: () => undefined,
      interrupted: () => false,
    });
    return result.seedsPerHour;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
