// From text to a resolved scenario: defaults, times, --set, -e, and back to text without a loss.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Value } from "typebox/value";
import { parse as parseYaml } from "yaml";
import { loadScenario, type LoadOptions } from "../../../sim/scenario/load.ts";
import { formatProblem } from "../../../sim/scenario/problem.ts";
import { SCENARIO_SCHEMA, scenarioJsonSchema } from "../../../sim/scenario/schema.ts";
import type { ResolvedScenario } from "../../../sim/scenario/types.ts";
import { writeScenario } from "../../../sim/scenario/write.ts";

const SMALL = `
name: small
population: { users: 100 }
phases:
  - { name: warmup, duration: 30s, online: { ramp: [0, 50] }, warmup: true }
  - { name: steady, duration: 5m, online: 50, messages: { rate: 4/s } }
faults:
  - { at: steady+60s, kill: node-2, restart_after: 20s }
  - { name: wiped, at: 90s, wipe: redis }
thresholds:
  "message_delivery{phase:steady}": ["p(95)<250ms", "p(99)<800ms over 30s"]
  "failover{fault:fault-1}": "max<8s"
  messages_lost: [{ threshold: "count==0", abortOnFail: true, delayAbortEval: 10s }]
`;
const OPTIONS: LoadOptions = { file: "small.yaml", sets: [], env: {}, nameFromFile: "small" };

function load(text: string, options: Partial<LoadOptions> = {}): ResolvedScenario {
  const loaded = loadScenario(text, { ...OPTIONS, ...options });
  if ("problems" in loaded) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.scenario;
}

function problems(text: string, options: Partial<LoadOptions> = {}): readonly string[] {
  const loaded = loadScenario(text, { ...OPTIONS, ...options });
  return "problems" in loaded ? loaded.problems.map(formatProblem) : [];
}

function withoutPlaces(scenario: ResolvedScenario): unknown {
  return JSON.parse(
    JSON.stringify(scenario, (key, value: unknown) => (key === "place" ? undefined : value)),
  );
}

