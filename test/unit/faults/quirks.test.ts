// Rare lawful behaviour around a node's ports: every kind comes up, the messenger bears it, a seed fixes it, and a
// scenario that does not ask for it has none.
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../sim/run/read-scenario.ts";
import type { RunResult } from "../../../sim/run/result.ts";
import { runScenario } from "../../../sim/run/run-sim.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import { writeScenario } from "../../../sim/scenario/write.ts";

function scenario(cluster: string) {
  const text = `name: quirky
cluster: { nodes: 2${cluster} }
population: { users: 30, friends: { per_user: 4 } }
phases: [{ name: steady, duration: 3m, online: 24, messages: { rate: 12/s } }]
behaviour: { stay_online: { dist: exponential, mean: 20s }, history: 12/min, befriend: 6/min }
`;
  const loaded = loadScenario(text, { file: "quirky.yaml", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
}

async function run(cluster: string): Promise<RunResult> {
  const profile = readProfile("lan", ".");
  if ("problems" in profile) throw new Error(JSON.stringify(profile.problems));
  return runScenario({
    scenario: scenario(cluster),
    profile: profile.profile,
    scenarioFile: "quirky.yaml",
  });
}

describe("quirks", () => {
  it("LIV1 come up, each of them, and no rule breaks", async () => {
    const result = await run(", quirks: true");
    const counts = result.coverage.filter(({ what }) => what.startsWith("quirk "));
    expect(counts.map(({ what }) => what).toSorted()).toEqual([
      "quirk early-unknown",
      "quirk hint-late",
      "quirk hint-twice",
      "quirk long-task",
      "quirk timer-late",
    ]);
    for (const { what, counts: times } of counts) expect(times["times"], what).toBeGreaterThan(0);
    expect(result.rules.filter(({ verdict }) => verdict !== "valid")).toEqual([]);
    expect((await run(", quirks: true")).traceHash).toBe(result.traceHash);
  }, 30_000);

  it("are not there unless they are asked for", async () => {
    const plain = await run("");
    expect(plain.coverage.filter(({ what }) => what.startsWith("quirk "))).toEqual([]);
    expect((await run(", quirks: false")).traceHash).toBe(plain.traceHash);
    expect(writeScenario(scenario(""))).not.toContain("quirks");
    expect(writeScenario(scenario(", quirks: true"))).toContain("quirks: true");
  }, 30_000);
});
