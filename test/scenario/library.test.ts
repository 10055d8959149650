// Every scenario of the library runs to its end: no rule broken, no threshold crossed, exit 0. What once failed is
// replayed before, in test/regression.
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { forSeed, readScenario } from "../../sim/run/read-scenario.ts";
import { runScenario } from "../../sim/run/run-sim.ts";

const FOLDER = "scenarios";

function scenariosIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

async function endsWell(file: string): Promise<void> {
  const read = readScenario({ file, sets: [], env: {} });
  if ("problems" in read) throw new Error(read.problems.map((one) => one.message).join("\n"));
  const scenario = forSeed(read.scenario, read.scenario.seed);
  const result = await runScenario({ scenario, profile: read.profile, scenarioFile: file });
  expect(result.causes).toEqual([]);
  const broken = result.rules.filter((rule) => rule.verdict !== "valid");
  expect(broken).toEqual([]);
  expect(result.rules).toHaveLength(31);
  expect(result.exitCode).toBe(0);
}

describe("the scenario library", () => {
  it.each(scenariosIn(FOLDER))("%s ends with exit 0 and every rule valid", endsWell);
});
