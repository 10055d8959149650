// Names, lengths and openings of files: what a stranger needs to find the room for a change.
import { describe, expect, it } from "vitest";
import { filesBelow, rootFiles, textOf } from "../support/source-files.ts";

const LINES_MAX = 400;
const FORBIDDEN_NAMES = /(^|[-/.])(utils?|helpers?|managers?|common|misc)(?=[-/.]|$)/;
const KEBAB_NAME = /(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|mjs)$/;

const code = filesBelow(["server", "sim", "test"], [".ts", ".mjs"]);
const prose = [
  ...filesBelow(["server", "sim", "test", "scenarios", ".ci"], [".md", ".yaml", ".yml", ".json"]),
  ...filesBelow([".ci"], ["run", ".mjs"]),
  ...rootFiles(),
];

// Written in pieces, or this file would be its own finding.
const WORDS_OF_THE_UNFINISHED = new RegExp(
  `\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`,
);
const MACHINE_PATHS = new RegExp(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/\\w"].join("|"));
const REGISTRY_HOSTS = new RegExp(["registry\\.npm" + "js", "registry\\.ya" + "rnpkg"].join("|"));

/** "path:line why" for each line that matches. */
function linesWith(paths: readonly string[], pattern: RegExp, why: string): string[] {
  return paths.flatMap((path) =>
    textOf(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${why}`] : [])),
  );
}

describe("a source file", () => {
  it(`has at most ${LINES_MAX} lines`, () => {
    const long = code
      .map((path) => ({ path, lines: textOf(path).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > LINES_MAX);
    expect(long).toEqual([]);
  });

  it("is named in kebab-case after the one thing it holds", () => {
    expect("sim/net/link-helpers.ts").toMatch(FORBIDDEN_NAMES);
    expect("server/common/ids.ts").toMatch(FORBIDDEN_NAMES);
    expect("sim/kernel/event-queue.ts").not.toMatch(FORBIDDEN_NAMES);
    expect(code.filter((path) => FORBIDDEN_NAMES.test(path) || !KEBAB_NAME.test(path))).toEqual([]);
  });

  it("is no barrel: import the file that holds the thing", () => {
    expect(code.filter((path) => /\/index\.(ts|mjs)$/.test(path))).toEqual([]);
    const product = code.filter((path) => !path.startsWith("test/"));
    const reExport = /^export\s+(\*|\{[^}]*\})\s+from\b/;
    expect(linesWith(product, reExport, "re-exports a value")).toEqual([]);
  });

  it("opens with a comment that says what it decides", () => {
    const silent = code.filter((path) => !/^(#!.*\n)?(\/\/ ?\S|\/\*)/.test(textOf(path)));
    expect(silent).toEqual([]);
  });

  it("leaves no test switched off or alone", () => {
    const tests = code.filter((path) => path.endsWith(".test.ts"));
    const switched = /^\s*(it|test|describe)\.(only|skip|todo)\b/;
    expect(linesWith(tests, switched, "finish it or delete it")).toEqual([]);
  });
});

describe("every text", () => {
  it("is finished: no note to do it later", () => {
    expect(linesWith([...code, ...prose], WORDS_OF_THE_UNFINISHED, "do it or drop it")).toEqual([]);
  });

  it("names no machine's paths", () => {
    expect(linesWith([...code, ...prose], MACHINE_PATHS, "holds on one machine only")).toEqual([]);
  });

  it("names no package registry", () => {
    const all = [...code, ...prose, "package-lock.json"];
    expect(linesWith(all, REGISTRY_HOSTS, "the client knows its registry")).toEqual([]);
  });
});
