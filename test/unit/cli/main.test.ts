// The command line from words to exit code: wrong words, help, lint, schema, environment and config.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../sim/cli/main.ts";
import { knownVariables } from "../../../sim/cli/environment.ts";
import { outerFlags } from "../../../sim/cli/outer-flags.ts";
import { Pace } from "../../../sim/cli/pace.ts";
import { progressText } from "../../../sim/cli/progress.ts";
import { runCommand } from "../../../sim/cli/commands/run.ts";
import { servicesCommand } from "../../../sim/cli/commands/services.ts";
import { traceCommand } from "../../../sim/cli/commands/trace.ts";
import { scenarioJsonSchema } from "../../../sim/scenario/schema.ts";

const QUICKSTART = resolve("scenarios/quickstart.yaml");
let stdout = "";
let stderr = "";
let folder = "";

beforeEach(() => {
  stdout = "";
  stderr = "";
  folder = mkdtempSync(join(tmpdir(), "chatquake-cli-"));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  vi.spyOn(console, "log").mockImplementation((text) => void (stdout += `${String(text)}\n`));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("wrong words", () => {
  it.each([
    [["rum", "x.yaml"], 'unknown command "rum"; the nearest valid name is "run"'],
    [
      ["run", "x.yaml", "--sede", "3"],
      'unknown flag "--sede" of run; the nearest valid name is "--seed"',
    ],
    [["run"], "run needs <scenario>"],
    [["run", QUICKSTART, "--seed", "abc"], "--seed must be a whole number"],
    [["run", QUICKSTART, "--seed", "1", "--seed", "2"], "--seed is given twice"],
    [["run", QUICKSTART, "--seeds", "9..3"], "--seeds needs a range such as 1..300"],
    [["run", QUICKSTART, "--workers", "x"], "--workers must be a whole number"],
    [
      ["run", QUICKSTART, "--seeds", "1..2", "--keep-history"],
      "--keep-history is for one seed, not for --seeds",
    ],
    [["run", QUICKSTART, "twice"], 'unexpected argument "twice" of run'],
    [
      ["run", QUICKSTART, "--profile", "lann"],
      'unknown profile "lann"; the nearest valid name is "lan"',
    ],
    [
      ["run", QUICKSTART, "--live", "--profile", "lan"],
      "--profile describes simulated machines; a live run measures real ones: leave it out",
    ],
    [["run", QUICKSTART, "-e", "novalue"], "-e needs KEY=VALUE"],
    [["run", "scenarios/quickstrt.yaml"], 'the nearest valid name is "scenarios/quickstart.yaml"'],
    [["run", "scenarios"], "scenario is a folder, not a file"],
    [["schema", "scenaro"], 'the nearest valid name is "scenario"'],
    [["replay", "nowhere"], "no run directory"],
    [["bench", "kernel_mm2"], 'the nearest valid name is "kernel_mm1"'],
    [[], "a command is missing"],
  ])("%j ends with 104", async (words, message) => {
    expect(await main(words)).toBe(104);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
  });
});

describe("right words", () => {
  it("print help for every command, each with an example", async () => {
    for (const name of [
      "run",
      "replay",
      "explore",
      "hunt",
      "trace",
      "report",
      "lint",
      "schema",
      "bugs",
      "bench",
    ]) {
      stdout = "";
      expect(await main([name, "--help"])).toBe(0);
      expect(stdout).toContain(`chatquake ${name}`);
      expect(stdout).toContain("Examples:");
    }
  });

  it("lint a scenario, with --set", async () => {
    expect(await main(["lint", QUICKSTART, "--set", "phases.steady.duration=20m"])).toBe(0);
    expect(stdout).toContain("valid (2 phases, 2 faults)");
    expect(await main(["lint", QUICKSTART, "--set", "phases.steady.duration=1m"])).toBe(104);
    expect(stderr).toContain("not before the end of the last phase (2m)");
  });

  it("print schemas and nothing else", async () => {
    expect(await main(["schema", "scenario"])).toBe(0);
    expect(stdout).toBe(scenarioJsonSchema());
    stdout = "";
    expect(await main(["schema", "summary"])).toBe(0);
    expect(readFileSync("scenarios/schema/summary-1.json", "utf8")).toBe(stdout);
    stdout = "";
    expect(await main(["schema", "faults"])).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      crashPoints: expect.arrayContaining(["send:append/chat_device"]) as string[],
    });
  });

  it("annotate problems for GitHub Actions", async () => {
    vi.stubEnv("GITHUB_ACTIONS", "true");
    const file = join(folder, "bad.yaml");
    writeFileSync(file, "name: bad\nsead: 1\n");
    expect(await main(["lint", file])).toBe(104);
    expect(stderr).toContain(`::error file=${file},line=2,col=1::unknown key "sead"`);
  });
});

