// A run that breaks a rule: a page for each broken rule in its folder, the same as text from `trace`, and both name
// the cause that was planted.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../../sim/cli/main.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-failure-"));
const run = join(folder, "run");
let stdout = "";

async function chatquake(...words: string[]): Promise<number> {
  stdout = "";
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  return main(words).finally(() => vi.restoreAllMocks());
}

beforeAll(async () => {
  const file = join(folder, "few.yaml");
  writeFileSync(
    file,
    `name: few
cluster: { nodes: 2 }
population: { users: 6, friends: { per_user: 2 } }
phases: [{ name: steady, duration: 20s, online: 4, messages: { rate: 3/s } }]
`,
  );
  const bug = "unread-audit-only-if-offline";
  expect(await chatquake("run", file, "--bug", bug, "-q", "--out", run)).toBe(111);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe("a run that broke a rule", () => {
  it("has a page for each broken rule, and all of them in its report", () => {
    const summary = JSON.parse(readFileSync(join(run, "summary.json"), "utf8")) as {
      rules: { id: string; verdict: string }[];
    };
    const broken = summary.rules.flatMap(({ id, verdict }) => (verdict === "invalid" ? [id] : []));
    expect(broken).toContain("UNR1");
    const pages = readdirSync(run)
      .sort()
      .filter((name) => name.startsWith("failure-"));
    expect(pages).toEqual(broken.map((id) => `failure-${id}.html`).toSorted());
    const report = readFileSync(join(run, "report.html"), "utf8");
    expect(report.match(/<section class="failure"/g)).toHaveLength(broken.length);
  });

  it("says in the page what should have been, what was, and who believed what", () => {
    const page = readFileSync(join(run, "failure-UNR1.html"), "utf8");
    expect(page).toContain("is raised to n 1 before the sender hears sent");
    expect(page).toMatch(/node-\d said sent for n 1 at .*, sent_n still stood at 0/);
    expect(page).toMatch(/<dt>session of user \d+<\/dt><dd>live, claim held/);
  });

  it("prints the same as text, with lanes", async () => {
    expect(await chatquake("trace", run)).toBe(0);
    expect(stdout).toContain("## UNR1 (covered) is broken for message ");
    expect(stdout).toMatch(/\*\*Happened \(node-\d, .*sent_n still stood at 0/);
    expect(stdout).toMatch(/^ +user \d+ +user \d+ +node-1/m);
    expect(stdout).toContain("expectation and fact part");
    const drawn = stdout;
    expect(await chatquake("report", run)).toBe(0);
    expect(await chatquake("trace", run)).toBe(0);
    expect(stdout).toBe(drawn);
  });
});
