// What seeds make of the swarm: everything often enough, nothing always, and each reproducible.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Streams } from "../../../sim/kernel/random.ts";
import { CRASH_POINT_NAMES } from "../../../sim/scenario/crash-points.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import { swarm } from "../../../sim/scenario/swarm.ts";
import type { Fault, ResolvedScenario } from "../../../sim/scenario/types.ts";
import { writeScenario } from "../../../sim/scenario/write.ts";

function load(text: string): ResolvedScenario {
  const loaded = loadScenario(text, { file: "swarm.yaml", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
}

const whole = load(readFileSync("scenarios/swarm.yaml", "utf8"));
const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);
const seeds = SEEDS.map((seed) => swarm(whole, seed, new Streams(seed)));

function kindOf(fault: Fault): string {
  return "target" in fault && !["crash", "isolate", "bridge"].includes(fault.kind)
    ? `${fault.kind} ${fault.target.startsWith("node") ? "node" : "store"}`
    : fault.kind;
}

describe("the swarm", () => {
  it("meets every kind of fault at least 100 times in 300 seeds", () => {
    const counts = new Map<string, number>();
    for (const { faults } of seeds)
      for (const fault of faults) counts.set(kindOf(fault), (counts.get(kindOf(fault)) ?? 0) + 1);
    const listed = [...new Set(whole.faults.map(({ kind }) => kind))];
    expect([...new Set([...counts.keys()].map((kind) => kind.split(" ")[0]))].toSorted()).toEqual(
      listed.toSorted(),
    );
    for (const [kind, count] of counts) expect(count, kind).toBeGreaterThanOrEqual(100);
  });

  it("leaves many out of each seed", () => {
    for (const { faults } of seeds) expect(faults.length).toBeLessThan(whole.faults.length * 0.8);
    const mean = seeds.reduce((sum, { faults }) => sum + faults.length, 0) / seeds.length;
    expect(mean).toBeGreaterThan(4);
    expect(mean).toBeLessThan(whole.faults.length / 2);
  });

  it("arms every crash point, and names what the seed chose", () => {
    const points = seeds.flatMap(({ faults }) =>
      faults.flatMap((fault) => (fault.kind === "crash" ? [fault.point] : [])),
    );
    expect([...new Set(points)].toSorted()).toEqual([...CRASH_POINT_NAMES].toSorted());
    expect(JSON.stringify(seeds)).not.toContain('"any');
  });

  it("keeps faults within the phases, most of them over before the end", () => {
    const chaos = whole.phases[1]!;
    const endUs = chaos.startUs + chaos.durationUs;
    const all = seeds.flatMap(({ faults }) => faults);
    for (const { atUs } of all) {
      expect(atUs).toBeGreaterThanOrEqual(chaos.startUs);
      expect(atUs).toBeLessThan(endUs);
    }
    const over = all.filter((fault) => fault.atUs + (fault.forUs ?? 0) < endUs);
    expect(over.length / all.length).toBeGreaterThan(0.85);
  });

  it("is the same for the same seed, differs for another, and is written without a loss", () => {
    const [first, second] = seeds;
    expect(swarm(whole, 1, new Streams(1))).toEqual(first);
    expect(second?.faults).not.toEqual(first?.faults);
    for (const seed of seeds.slice(0, 60)) {
      expect(seed.swarm).toBe(false);
      const text = writeScenario(seed);
      expect(writeScenario(load(text))).toBe(text);
    }
  });

  it("does not disturb the other streams of the seed", () => {
    const streams = new Streams(7);
    swarm(whole, 7, streams);
    expect(streams.stream("people").next()).toBe(new Streams(7).stream("people").next());
  });
});
