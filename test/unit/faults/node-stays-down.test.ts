// A node that is killed and not started again is away until the faults stop: the report says so, and what is
// judged after the fault is life without that node.
import { describe, expect, it } from "vitest";
import { readProfile } from "../../../sim/run/read-scenario.ts";
import type { RunResult } from "../../../sim/run/result.ts";
import { runScenario } from "../../../sim/run/run-sim.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";

const SECOND = 1_000_000;

async function run(fault: string): Promise<RunResult> {
  const text = `name: down
cluster: { nodes: 2 }
population: { users: 20, friends: { per_user: 3 } }
phases: [{ name: steady, duration: 2m, online: 20, messages: { rate: 10/s } }]
faults: [{ name: gone, at: 30s, ${fault} }]
thresholds:
  message_delivery: ["max<10s after gone within 40s"]
  "failover{fault:gone}": ["count>=1", "max<30s"]
`;
  const loaded = loadScenario(text, { file: "down.yaml", sets: [], env: {} });
  const profile = readProfile("lan", ".");
  if ("problems" in loaded || "problems" in profile) throw new Error(JSON.stringify(loaded));
  const { scenario } = loaded;
  return runScenario({ scenario, profile: profile.profile, scenarioFile: "down.yaml" });
}

describe("a node that does not come back", () => {
  for (const kind of ["kill", "drain"])
    it(`is away until the faults stop: ${kind}`, async () => {
      const result = await run(`${kind}: node-2`);
      expect(result.faults).toMatchObject([{ beganUs: 30 * SECOND, endedUs: 120 * SECOND }]);
      expect(result.rules.filter(({ verdict }) => verdict === "invalid")).toEqual([]);
      expect(result.thresholds[0]).toMatchObject({ ok: true });
    });

  it("is away as long as it is told: for, or restart_after", async () => {
    for (const back of ["kill: node-2, for: 20s", "drain: node-2, restart_after: 20s"])
      expect((await run(back)).faults[0]).toMatchObject({ endedUs: 50 * SECOND });
  });

  it("has its users fail over once", async () => {
    const { thresholds } = await run("kill: node-2");
    expect(thresholds.map(({ ok }) => ok)).toEqual([true, true, true]);
  });
});
