// Stores that forget, connections to them that break, and bridges: what they do in a whole run, and what the rules
// make of it.
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../sim/run/read-scenario.ts";
import type { RunResult } from "../../../sim/run/result.ts";
import { runScenario } from "../../../sim/run/run-sim.ts";
import { loadScenario, type Loaded } from "../../../sim/scenario/load.ts";

function load(faults: string, cluster = ""): Loaded {
  const text = `name: stores
cluster: { nodes: 3${cluster} }
population: { users: 30, friends: { per_user: 4 } }
phases: [{ name: steady, duration: 2m, online: 24, messages: { rate: 12/s } }]
behaviour:
  stay_online: { dist: exponential, mean: 25s }
  attachments: [{ kind: image, share: 20%, bytes: { dist: constant, value: 4MB }, opened: 100% }]
faults:
${faults}
`;
  return loadScenario(text, { file: "stores.yaml", sets: [], env: {} });
}

async function run(faults: string, cluster = ""): Promise<RunResult> {
  const loaded = load(faults, cluster);
  const profile = readProfile("lan", ".");
  if ("problems" in loaded || "problems" in profile) throw new Error(JSON.stringify(loaded));
  const { scenario } = loaded;
  return runScenario({ scenario, profile: profile.profile, scenarioFile: "stores.yaml" });
}

function broken(result: RunResult) {
  return result.rules.filter(({ verdict }) => verdict !== "valid");
}

function calls(result: RunResult, call: string): Readonly<Record<string, number>> {
  return result.coverage.find(({ what }) => what === `call ${call}`)!.counts;
}

describe("a store that forgets its last writes", () => {
  it("PRE1 Redis: presence heals, no message is lost, and the fault lasts as long as it is told", async () => {
    const result = await run(
      "  - { at: 40s, lose_writes: { store: redis, last: 3s }, for: 2s }\n" +
        "  - { at: 70s, lose_writes: { store: redis, last: 1s } }",
    );
    expect(broken(result)).toEqual([]);
    expect(result.faults).toMatchObject([
      { beganUs: 40_000_000, endedUs: 42_000_000 },
      { beganUs: 70_000_000, endedUs: 70_000_000 },
    ]);
    expect(result.faults[0]!.text).toContain("without the writes of its last 3 s");
  }, 30_000);

  it("MSG7 a replica: the two others hold what it forgot", async () => {
    const faults = "  - { at: 40s, lose_writes: { store: cassandra-2, last: 5s }, for: 1s }";
    expect(broken(await run(faults, ", cassandra: 3"))).toEqual([]);
  }, 30_000);
});

describe("a connection to a store that breaks", () => {
  it("LIV1 ends calls under way at once, not known", async () => {
    const every = Array.from({ length: 60 }, (_, index) => 40_000 + index * 500);
    const at = (site: string): string =>
      every.map((ms) => `  - { at: ${ms}ms, reset: [nodes, ${site}] }`).join("\n");
    const result = await run(`${at("cassandra")}\n${at("s3")}`);
    expect(broken(result)).toEqual([]);
    const unknown = (call: string): number =>
      calls(result, call)["unknownApplied"]! + calls(result, call)["unknownNotApplied"]!;
    expect(unknown("messages.append")).toBeGreaterThan(0);
    expect(unknown("blobs.put") + unknown("blobs.get")).toBeGreaterThan(0);
  }, 30_000);
});

describe("links in a pattern", () => {
  it("LIV3 a bridge and a swizzled cut are borne", async () => {
    const result = await run(
      "  - { at: 30s, bridge: node-2, for: 20s }\n" +
        "  - { at: 70s, swizzle: [nodes, nodes], for: 20s }",
    );
    expect(broken(result)).toEqual([]);
    expect(result.faults.map(({ endedUs }) => endedUs)).toEqual([50_000_000, 90_000_000]);
  }, 30_000);
});

describe("what makes no sense is refused", () => {
  it.each([
    ["  - { at: 1s, swizzle: [nodes, nodes] }", /needs "for"/],
    ["  - { at: 1s, swap: { store: cassandra, share: 1% } }", /there is no fault swap/],
    ["  - { at: 1s, lose_writes: { store: s3, last: 1s } }", /store/],
    ["  - { at: 1s, bridge: redis }", /cannot hit "redis"/],
    ["  - { at: 1s, cut: [cassandra-1, redis] }", /one side must be a node/],
  ])("%s", (faults, why) => {
    const loaded = load(faults, ", cassandra: 3");
    if (!("problems" in loaded)) throw new Error("it was taken");
    expect(loaded.problems.map(({ message }) => message).join()).toMatch(why);
  });

  it("two replicas", () => {
    const loaded = load("  - { at: 1s, wipe: redis }", ", cassandra: 2");
    if (!("problems" in loaded)) throw new Error("it was taken");
    expect(loaded.problems[0]!.message).toMatch(/one node or three/);
  });
});
