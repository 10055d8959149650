// A search around a failure that was seen: where its faults are put, and how they are varied seed by seed.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { observedFaults } from "../../../sim/run/explore/like.ts";
import { forSeed, readScenario } from "../../../sim/run/read-scenario.ts";
import { CRASH_POINT_NAMES } from "../../../sim/scenario/crash-points.ts";
import { near } from "../../../sim/scenario/near.ts";
import { subset } from "../../../sim/scenario/subset.ts";
import type { Fault, ResolvedScenario } from "../../../sim/scenario/types.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import { writeScenario } from "../../../sim/scenario/write.ts";
import { liveRefusals } from "../../../sim/world/live/refusals.ts";

function scenario(name: string): ResolvedScenario {
  const read = readScenario({ file: `scenarios/${name}.yaml`, sets: [], env: {} });
  if ("problems" in read) throw new Error(read.problems[0]!.message);
  return forSeed(read.scenario, read.scenario.seed);
}

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

/** What is drawn can be written down and read back as the same. */
function expectWritable(drawn: ResolvedScenario): void {
  const loaded = loadScenario(writeScenario(drawn), { file: "x", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  const bare = (faults: readonly Fault[]) => faults.map(({ place: _, ...fault }) => fault);
  expect(bare(loaded.scenario.faults)).toEqual(bare(drawn.faults));
  expect(loaded.scenario.phases).toEqual(drawn.phases);
}

describe("faults that were observed", () => {
  const written = scenario("node-kill");

  it("stand where they were seen, for as long as they lasted", () => {
    const { faults } = written;
    const records = faults.map(({ name, kind }, index) => ({
      ...{ name, kind, text: "", beganUs: 40_001_400 + index * 1_000_000, endedUs: 61_250_900 },
    }));
    const seen = observedFaults(written, records);
    seen.forEach((fault, index) => {
      expect(fault.atUs).toBe(40_001_000 + index * 1_000_000);
      const back = "restartAfterUs" in fault ? fault.restartAfterUs : fault.forUs;
      if (back !== undefined) expect(fault.atUs + back).toBeGreaterThan(61_248_000);
    });
  });

  it("stay where they were planned, where they were never seen to begin", () => {
    expect(observedFaults(written, [])).toEqual(written.faults);
  });

  it("last as planned where their end was not seen", () => {
    const [first] = written.faults;
    const record = {
      name: first!.name,
      kind: first!.kind,
      text: "",
      beganUs: 5_000,
      endedUs: null,
    };
    const [seen] = observedFaults(written, [record]);
    expect(seen).toEqual({ ...first, atUs: 5_000 });
  });
});

describe("a seed near what was observed", () => {
  const observed = scenario("node-kill");

  it("takes it as it is first, and is the same each time", () => {
    expect(near(observed, 1)).toEqual({ ...observed, seed: 1 });
    for (const seed of SEEDS) expect(near(observed, seed)).toEqual(near(observed, seed));
  });

  it("moves every fault by a few seconds at most, and kills at crash points as well", () => {
    const points = new Set<string>();
    for (const seed of SEEDS) {
      const drawn = near(observed, seed);
      expect(drawn.faults).toHaveLength(observed.faults.length);
      for (const fault of drawn.faults) {
        const was = observed.faults.find(({ name }) => name === fault.name)!;
        expect(Math.abs(fault.atUs - was.atUs)).toBeLessThanOrEqual(8_001_000);
        if (fault.kind === "crash") points.add(fault.point);
        else expect(fault.kind).toBe(was.kind);
      }
      expectWritable(drawn);
    }
    expect(points.size).toBeGreaterThan(10);
    for (const point of points) expect(CRASH_POINT_NAMES).toContain(point);
  });
});

describe("a seed of a scenario that is no swarm", () => {
  const written = scenario("rolling-kill");

  it("leaves faults out, moves others, and every eighth takes all as written", () => {
    const counts = new Set<number>();
    for (const seed of SEEDS) {
      const drawn = subset(written, seed);
      expect(drawn).toEqual(subset(written, seed));
      counts.add(drawn.faults.length);
      if (seed % 8 === 1) expect(drawn.faults).toEqual(written.faults);
      expectWritable(drawn);
    }
    expect(counts.size).toBeGreaterThan(1);
  });

  it("keeps only those thresholds that hold under any load", () => {
    const demanding = scenario("node-kill");
    for (const seed of SEEDS)
      for (const { name } of subset(demanding, seed).thresholds)
        expect(name).toMatch(/^(messages_(lost|duplicated|reordered)|unread|receipts)/);
  });
});

describe("a simulated failure, played live", () => {
  /** As a run writes it down, under a name that is not the scenario's. */
  function resolved(drawn: ResolvedScenario): string {
    const folder = mkdtempSync(join(tmpdir(), "chatquake-resolved-"));
    const file = join(folder, "scenario.resolved.yml");
    writeFileSync(file, writeScenario(drawn));
    return file;
  }

  it("is read from its run directory, and refused with what cannot be played", () => {
    const drawn = scenario("node-kill");
    const skewed: Fault = {
      ...{ kind: "skew", name: "clock", atUs: 1_000_000, of: "redis", byMs: 5_000, driftPpm: 0 },
    };
    const file = resolved({ ...drawn, faults: [...drawn.faults, skewed], bug: "read-not-bounded" });
    const read = readScenario({ file, sets: [], env: {}, anyWorld: true });
    if ("problems" in read) throw new Error(read.problems[0]!.message);
    expect(read.scenario.name).toBe("node-kill");
    const messages = liveRefusals(read.scenario, "native").map(({ message }) => message);
    expect(messages).toEqual([
      "the bug read-not-bounded is planted in the simulated world: a live node is the messenger as it is",
      "fault clock (skew) cannot be done live: Redis reads the clock of this machine",
    ]);
  });

  it("is accepted where everything in it can be done", () => {
    const read = readScenario({
      ...{ file: resolved(near(scenario("node-kill"), 7)), sets: [], env: {}, anyWorld: true },
    });
    if ("problems" in read) throw new Error(read.problems[0]!.message);
    expect(liveRefusals(read.scenario, "native")).toEqual([]);
  });
});
