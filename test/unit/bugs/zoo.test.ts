// The zoo as a list: every number once, every replaced part a real one, every ground there; and that a hunt
// sees the named rule, a replay the clock that leaks.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PARTS } from "../../../server/core/parts.ts";
import { BUGS, DOUBLES } from "../../../sim/bugs/zoo.ts";
import { RULES } from "../../../sim/checks/registry.ts";
import { DEVICE_PARTS } from "../../../sim/device/parts.ts";
import { huntBug } from "../../../sim/run/bugs/hunt.ts";
import { readScenario } from "../../../sim/run/read-scenario.ts";
import { replay, type Digest } from "../../../sim/run/replay.ts";
import { runScenario } from "../../../sim/run/run-sim.ts";

const NUMBERS = Array.from({ length: 79 }, (_, index) => index + 1);
const GROUNDS_MAX = 9;

function ground(name: string) {
  const read = readScenario({ file: `scenarios/${name}.yaml`, sets: [], env: {} });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return { scenario: read.scenario, profile: read.profile, scenarioFile: read.file };
}

describe("the zoo", () => {
  it("has every number once, in order, under names of its own", () => {
    expect(BUGS.map(({ id }) => id)).toEqual(NUMBERS);
    const names = [...BUGS, ...DOUBLES].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(BUGS)("$id $name replaces real parts and names a real rule", (bug) => {
    expect(RULES.map(([rule]) => rule)).toContain(bug.rule);
    expect(bug.symptom.length).toBeGreaterThan(20);
    const plant = bug.plant();
    const nodeParts = Object.keys(plant.nodeParts?.({ index: 0, life: 0 }) ?? {});
    const deviceParts = Object.keys(plant.deviceParts ?? {});
    for (const part of nodeParts) expect(PARTS).toHaveProperty(part);
    for (const part of deviceParts) expect(DEVICE_PARTS).toHaveProperty(part);
    expect(Object.keys(plant).length).toBeGreaterThan(0);
  });

  it("hunts in the swarm, but for a few bugs with a reason", () => {
    const others = BUGS.flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario]));
    expect(others.length).toBeLessThanOrEqual(GROUNDS_MAX);
    for (const { name, why } of others) {
      expect(existsSync(`scenarios/${name}.yaml`)).toBe(true);
      expect(why.length).toBeGreaterThan(20);
    }
  });

  it("counts a bug as caught where the named rule breaks", { timeout: 60_000 }, async () => {
    const bug = BUGS.find(({ id }) => id === 2)!;
    const caught = await huntBug(bug, ground("swarm"), { to: 3 });
    expect(caught).toEqual({
      ...{ id: 2, name: "unread-audit-only-if-offline", rule: "UNR1" },
      ...{ caught: true, caughtBy: "UNR1", seeds: 1 },
    });
  });
});

describe("the clock that leaks", () => {
  it("parts two runs of one seed, and replay says where", { timeout: 120_000 }, async () => {
    const { scenario, profile, scenarioFile } = ground("swarm");
    const [phase] = scenario.phases;
    const short = { ...scenario, swarm: false, faults: [], phases: [phase!], bug: "clock-leak" };
    const request = { scenario: short, profile, scenarioFile };
    const digests: Digest[] = [];
    const first = await runScenario({
      ...request,
      onDigest: (index, lo, hi) => digests.push({ index, lo, hi }),
    });
    const verdict = await replay(request, first.traceHash!, digests);
    expect(verdict.same).toBe(false);
    expect(verdict.divergence).toMatch(/at \d+ us/);
    expect(verdict.divergence).toContain("clock-leak");
  });
});
