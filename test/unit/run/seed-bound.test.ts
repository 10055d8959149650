// The bounds of a seed: too much of the processor, too many events; and how many events a scenario may have.
import { describe, expect, it } from "vitest";
import { forSeed, readScenario } from "../../../sim/run/read-scenario.ts";
import { runScenario } from "../../../sim/run/run-sim.ts";
import { SeedBound } from "../../../sim/run/seeds/seed-bound.ts";
import { eventsMax } from "../../../sim/run/seeds/seed-scenario.ts";

describe("the bound of a seed", () => {
  it("is exceeded by events, and says so from then on", () => {
    const bound = new SeedBound({ cpuMs: 3_600_000, events: 100_000 });
    bound.onDigest(65_536);
    expect(bound.asked()).toBe(false);
    expect(bound.exceeded).toBeUndefined();
    bound.onDigest(131_072);
    expect(bound.asked()).toBe(true);
    expect(bound.exceeded).toBe("more than 100000 events, the bound for this scenario");
  });

  it("is exceeded by the processor's time", () => {
    const bound = new SeedBound({ cpuMs: -1, events: 100_000 });
    expect(bound.asked()).toBe(true);
    expect(bound.exceeded).toMatch(/^\d+\.\d s of processor time, the bound is -0\.001 s$/);
  });

  it("lies far above what a seed of the swarm needs", { timeout: 60_000 }, async () => {
    const file = "scenarios/swarm.yaml";
    const read = readScenario({ file, sets: [], env: {} });
    if ("problems" in read) throw new Error(read.problems[0]!.message);
    const scenario = forSeed(read.scenario, 1);
    const { events } = await runScenario({ scenario, profile: read.profile, scenarioFile: file });
    expect(eventsMax(read.scenario)).toBeGreaterThan(10 * events);
    expect(eventsMax(read.scenario)).toBeLessThan(100 * events);
  });
});
