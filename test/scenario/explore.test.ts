// explore from the command line: a tiny scenario, clean; with a planted bug; too slow; with a ledger; and a failure
// that was seen "live", seen again.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ExploreResult } from "../../sim/run/explore/explore-result.ts";
import { chatquakeIn, type Ended } from "../support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-explore-"));
const TINY = join(folder, "tiny.yaml");
writeFileSync(
  TINY,
  `name: tiny
population: { users: 12, friends: { per_user: 3 } }
phases: [{ name: steady, duration: 1m, online: 12, messages: { rate: 8/s } }]
behaviour: { stay_online: 20s, read_after: 1s }
faults:
  - { name: n2, at: 20s, kill: node-2, restart_after: 10s }
  - { name: link, at: 35s, cut: [node-1, cassandra], for: 5s }
thresholds:
  message_delivery: ["p(95)<1ms"]
  messages_lost: ["count==0"]
`,
);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const chatquake = chatquakeIn(folder);

interface Summary {
  readonly traceHash?: string;
  readonly rules: readonly { readonly id: string; readonly verdict: string }[];
}

function told({ stdout }: Ended): ExploreResult {
  return JSON.parse(stdout) as ExploreResult;
}

describe("explore", () => {
  it("varies the scenario seed by seed, is clean, and enters the seeds into the ledger", async () => {
    const ended = await chatquake("explore", TINY, "--seeds", "3..10", "--ledger", "--json");
    expect(ended.stderr).toContain("seed: 3..10");
    expect(ended.code).toBe(0);
    const result = told(ended);
    expect(result).toMatchObject({ seeds: "3..10", seedCount: 8, failedCount: 0, wanted: 0 });
    expect(result.canaries).toEqual([
      { bug: "unread-audit-only-if-offline", rule: "UNR1", seed: 3, caught: true },
    ]);
    expect(result.coverage.faults.map(({ row }) => row)).toEqual(["cut", "kill node"]);
    const sends = result.coverage.faults[1]!.cells.find(({ name }) => name === "send");
    expect(sends!.count).toBeGreaterThan(0);
    const files = readdirSync(join(folder, "reports/tiny-explored")).sort();
    expect(files).toEqual(["explore.html", "explore.json", "explore.md"]);
    const ledger = readFileSync(join(folder, "reports/ledger/seeds.ndjson"), "utf8");
    expect(JSON.parse(ledger)).toMatchObject({ scenario: "tiny", seeds: "3..10", failed: "" });
  });

  it("fails where a cell was met too seldom", async () => {
    const ended = await chatquake("explore", TINY, "--seeds", "2", "--min-hits", "100000", "-q");
    expect(ended.code).toBe(113);
    expect(ended.stderr).toMatch(/tried too seldom: fault kill node × send: \d+ times, wanted 100/);
    expect(ended.stdout).toBe("");
  });

  it("keeps each failure as a run directory that replays and can be run again", async () => {
    const out = join(folder, "broken");
    const bug = ["--bug", "sent-before-durable"];
    const ended = await chatquake("explore", TINY, "--seeds", "2", ...bug, "--out", out, "--json");
    expect(ended.code).toBe(111);
    const { failures, canaries } = told(ended);
    expect(canaries).toEqual([]);
    const [first] = failures;
    expect(first!.what).toContain("MSG7");
    expect(first!.commands[0]).toBe(`npx chatquake replay ${first!.folder}`);
    expect(ended.stderr).toContain(`seed ${first!.seed}: ${first!.what}`);
    expect((await chatquake("replay", first!.folder!)).code).toBe(0);
    const again = await chatquake("run", join(first!.folder!, "scenario.resolved.yml"), "-q");
    expect(again.code).toBe(111);
  });

  it("takes a seed that lasts too long for a failure, and keeps it", async () => {
    const out = join(folder, "slow");
    const words = ["--seeds", "1", "--seed-timeout", "1ms", "--out", out];
    const ended = await chatquake("explore", TINY, ...words);
    expect(ended.code).toBe(111);
    expect(ended.stderr).toContain("seed 1: timed out");
    expect(ended.stderr).toMatch(
      /timed out at virtual second \d+: .* s of processor time, the bound/,
    );
    expect(existsSync(join(out, "seed-1/report.html"))).toBe(true);
  });

  it.each([
    [["explore"], "explore needs <scenario>"],
    [["explore", TINY, "--seeds", "0"], "--seeds needs a number or a range"],
    [["explore", TINY, "--for", "soon"], "--for needs a duration such as 10m"],
    [["explore", "--like", "nowhere"], "no run directory"],
    [["explore", TINY, "--bug", "read-not-bounded", "--ledger"], "--ledger is for seeds"],
    [["explore", TINY, "--seed", "3"], 'unknown flag "--seed" of explore'],
  ])("refuses %j", async (words, why) => {
    const ended = await chatquake(...words);
    expect(ended.code).toBe(104);
    expect(ended.stderr).toContain(why);
  });
});

describe("explore --like", () => {
  /**
   * A run with a node killed, in the clothes of a live one: no hash, and the rule broken that the planted bug breaks
   * where the node dies just between `sent` and the mark.
   */
  async function seenLive(): Promise<string> {
    const run = join(folder, "seen");
    const words = ["--bug", "marked-after-sent", "--set", "thresholds.message_delivery=p(95)<1h"];
    await chatquake("run", TINY, "--seed", "4", ...words, "--out", run, "-q");
    const file = join(run, "summary.json");
    const { traceHash: _, ...summary } = JSON.parse(readFileSync(file, "utf8")) as Summary;
    const rules = summary.rules.map((rule) =>
      rule.id === "UNR1" ? { ...rule, verdict: "invalid" } : rule,
    );
    writeFileSync(file, JSON.stringify({ ...summary, rules, mode: "live" }));
    return run;
  }

  it("searches crash points around a kill until the same rule breaks, and keeps what broke it", async () => {
    const run = await seenLive();
    expect((await chatquake("replay", run)).code).toBe(104);
    // In seed 27 a mere kill happens to fall between the two: the search would end before a crash point is tried.
    const ended = await chatquake("explore", "--like", run, "--seeds", "28..300", "--json");
    expect(ended.code).toBe(111);
    const result = told(ended);
    expect(result).toMatchObject({ like: run, bug: "marked-after-sent" });
    expect(result.causes[0]).toBe("UNR1 broke again");
    const found = result.failures.find(({ what }) => what.includes("UNR1"))!;
    const drawn = readFileSync(join(folder, found.folder!, "scenario.resolved.yml"), "utf8");
    expect(drawn).toMatch(/crash: \{ node: node-2, at: "?send:/);
    expect((await chatquake("replay", found.folder!)).code).toBe(0);
  });

  it("says so where it is not seen again", async () => {
    const run = join(folder, "seen");
    const words = ["--like", run, "--seeds", "2", "--set", "behaviour.read_after=2s"];
    const ended = await chatquake("explore", TINY, ...words, "-q");
    expect(ended.code).toBe(113);
    expect(ended.stderr).toMatch(/not seen again in seeds 1\.\.2: none broke UNR1/);
  });

  it("needs a run in which a rule broke", async () => {
    const well = join(folder, "well");
    const set = ["--set", "thresholds.message_delivery=p(95)<1h"];
    await chatquake("run", TINY, ...set, "--out", well, "-q");
    const ended = await chatquake("explore", "--like", well);
    expect(ended.code).toBe(104);
    expect(ended.stderr).toContain("no rule broke in this run");
  });
});