describe("a loaded scenario", () => {
  it("has its defaults written out", () => {
    const scenario = load(SMALL);
    expect(scenario).toMatchObject({ seed: 1, profile: "lan", swarm: false, title: "small" });
    expect(scenario.cluster).toEqual({
      nodes: 3,
      balancer: "least-connections",
      encodeFrames: false,
    });
    expect(scenario.behaviour.readAfterUs).toEqual({
      dist: "lognormal",
      median: 3_000_000,
      p99: 60_000_000,
    });
    expect(scenario.phases[1]?.messages.process).toBe("poisson");
  });

  it("lays phases end to end, and names and dates faults", () => {
    const { phases, faults } = load(SMALL);
    expect(phases.map(({ startUs }) => startUs)).toEqual([0, 30_000_000]);
    expect(faults.map(({ name, atUs, place }) => [name, atUs, place])).toEqual([
      ["fault-1", 90_000_000, "8:5"],
      ["wiped", 90_000_000, "9:5"],
    ]);
  });

  it("has its thresholds taken apart", () => {
    const { thresholds } = load(SMALL);
    expect(thresholds).toHaveLength(4);
    expect(thresholds[0]).toMatchObject({
      name: "message_delivery",
      tags: { phase: "steady" },
      aggregate: "p",
      percentile: 95,
      op: "<",
      value: 250,
      place: "11:38",
    });
    expect(thresholds[1]).toMatchObject({ percentile: 99, value: 800, overUs: 30_000_000 });
    expect(thresholds[2]).toMatchObject({ name: "failover", aggregate: "max", value: 8000 });
    expect(thresholds[3]).toMatchObject({ abortOnFail: true, delayAbortEvalUs: 10_000_000 });
  });

  it("has hot chats where they are asked for, and gives them back as text", () => {
    const hot = (value: string) =>
      SMALL.replace("phases:", `behaviour: { hot_chats: ${value} }\nphases:`);
    const scenario = load(hot("{ chats: 3, share: 60% }"));
    expect(scenario.behaviour.hotChats).toEqual({ chats: 3, share: 0.6 });
    expect(load(writeScenario(scenario)).behaviour.hotChats).toEqual({ chats: 3, share: 0.6 });
    expect(load(SMALL).behaviour).not.toHaveProperty("hotChats");
    expect(problems(hot("{ chats: 3 }"))[0]).toContain('hot_chats needs "share"');
    expect(problems(hot("{ chats: 0, share: 60% }"))[0]).toContain("hot_chats.chats");
    expect(problems(hot("{ chat: 3, share: 60% }"))[0]).toContain('nearest valid name is "chats"');
  });

  it("understands every form of a threshold", () => {
    const of = (expression: string) =>
      load(SMALL.replace('"max<8s"', JSON.stringify(expression))).thresholds[2];
    expect(of("avg <= 1.5s in steady")).toMatchObject({ value: 1500, inPhase: "steady" });
    expect(of("max<8s after wiped within 5s")).toMatchObject({
      after: { fault: "wiped", withinUs: 5_000_000 },
    });
    expect(of("p(99.9) vs baseline <= +10%")).toMatchObject({
      percentile: 99.9,
      op: "<=",
      baseline: { changePercent: 10 },
    });
    expect(of("count>3")).toMatchObject({ aggregate: "count", value: 3 });
  });

  it("takes --set by name of a list's member, and new keys", () => {
    const sets = ["phases.steady.duration=1m", "cluster.nodes=5", "faults.wiped.at=steady"];
    const scenario = load(SMALL.replace("60s, kill", "30s, kill"), { sets });
    expect(scenario.phases[1]?.durationUs).toBe(60_000_000);
    expect(scenario.cluster.nodes).toBe(5);
    expect(scenario.faults[1]?.atUs).toBe(30_000_000);
  });

  it.each([
    [
      "phases.stedy.duration=1m",
      '--set phases.stedy.duration=1m:1:8: phases has no member named "stedy"; the nearest valid name is "steady"',
    ],
    ["phases.steady.duration=1", "--set phases.steady.duration=1:1:24: duration needs a duration"],
    [
      "clustr.nodes=5",
      '--set clustr.nodes=5:1:1: unknown key "clustr" in the scenario; the nearest valid name is "cluster"',
    ],
    ["cluster.nods=5", 'unknown key "nods" in cluster; the nearest valid name is "nodes"'],
    ["name.first=x", "name holds a single value"],
    ["nothing", "write --set path=value"],
    ["seed=[1", "broken value"],
  ])("refuses --set %s", (set, message) => {
    const found = problems(SMALL, { sets: [set] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it("fills ${KEY} and points at the file as written", () => {
    const text = SMALL.replace("users: 100", "users: ${USERS}").replace("4/s", "${RATE}");
    expect(load(text, { env: { USERS: "2000", RATE: "9/s" } })).toMatchObject({
      population: { users: 2000 },
    });
    expect(problems(text, { env: { USERS: "2000", RATE: "9" } })).toEqual([
      'small.yaml:6:65: rate needs a rate such as "400/s" or "1/min", not "9"',
    ]);
    expect(problems(text, { env: { USERS: "5000" } })[0]).toContain(
      "small.yaml:6:65: ${RATE} is not set",
    );
    expect(problems(`# \${UNSET} in a comment\n${SMALL}`)).toEqual([]);
  });

  it("gives defaults way to the scenario", () => {
    const defaults = { seed: 9, profile: "laptop" };
    expect(load(SMALL, { defaults })).toMatchObject(defaults);
    expect(load(`${SMALL}seed: 4\n`, { defaults })).toMatchObject({ seed: 4, profile: "laptop" });
  });

  it("reports several mistakes at once", () => {
    const text = SMALL.replace("users: 100", "usrs: 100").replace("p(95)", "p(195)");
    expect(problems(text)).toHaveLength(1);
    expect(problems(SMALL.replace("p(95)", "p(195)").replace("p(99)", "q(99)"))).toHaveLength(2);
  });
});

describe("the library", () => {
  const files = readdirSync("scenarios")
    .filter((name) => name.endsWith(".yaml"))
    .sort();

  it.each(files)("%s loads, and loads again from what is written of it", (name) => {
    const text = readFileSync(`scenarios/${name}`, "utf8");
    const scenario = load(text, { file: name, nameFromFile: name.replace(".yaml", "") });
    const written = writeScenario(scenario);
    const again = load(written, { file: "scenario.resolved.yml", nameFromFile: scenario.name });
    expect(withoutPlaces(again)).toEqual(withoutPlaces(scenario));
    expect(writeScenario(again)).toBe(written);
  });

  it.each(files)("%s keeps to the published schema, also when written out", (name) => {
    const text = readFileSync(`scenarios/${name}`, "utf8");
    const written = writeScenario(
      load(text, { file: name, nameFromFile: name.replace(".yaml", "") }),
    );
    for (const yaml of [text, written]) {
      const found = [...Value.Errors(SCENARIO_SCHEMA, parseYaml(yaml))];
      expect(found.map((error) => JSON.stringify(error))).toEqual([]);
    }
  });

  it("is described by the schema that is published", () => {
    expect(readFileSync("scenarios/schema/scenario-1.json", "utf8")).toBe(scenarioJsonSchema());
  });
});
