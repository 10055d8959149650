// Paired seeds from the command line: a baseline of 20 seeds, the same seeds again, a slower world, no baseline.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { chatquakeIn, type Ended } from "../support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-baseline-"));
const BASELINE = join(folder, "reports/baselines/small-1..20.json");
const SCENARIO = `name: small
population: { users: 12, friends: { per_user: 3 } }
phases: [{ name: steady, duration: 1m, online: 12, messages: { rate: 8/s } }]
thresholds:
  message_sent: ["avg vs baseline <= +10%", "p(95) vs baseline <= +25%"]
  messages_confirmed: ["count vs baseline >= -5%"]
`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const chatquake = chatquakeIn(folder);

function run(scenario: string, ...words: string[]): Promise<Ended> {
  return chatquake("run", scenario, "--seeds", "1..20", ...words);
}

function scenarioIn(name: string, text: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  const file = join(folder, name, "small.yaml");
  writeFileSync(file, text);
  return file;
}

describe("run --seeds against a baseline", () => {
  const file = scenarioIn("usual", SCENARIO);

  it("is inconclusive without one, and saves one", async () => {
    const { code, stderr } = await run(file, "--save-baseline");
    expect(code).toBe(113);
    expect(stderr).toContain(
      "avg vs baseline <= +10% (scenario 5:18) cannot be judged, there is no",
    );
    expect(stderr).toContain("baseline: reports/baselines/small-1..20.json");
    expect(existsSync(BASELINE)).toBe(true);
    expect(JSON.parse(readFileSync(BASELINE, "utf8"))).toMatchObject({ seeds: { length: 20 } });
  });

  it("is well where nothing has changed", async () => {
    const { code, stdout } = await run(file);
    expect(stdout).toContain(
      "message_sent: avg vs baseline <= +10% (0 %; 95 % sure from 0 % to 0 %",
    );
    expect(code).toBe(0);
  });

  it("is a regression where sends have become slower, and where counts of a seed have", async () => {
    const slow = scenarioIn(
      "slow",
      `${SCENARIO}faults: [{ at: 1s, delay: [nodes, cassandra], p50: 40ms, for: 50s }]\n`,
    );
    const slower = await run(slow, "--baseline", BASELINE);
    expect(slower.code).toBe(112);
    expect(slower.stderr).toMatch(/avg vs baseline <= \+10% \(scenario 5:18\) crossed: \+\d/);
    const fewer = scenarioIn("fewer", SCENARIO.replace("rate: 8/s", "rate: 6/s"));
    const less = await run(fewer, "--baseline", BASELINE, "--out", join(folder, "less"));
    expect(less.code).toBe(112);
    expect(less.stderr).toMatch(/seed 1: messages_confirmed: count vs baseline >= -5% .* crossed/);
  });
});
