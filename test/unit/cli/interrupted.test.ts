// A run that is cut short claims nothing that only the end could show.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { summaryMd } from "../../../sim/report/summary-md.ts";
import { readScenario } from "../../../sim/run/read-scenario.ts";
import type { RunResult } from "../../../sim/run/result.ts";
import { runScenario } from "../../../sim/run/run-sim.ts";

const SCENARIO = `name: cut-short
population: { users: 6, friends: { per_user: 2 } }
phases: [{ name: steady, duration: 30s, online: 6, messages: { rate: 3/s } }]
thresholds:
  messages_confirmed: ["count>=1"]
  messages_lost: ["count==0"]
  receipts_missing: ["count==0"]
`;

/** Interrupted when it is asked for the nth time; never for 0. */
async function run(at: number): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), "chatquake-cut-"));
  try {
    const scenarioFile = join(folder, "cut-short.yaml");
    writeFileSync(scenarioFile, SCENARIO);
    const read = readScenario({ file: scenarioFile, sets: [], env: {} });
    if ("problems" in read) throw new Error(read.problems.map((one) => one.message).join("\n"));
    const { scenario, profile } = read;
    let asked = 0;
    const interrupted = (): boolean => ++asked === at;
    return await runScenario({ scenario, profile, scenarioFile, interrupted });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("an interrupted run", () => {
  it("does not call nothing lost what was not judged, and ends with 105", async () => {
    const result = await run(20);
    expect(result.interrupted).toBe(true);
    expect(result.exitCode).toBe(105);
    expect(result.causes).toEqual(["interrupted: the report is partial"]);
    expect(result.thresholds.map(({ metric, ok }) => [metric, ok])).toEqual([
      ["messages_confirmed", true],
      ["messages_lost", null],
      ["receipts_missing", null],
    ]);
    expect(summaryMd(result)).toContain("loss not judged");
  });

  it("claims it where the end was reached", async () => {
    const result = await run(0);
    expect(result.exitCode).toBe(0);
    expect(result.thresholds.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(summaryMd(result)).toContain("none lost");
  });
});
