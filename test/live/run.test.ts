// chatquake run --live, from the command line to the files: processes, real stores, faults, scan, verdict.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, counted, expectWell, runLiveScenario } from "../support/live-run.ts";
import { sharedServices } from "../support/live-services.ts";

const SMALL = `
name: small
seed: 3
cluster: { nodes: 3 }
population:
  users: 60
  friends: { per_user: { dist: uniform, min: 3, max: 8 } }
phases:
  - { name: steady, duration: 45s, online: 50, messages: { rate: 20/s, process: poisson } }
behaviour:
  read_after: { dist: lognormal, median: 1s, p99: 5s }
  stay_online: { dist: exponential, mean: 60s }
  attachments:
    - { kind: image, share: 3%, bytes: { dist: uniform, min: 20KiB, max: 200KiB }, opened: 60% }
faults:
  - { name: n2, at: steady+8s, kill: node-2, restart_after: 5s }
  - { name: cut, at: steady+20s, cut: [node-1, redis], for: 8s }
  - { name: lost, at: steady+20s, lose_reply: { store: cassandra, share: 5% }, for: 8s }
  - { name: still, at: steady+34s, pause: node-3, for: 4s }
  - { name: keys, at: steady+14s, key_away: master-key, for: 5s }
thresholds:
  messages_confirmed: ["count>500"]
  messages_lost: ["count==0"]
`;

describe("a live run", () => {
  it("kills, cuts, pauses and loses replies, and every rule holds", async () => {
    const { env } = await sharedServices();
    const end = await runLiveScenario("small", SMALL, env);
    expectWell(end);
    const { summary, folder } = end;
    expect(summary.mode).toBe("live");
    expect(summary.faults.map(({ name }) => name).sort()).toEqual([
      "cut",
      "keys",
      "lost",
      "n2",
      "still",
    ]);
    expect(summary.faults.every(({ endedUs }) => endedUs !== null)).toBe(true);
    expect(counted(summary, "messages_confirmed")).toBeGreaterThan(500);
    // The scan and the searches were real.
    const judged = (id: string): number => summary.rules.find((rule) => rule.id === id)!.counted;
    for (const id of ["MSG1", "MSG7", "MSG8", "UNR2", "UNR3", "RCP1", "IMG1", "SEC1", "SEC2"])
      expect(judged(id), id).toBeGreaterThan(0);
    const names = summary.resources!.processes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["node-1", "node-2", "node-3", "proxies"]));
    expect(summary.resources!.perMessage.cassandraCalls).toBeGreaterThan(3);
    // All is well, so history and logs are dropped; the reports stay.
    expect(existsSync(join(folder, "history.ndjson.gz"))).toBe(false);
    expect(existsSync(join(folder, "nodes"))).toBe(false);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("Resources");
  });

  it("without services ends with 115 and says how to start them", async () => {
    const end = await cli(["run", join(process.cwd(), "scenarios/quickstart.yaml"), "--live"], {});
    expect(end.stderr).toContain("npx chatquake services up");
    expect(end.code).toBe(115);
  });

  it("refuses what no live world can do, with line and reason: 104", async () => {
    const { env } = await sharedServices();
    const folder = mkdtempSync(join(tmpdir(), "chatquake-refused-"));
    const file = join(folder, "small.yaml");
    const fault =
      "  - { name: silent, at: steady+8s, refuse: { store: vault, share: 50% }, for: 5s }";
    writeFileSync(file, SMALL.replace("faults:", `faults:\n${fault}`));
    const end = await cli(["run", file, "--live"], env);
    rmSync(folder, { recursive: true });
    expect(end.stderr).toMatch(/small\.yaml:\d+:\d+: fault silent \(refuse\)/);
    expect(end.code).toBe(104);
  });
});
