// Failed runs made small: from the command line with its exit codes, and planted bugs of the zoo, each hunted in the
// swarm and shrunk. CHATQUAKE_SHRINKS names other bugs by their numbers ("1,3,46"), or "all" of the table in
// scenarios/regressions/README.md; how long each took is printed, and judged by nobody.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUGS } from "../../sim/bugs/zoo.ts";
import { groundOf, huntBug, SEEDS_MAX } from "../../sim/run/bugs/hunt.ts";
import { readBugLines } from "../../sim/run/bugs/hunt-ledger.ts";
import { BUG_LEDGER } from "../../sim/run/explore/ledger-file.ts";
import { forSeed, readScenario } from "../../sim/run/read-scenario.ts";
import { shrink, sizeOf } from "../../sim/run/shrink/shrink.ts";
import { writeMinimal } from "../../sim/scenario/write-minimal.ts";
import { chatquakeIn } from "../support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-shrink-"));
const FAILED = join(folder, "failed");

const SCENARIO = `name: small
bug: unread-audit-only-if-offline
population: { users: 12, friends: { per_user: 3 } }
phases: [{ name: steady, duration: 30s, online: 9, messages: { rate: 4/s } }]
behaviour: { stay_online: { dist: exponential, mean: 8s }, history: 20/min }
faults:
  - { at: 2s, delay: [nodes, s3], p50: 20ms, for: 3s }
  - { at: 12s, pause: redis, for: 4s }
`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const chatquake = chatquakeIn(folder);

/** The failed run with another text in one of its files. */
function altered(name: string, file: string, change: (text: string) => string): string {
  const copy = join(folder, name);
  cpSync(FAILED, copy, { recursive: true });
  writeFileSync(join(copy, file), change(readFileSync(join(copy, file), "utf8")));
  return copy;
}

/** Without what names the folder that it was written to. */
function scenarioText(out: string): string {
  const text = readFileSync(join(out, "shrunk.yaml"), "utf8");
  return text.replace(/^# Run it:.*$/m, "");
}

describe("chatquake shrink", () => {
  beforeAll(async () => {
    writeFileSync(join(folder, "small.yaml"), SCENARIO);
    const { code } = await chatquake("run", "small.yaml", "-q", "--out", FAILED);
    expect(code).toBe(111);
  });

  it("ends with 0 and a small scenario that breaks the same rule, whatever the workers", async () => {
    const one = await chatquake("shrink", FAILED, "--out", "one", "--for", "10m", "--workers", "1");
    expect(one.stderr).toContain("shrinking");
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(/from 2 faults, 12 users, 30s\nto {3}0 faults, 2 users, \d actions/);
    expect(one.stdout).toContain("Nearest run that passes: without");
    const text = scenarioText(join(folder, "one"));
    expect(text).toMatch(/^# UNR1 broken at .*was confirmed while its entry stood at/);
    expect(text.split("\n").length).toBeLessThan(40);
    const three = await chatquake(
      "shrink",
      FAILED,
      "--out",
      "three",
      "--for",
      "10m",
      "--workers",
      "3",
    );
    expect(three.code).toBe(0);
    expect(scenarioText(join(folder, "three"))).toBe(text);
    const again = await chatquake("run", join("one", "shrunk.yaml"), "--out", "again");
    expect(again.code).toBe(111);
    expect(again.stderr).toContain("UNR1 broken");
    expect((await chatquake("replay", "one")).code).toBe(0);
  });

  it("ends with 113 where the rule is not broken when the run is made again", async () => {
    const healed = altered("healed", "scenario.resolved.yml", (text) =>
      text.replace(/^bug: .*$/m, ""),
    );
    const { code, stderr } = await chatquake("shrink", healed, "--rule", "UNR1");
    expect(stderr).toContain("UNR1 is not broken when the run is made again");
    expect(code).toBe(113);
  });

  it("ends with 104 and a reason where there is nothing to shrink", async () => {
    const live = altered("live", "summary.json", (text) =>
      text.replace('"mode": "simulated"', '"mode": "live"'),
    );
    const refused = await chatquake("shrink", live);
    expect(refused.stderr).toContain("is a live run, which no seed makes again");
    expect(refused.code).toBe(104);
    const other = await chatquake("shrink", FAILED, "--rule", "PRE4");
    expect(other.stderr).toContain("PRE4 is not broken in");
    expect(other.code).toBe(104);
    writeFileSync(join(folder, "small.yaml"), SCENARIO.replace(/^bug: .*$/m, ""));
    await chatquake("run", "small.yaml", "-q", "--out", "well");
    const well = await chatquake("shrink", "well");
    expect(well.stderr).toContain("no rule is broken in well: nothing to shrink");
    expect(well.code).toBe(104);
    const unclear = await chatquake("shrink", FAILED, "--for", "soon");
    expect(unclear.stderr).toContain('--for needs a duration such as "60s"');
    expect(unclear.code).toBe(104);
  });
});

const TABLE = [1, 2, 3, 5, 7, 12, 13, 14, 17, 37, 46, 51];
const SLICE = [2, 12, 37];
const recorded = existsSync(BUG_LEDGER) ? readBugLines(readFileSync(BUG_LEDGER, "utf8")) : [];

function chosen(): readonly number[] {
  const asked = process.env["CHATQUAKE_SHRINKS"] ?? "";
  if (asked === "") return SLICE;
  return asked === "all" ? TABLE : asked.split(",").map(Number);
}

describe("a planted bug, hunted and shrunk", () => {
  it.each(chosen())("bug %i: at most 3 faults and 30 actions, under 40 lines", async (id) => {
    const bug = BUGS.find((one) => one.id === id)!;
    const file = `scenarios/${groundOf(bug)}.yaml`;
    const read = readScenario({ file, sets: [], env: {} });
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    const { profile, scenario: ground } = read;
    // From where it was caught before: after a change to the swarm that may be another seed.
    const from = recorded.find((line) => line.id === id)?.seed ?? 1;
    const { caught, seeds: seed } = await huntBug(
      bug,
      { scenario: ground, profile, scenarioFile: file },
      { from, to: from + SEEDS_MAX },
    );
    expect(caught).toBe(true);
    const startMs = performance.now();
    const nowMs = performance.now.bind(performance);
    const shrunk = await shrink({
      scenario: { ...forSeed(ground, seed), bug: bug.name },
      ...{ profile, rule: bug.rule, workers: 2 },
      isOver: () => false,
    });
    const seconds = ((nowMs() - startMs) / 1000).toFixed(1);
    const { faults, actions } = sizeOf(shrunk!.scenario);
    const text = writeMinimal(
      { ...shrunk!.scenario, title: shrunk!.scenario.name },
      { comment: [] },
    );
    // A comment of nine lines stands on top of it.
    const lines = text.split("\n").length - 1 + 9;
    console.log(
      `| ${id} | ${bug.name} | ${bug.rule} | ${seed} | ${faults} | ${actions} | ${lines} | ${seconds} |`,
    );
    if (process.env["CHATQUAKE_SHRINKS"] !== undefined) console.log(text);
    expect(shrunk?.complete).toBe(true);
    expect(shrunk?.violation.rule).toBe(bug.rule);
    expect(faults).toBeLessThanOrEqual(3);
    expect(actions).not.toBeNull();
    expect(actions).toBeLessThanOrEqual(30);
    expect(lines).toBeLessThan(40);
  });
});
