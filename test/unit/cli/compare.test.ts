// chatquake compare: what may be compared, what comes out, and with which exit code.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../../sim/cli/main.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-compare-"));
const at = (name: string): string => join(folder, name);
let stdout = "";
let stderr = "";

function listen(): void {
  stdout = "";
  stderr = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
}

/** A copy of the run, with one of its files rewritten. */
function copied(name: string, file: string, rewrite: (text: string) => string): void {
  mkdirSync(at(name), { recursive: true });
  cpSync(at("one"), at(name), { recursive: true });
  const path = join(at(name), file);
  writeFileSync(path, rewrite(readFileSync(path, "utf8")));
}

interface Summary {
  readonly metrics: Record<string, { values: Record<string, number> }>;
}

beforeAll(async () => {
  listen();
  writeFileSync(
    at("few.yaml"),
    `name: few
cluster: { nodes: 2 }
population: { users: 6, friends: { per_user: 2 } }
phases: [{ name: steady, duration: 10s, online: 4, messages: { rate: 3/s } }]
`,
  );
  expect(await main(["run", at("few.yaml"), "-q", "--seed", "1", "--out", at("one")])).toBe(0);
  vi.restoreAllMocks();
  const resolved = "scenario.resolved.yml";
  copied("set/a", resolved, (text) => text);
  copied("other", resolved, (text) => text.replace(/^name: .*$/m, "name: other"));
  copied("longer", resolved, (text) => text.replace("10s", "11s"));
  copied("seeds/2", "summary.json", (text) => text.replace('"seed": 1,', '"seed": 2,'));
  const seed2 = at(join("seeds/2", resolved));
  writeFileSync(seed2, readFileSync(seed2, "utf8").replace(/^seed: 1$/m, "seed: 2"));
  const worse = JSON.parse(readFileSync(at("one/summary.json"), "utf8")) as Summary;
  worse.metrics["messages_lost"]!.values["count"] = 3;
  copied("worse", "summary.json", () => JSON.stringify(worse));
}, 180_000);

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

async function compare(...words: string[]): Promise<number> {
  listen();
  return main(["compare", ...words]);
}

describe("compare", () => {
  it("finds a run equal to itself, alone or as a folder of one", async () => {
    expect(await compare(at("one"), at("one"))).toBe(0);
    expect(stdout).toContain("message_delivery         med");
    expect(stdout.trimEnd().split("\n").at(-1)).toContain("clean");
    expect(await compare(at("set"), at("one"))).toBe(0);
  });

  it("ends with 112 where a count got worse, and names it on stderr", async () => {
    expect(await compare(at("one"), at("worse"))).toBe(112);
    expect(stderr).toContain(
      "messages_lost count regressed: worse in 1 of 1 seeds, first seed 1: 0 then 3",
    );
  });

  it("ends with 113 where too little is known", async () => {
    expect(await compare(at("one"), at("seeds"))).toBe(113);
    expect(stdout).toContain("no seed on both sides");
  });

  it("prints the same as JSON, and nothing else there", async () => {
    expect(await compare(at("one"), at("worse"), "--json")).toBe(112);
    const said = JSON.parse(stdout) as {
      verdict: string;
      metrics: { metric: string; verdict: string }[];
    };
    expect(said).toMatchObject({ scenario: "few", mode: "simulated", verdict: "regressed" });
    expect(said.metrics.find(({ metric }) => metric === "messages_lost")).toMatchObject({
      ...{ base: 0, head: 3, pairs: 1, verdict: "regressed" },
    });
  });

  it("refuses what is no comparison", async () => {
    expect(await compare(at("one"), at("other"))).toBe(104);
    expect(stderr).toContain("scenario other is not compared with few");
    expect(await compare(at("one"), at("longer"))).toBe(104);
    expect(stderr).toContain("seed 1 ran another version of the scenario on each side");
    expect(await compare(at("one"), at("nowhere"))).toBe(104);
    expect(stderr).toContain("neither a run directory nor a folder of run directories");
    expect(await compare(at("one"), at("one"), "--within", "5")).toBe(104);
  });
});
