// The commands that a run shows: a shell takes them as they stand, and they give the very same run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../sim/cli/main.ts";
import { runCommand, shellWord, withSeed } from "../../../sim/run/shown-commands.ts";

let stderr = "";
let folder = "";

beforeEach(() => {
  stderr = "";
  folder = mkdtempSync(join(tmpdir(), "chatquake shown-"));
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** The words that a shell makes of a command, after `npx chatquake`. */
function wordsOf(command: string): readonly string[] {
  const [npx, name, ...words] = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`])
    .toString()
    .slice(0, -1)
    .split("\n");
  expect([npx, name]).toEqual(["npx", "chatquake"]);
  return words;
}

describe("a shown command", () => {
  it("comes out of a shell as it went in", () => {
    for (const word of ["a b", "it's", "$HOME", "`ls`", '"', "\\", "*", "", "#x", "é", "~"])
      expect(wordsOf(`npx chatquake ${shellWord(word)}`)).toEqual([word]);
    const input = {
      file: "my scenarios/node kill.yaml",
      sets: ["phases.steady.duration=1m", "title=it's late"],
      env: { RATE: "5/s", NAME: "$x" },
      profile: "lan",
      bug: "receipt-lost",
    };
    expect(wordsOf(withSeed(runCommand(input, ["--keep-history"]), 7))).toEqual([
      "run",
      "my scenarios/node kill.yaml",
      ...["--profile", "lan", "--bug", "receipt-lost"],
      ...["--set", "phases.steady.duration=1m", "--set", "title=it's late"],
      ...["-e", "RATE=5/s", "-e", "NAME=$x", "--keep-history", "--seed", "7"],
    ]);
  });

  it("gives the same run again: from its folder, and from the scenario with every flag", async () => {
    const file = join(folder, "two-people.yaml");
    writeFileSync(
      file,
      `name: two-people
population: { users: 4, friends: { per_user: 2 } }
phases: [{ name: steady, duration: 20s, online: 4, messages: { rate: "\${RATE}" } }]
`,
    );
    const runOf = async (words: readonly string[], out: string) => {
      stderr = "";
      expect(await main([...words, "-q", "--out", out])).toBe(0);
      const read = (name: string): Record<string, string> =>
        JSON.parse(readFileSync(join(out, name), "utf8")) as Record<string, string>;
      return {
        hash: read("summary.json")["traceHash"],
        command: read("environment.json")["command"],
      };
    };
    const written = ["run", file, "--seed", "9", "-e", "RATE=2/s"];
    const set = ["--set", "phases.steady.duration=30s"];
    const first = await runOf([...written, ...set], join(folder, "first run"));
    const replay = /^replay: (.*)$/m.exec(stderr)![1]!;
    expect(replay).toBe(`npx chatquake replay '${join(folder, "first run")}'`);
    expect(await main([...wordsOf(replay), "-q"])).toBe(0);
    const again = await runOf(wordsOf(first.command!), join(folder, "again"));
    expect(again).toEqual(first);
    expect((await runOf(written, join(folder, "other"))).hash).not.toBe(first.hash);
  });
});