describe("what is not known", () => {
  it("ends with 104: a value for -e that fills nothing", async () => {
    const file = join(folder, "rated.yaml");
    writeFileSync(
      file,
      `name: rated
population: { users: 10 }
phases: [{ name: steady, duration: 1m, online: 5, messages: { rate: "\${RATE}" } }]
`,
    );
    expect(await main(["lint", file, "-e", "RATE=5/s"])).toBe(0);
    expect(await main(["lint", file, "-e", "RATE=5/s", "-e", "RATES=6/s"])).toBe(104);
    expect(stderr).toContain(
      '-e RATES=6/s:1:1: the scenario has no ${RATES}; the nearest valid name is "RATE"',
    );
    expect(await main(["lint", QUICKSTART, "-e", "RATE=5/s"])).toBe(104);
  });

  it("ends with 104: a variable of ours that means nothing", async () => {
    vi.stubEnv("CHATQUAKE_SEDE", "5");
    expect(await main(["lint", QUICKSTART])).toBe(104);
    expect(stderr).toContain(
      'unknown variable CHATQUAKE_SEDE in the environment; the nearest valid name is "CHATQUAKE_SEED"',
    );
  });

  it("is none of the variables that the project reads", () => {
    const known = knownVariables([runCommand, servicesCommand, traceCommand]);
    for (const name of variablesIn(["server", "sim", "test", ".ci"]))
      expect(known, name).toContain(name);
  });
});

/** Every CHATQUAKE_* in the sources of these folders, but for those that this file makes up. */
function variablesIn(folders: readonly string[]): ReadonlySet<string> {
  const files = folders.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .sort()
      .map((name) => join(root, name)),
  );
  const sources = files.filter(
    (name) => /\.(ts|mjs|py)$/.test(name) && !name.endsWith("main.test.ts"),
  );
  if (existsSync("docker-compose.yml")) sources.push("docker-compose.yml");
  const names = sources.flatMap(
    (name) => readFileSync(name, "utf8").match(/CHATQUAKE_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [],
  );
  return new Set(names);
}

describe("flags from outside", () => {
  const config = { defaults: {}, flags: { out: "there", json: "true" } };

  it("come from the config, then the environment, then what was typed", () => {
    const { options } = runCommand;
    expect(outerFlags(options, [], {}, config)).toEqual(["--out=there", "--json"]);
    const environment = { CHATQUAKE_OUT: "here", CHATQUAKE_SEED: "5", CHATQUAKE_JSON: "false" };
    expect(outerFlags(options, [], environment, config)).toEqual(["--seed=5", "--out=here"]);
    expect(outerFlags(options, ["--seed", "1", "--out=x", "--json"], environment, config)).toEqual(
      [],
    );
    // What is typed wins also over what it excludes.
    expect(outerFlags(options, ["--seeds", "1..2"], environment, config)).toEqual(["--out=here"]);
  });

  it("refuse what is no switch", () => {
    expect(() => outerFlags(runCommand.options, [], { CHATQUAKE_QUIET: "maybe" }, config)).toThrow(
      "CHATQUAKE_QUIET must be true or false",
    );
  });

  it("make the environment's seed beat the scenario's", async () => {
    vi.stubEnv("CHATQUAKE_SEED", "not-a-seed");
    expect(await main(["lint", QUICKSTART])).toBe(104);
    expect(stderr).toContain("--seed must be a whole number");
  });
});

describe("progress", () => {
  it("tells phase, times, people, rate, p99, faults and what is left", () => {
    const progress = {
      phase: "steady",
      virtualUs: 90_000_000,
      totalUs: 600_000_000,
      wallMs: 3000,
      online: 1500,
      ratePerS: 60.2,
      p99Ms: 118.4,
      faultsActive: ["n2"],
    };
    expect(progressText(progress, 16_400, "simulated")).toBe(
      "steady · 01:30 of 10:00 virtual · 3.0 s · 1500 online · 60 messages/s · p99 118 ms · faults: n2 · ETA 17 s",
    );
    expect(progressText(progress, null, "simulated")).toMatch(/ETA –$/);
    expect(progressText(progress, null, "live")).not.toContain("virtual");
    expect(progressText(progress, 754_000, "simulated")).toMatch(/ETA 12:34$/);
    expect(progressText({ ...progress, virtualUs: 600_000_000 }, 0, "simulated")).toMatch(
      /ending$/,
    );
  });

  it("goes by the pace of the last seconds: neither the start nor a ramp is taken for the whole", () => {
    const pace = new Pace();
    const left = (wallMs: number, virtualS: number): number | null =>
      pace.leftMs({
        phase: "steady",
        virtualUs: virtualS * 1e6,
        totalUs: 600e6,
        wallMs,
        online: 0,
        ratePerS: 0,
        p99Ms: null,
        faultsActive: [],
      });
    // Nobody is online yet: 60 s go by in a moment, which says nothing.
    expect(left(0, 0)).toBeNull();
    expect(left(100, 60)).toBeNull();
    // Then 10 virtual seconds take one.
    for (let s = 1; s < 10; s += 1) left(100 + s * 1000, 60 + s * 10);
    expect(left(10_100, 160)).toBeCloseTo(44_000, -1);
    // The same run again begins anew.
    expect(left(50, 1)).toBeNull();
  });
});
