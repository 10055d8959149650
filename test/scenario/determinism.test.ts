// Same seed, same hash: twice in one process, in a fresh process, with the slow reference queue, with frames
// encoded, on other versions of Node; and the clock leak that must be found.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { forSeed, readScenario } from "../../sim/run/read-scenario.ts";
import { runScenario } from "../../sim/run/run-sim.ts";
import type { RunRequest } from "../../sim/run/requests.ts";

const run = promisify(execFile);
const FILE = "scenarios/swarm.yaml";
const CLI = "sim/cli/chatquake.mjs";
const folder = mkdtempSync(join(tmpdir(), "chatquake-determinism-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function request(seed: number): RunRequest {
  const read = readScenario({ file: FILE, sets: [], env: {} });
  if ("problems" in read) throw new Error(read.problems.map((one) => one.message).join("\n"));
  return { scenario: forSeed(read.scenario, seed), profile: read.profile, scenarioFile: FILE };
}

async function hashOf(one: RunRequest): Promise<string> {
  const result = await runScenario(one);
  return result.traceHash ?? "";
}

interface Summary {
  readonly traceHash: string;
  readonly exitCode: number;
}

/** The hash that a fresh process of that Node gives. */
async function hashIn(node: string, seed: number): Promise<string> {
  const out = join(folder, `out-${Math.random().toString(36).slice(2)}`);
  const args = [CLI, "run", FILE, "--seed", String(seed), "--json", "-q", "--out", out];
  const { stdout } = await run(node, args, { maxBuffer: 64 * 1024 * 1024 });
  return (JSON.parse(stdout) as Summary).traceHash;
}

describe("determinism", () => {
  it("gives the same hash twice in one process, another one for another seed", async () => {
    const first = await hashOf(request(3));
    expect(await hashOf(request(3))).toBe(first);
    expect(await hashOf(request(4))).not.toBe(first);
  });

  it("gives the same hash with the slow reference queue", async () => {
    const one = request(5);
    expect(await hashOf({ ...one, queue: "reference" })).toBe(await hashOf(one));
  });

  it("gives the same hash with every frame through the real codec", async () => {
    const one = request(6);
    const { cluster } = one.scenario;
    const encoded = { ...one.scenario, cluster: { ...cluster, encodeFrames: true } };
    expect(await hashOf({ ...one, scenario: encoded })).toBe(await hashOf(one));
  });

  it("gives the same hash when microtasks drain after every single event", async () => {
    const one = request(7);
    expect(await hashOf({ ...one, drain: "always" })).toBe(await hashOf(one));
  });

  it("gives the same hash in a fresh process", async () => {
    expect(await hashIn(process.execPath, 8)).toBe(await hashOf(request(8)));
  });

  for (const version of ["22", "24"]) {
    const binary = process.env[`CHATQUAKE_NODE_${version}`];
    const title = `gives the same hash on Node ${version}`;
    if (binary === undefined && process.env["CI"] !== "true") {
      console.warn(
        `SKIPPED: "${title}" wants CHATQUAKE_NODE_${version} to name that Node's binary`,
      );
      continue;
    }
    it(title, async () => {
      if (binary === undefined) throw new Error(`CHATQUAKE_NODE_${version} is not set`);
      expect(await hashIn(binary, 9)).toBe(await hashOf(request(9)));
    });
  }

  it("names the first divergence of a run that reads the machine's clock, exit 114", async () => {
    const out = join(folder, "clock-leak");
    const args = ["run", FILE, "--seed", "1", "--bug", "clock-leak", "-q", "--out", out];
    await run(process.execPath, [CLI, ...args]).catch((error: { code?: number }) => error);
    const failed = await run(process.execPath, [CLI, "replay", out]).then(
      () => undefined,
      (error: { code?: number; stdout: string; stderr: string }) => error,
    );
    expect(failed?.code).toBe(114);
    expect(`${failed?.stdout}${failed?.stderr}`).toMatch(/first divergent (event|draw)/);
    expect(`${failed?.stdout}${failed?.stderr}`).toMatch(/sim\/bugs\/clock-leak\.ts:\d+/);
  });
});
