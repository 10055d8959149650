// What once failed, replayed before everything else: each scenario ends well, and where its bug can be planted again,
// it fails with it. A regression that does not fail without its fix guards nothing.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readScenario } from "../../sim/run/read-scenario.ts";
import type { RunResult } from "../../sim/run/result.ts";
import { runScenario } from "../../sim/run/run-sim.ts";

const FOLDER = "scenarios/regressions";
/** Scenario, rule, the bug that brings the failure back or a dash. */
const ROW = /^\| `([a-z0-9-]+)` \| ([A-Z]+\d+) \| .+ \| (?:`([a-z0-9-]+)`|–) \|$/gm;

interface Row {
  readonly name: string;
  readonly rule: string;
  readonly bug: string | undefined;
}

const table = readFileSync(`${FOLDER}/README.md`, "utf8");
const rows: readonly Row[] = [...table.matchAll(ROW)].map(([, name, rule, bug]) => ({
  name: name!,
  rule: rule!,
  bug,
}));

async function run(name: string, bug?: string): Promise<RunResult> {
  const file = `${FOLDER}/${name}.yaml`;
  const read = readScenario({ file, sets: [], env: {}, ...(bug === undefined ? {} : { bug }) });
  if ("problems" in read) throw new Error(read.problems.map((one) => one.message).join("\n"));
  return runScenario({ scenario: read.scenario, profile: read.profile, scenarioFile: file });
}

describe("what once failed", () => {
  it("has a row each in the table of the regressions, and no other", () => {
    const files = readdirSync(FOLDER)
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => name.replace(".yaml", ""))
      .sort();
    expect(rows.map(({ name }) => name).toSorted()).toEqual(files);
  });

  it.each(rows)("$name ends with exit 0 and every rule valid", async ({ name }) => {
    const result = await run(name);
    expect(result.causes).toEqual([]);
    expect(result.rules.filter(({ verdict }) => verdict !== "valid")).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.scenario.bug).toBeUndefined();
  });

  it.each(rows.filter(({ bug }) => bug !== undefined))(
    "$rule $name fails with $bug",
    async ({ name, rule, bug }) => {
      const result = await run(name, bug);
      const broken = result.rules.filter(({ verdict }) => verdict === "invalid");
      expect(broken.map(({ id }) => id)).toContain(rule);
    },
  );
});
