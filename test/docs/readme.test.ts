// What the README files say can be done, can be done: commands, scripts, scenarios, links, and the
// example scenario.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../sim/run/exit-codes.ts";
import { generatedBlock, markdownTable } from "../support/generated-block.ts";
import { filesBelow, textOf } from "../support/source-files.ts";

const readme = textOf("README.md");
const PAGES = ["README.md", "server/SPEC.md", "server/CLIENTS.md", "sim/README.md"];

function chatquake(...args: string[]): { status: number | null; output: string } {
  const done = spawnSync(process.execPath, ["sim/cli/chatquake.mjs", ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status: done.status, output: done.stdout + done.stderr };
}

function named(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
}

describe("README.md", () => {
  it("names the commands that the command line has, all of them", () => {
    const help = chatquake("--help").output;
    const offered = named(help, /^ +chatquake ([a-z]+)\b/gm);
    const told = named(readme, /^\| `chatquake ([a-z]+)/gm);
    expect(told.length).toBeGreaterThan(5);
    expect(told.toSorted()).toEqual(offered.toSorted());
  });

  it("uses no command that is not in its table", () => {
    const told = named(readme, /^\| `chatquake ([a-z]+)/gm);
    const used = PAGES.flatMap((page) =>
      named(textOf(page), /(?:`(?:npx )?|^npx )chatquake ([a-z]+)\b/gm).map((word) => ({
        page,
        word,
      })),
    );
    expect(used.filter(({ word }) => !told.includes(word))).toEqual([]);
  });

  it("holds the exit codes of the code", () => {
    const rows = EXIT_CODES.map(({ code, meaning }) => [String(code), meaning]);
    const wanted = markdownTable(["exit code", "meaning"], rows);
    expect(generatedBlock("README.md", "exit-codes", wanted)).toBe(wanted);
  });

  it("names only npm scripts that exist", () => {
    const scripts = Object.keys(JSON.parse(textOf("package.json")).scripts);
    expect(scripts).toEqual(expect.arrayContaining(named(readme, /npm run ([a-z:]+)/g)));
    expect(scripts).toEqual(expect.arrayContaining(["start", "test"]));
  });

  it("names every scenario of the library and no other", () => {
    const library = filesBelow(["scenarios"], [".yaml"])
      .filter((path) => dirname(path) === "scenarios")
      .map((path) => path.replace(/^scenarios\/|\.yaml$/g, ""));
    const told = named(readme, /\(scenarios\/([a-z-]+)\.yaml\)/g);
    expect(told.toSorted()).toEqual(library);
  });

  it("shows an example scenario that passes the check", () => {
    const example = /```yaml\n(name: ([a-z-]+)\n[^`]*)```/.exec(readme);
    const folder = mkdtempSync(join(tmpdir(), "chatquake-readme-"));
    try {
      const file = join(folder, `${example?.[2]}.yaml`);
      writeFileSync(file, example?.[1] ?? "");
      const { status, output } = chatquake("lint", file);
      expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("every page", () => {
  it.each(PAGES)("%s links to what is there", (page) => {
    const targets = named(readFileSync(page, "utf8"), /\]\(([^)#\s]+)[^)]*\)/g);
    const missing = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(normalize(join(dirname(page), target))));
    expect(missing).toEqual([]);
  });
});
