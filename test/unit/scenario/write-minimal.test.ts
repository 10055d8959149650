// The shortest file of a scenario loads to that scenario, whatever it holds.
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { forSeed, readScenario } from "../../../sim/run/read-scenario.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import type { ResolvedScenario } from "../../../sim/scenario/types.ts";
import { isSameScenario, writeMinimal } from "../../../sim/scenario/write-minimal.ts";

function load(text: string): ResolvedScenario {
  const loaded = loadScenario(text, { file: "a.yaml", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
}

const SCRIPTED = `name: scripted
seed: 9
bug: tail-on-link-loss-only
cluster: { nodes: 2, balancer: round-robin }
population: { users: 3, friends: { pairs: [[1, 2], [3, 1]] } }
phases: [{ name: run, duration: 40s, online: 0 }]
faults: [{ at: 3s, cut: [node-1, node-2], for: 20s }]
script:
  - { at: 1s, user: 1, do: sign_in }
  - { at: 2s, user: 2, do: sign_in, fresh: true }
  - { at: 4s500ms, user: 1, do: send, to: 2, attach: image, bytes: 20KiB }
  - { at: 5s, user: 2, do: read, to: 1 }
  - { at: 6s, user: 2, do: read_beyond }
choices: { balancer: { 0: 0.25 } }
`;

describe("the shortest file of a scenario", () => {
  const files = readdirSync("scenarios")
    .filter((name) => name.endsWith(".yaml"))
    .sort();

  it.each(files)("%s: loads to the same scenario", (name) => {
    const read = readScenario({ file: `scenarios/${name}`, sets: [], env: {}, anyWorld: true });
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    const scenario = forSeed(read.scenario, 3);
    const text = writeMinimal(scenario, { comment: [] });
    expect(isSameScenario(load(text), scenario)).toBe(true);
  });

  it("says nothing that goes without saying", () => {
    const text = writeMinimal(load(SCRIPTED), { comment: ["Why.", "", "How."] });
    expect(text).toBe(`# Why.
#
# How.
name: scripted
seed: 9
bug: tail-on-link-loss-only
cluster: { nodes: 2, balancer: round-robin }
population: { users: 3, friends: { pairs: [ [ 1, 2 ], [ 3, 1 ] ] } }
phases:
  - { name: run, duration: 40s, online: 0 }
faults:
  - { at: 3s, cut: [ node-1, node-2 ], for: 20s }
script:
  - { at: 1s, user: 1, do: sign_in }
  - { at: 2s, user: 2, do: sign_in, fresh: true }
  - { at: 4s500ms, user: 1, do: send, to: 2, attach: image, bytes: 20KiB }
  - { at: 5s, user: 2, do: read, to: 1 }
  - { at: 6s, user: 2, do: read_beyond }
choices: { balancer: { "0": 0.25 } }
`);
    expect(isSameScenario(load(text), load(SCRIPTED))).toBe(true);
  });

  it("lets many actions share lines", () => {
    const script = Array.from({ length: 30 }, (_, at) => ({
      ...{ atUs: at * 100_000, user: 1 + (at % 2) },
      do: "sign_in" as const,
    }));
    const scenario = { ...load(SCRIPTED), script };
    const text = writeMinimal(scenario, { comment: [], schema: "../schema/scenario-1.json" });
    expect(text.split("\n").length).toBeLessThan(30);
    expect(isSameScenario(load(text), scenario)).toBe(true);
  });
});
