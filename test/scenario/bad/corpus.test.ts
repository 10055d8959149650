// A corpus of broken scenarios, one mistake each. index.json states for each the line, the column and the nearest
// valid name (or words) that the one message must hold.
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../sim/cli/main.ts";
import { decodeUtf8 } from "../../../sim/scenario/decode-utf8.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import type { Problem } from "../../../sim/scenario/problem.ts";

interface Row {
  readonly file: string;
  readonly class: string;
  readonly line: number;
  readonly column: number;
  readonly nearest?: string;
  readonly says?: string;
}

const FOLDER = "test/scenario/bad";
const rows = JSON.parse(readFileSync(`${FOLDER}/index.json`, "utf8")) as readonly Row[];
const CLASSES = [
  "unknown keys",
  "wrong units",
  "impossible phases",
  "missing files",
  "unknown references",
  "huge or odd numbers",
  "broken YAML",
  "wrong encodings",
];

function pathOf(row: Row): string {
  return `${FOLDER}/corpus/${row.file}`;
}

function problemsOf(row: Row): readonly Problem[] {
  const file = pathOf(row);
  const decoded = decodeUtf8(readFileSync(file));
  if ("problem" in decoded) return [{ file, ...decoded.problem }];
  const loaded = loadScenario(decoded.text, {
    file,
    sets: [],
    env: {},
    nameFromFile: row.file.replace(/\.yaml$/, ""),
    profileExists: () => false,
  });
  return "problems" in loaded ? loaded.problems : [];
}

afterEach(() => vi.restoreAllMocks());

describe("the corpus of bad scenarios", () => {
  it("holds at least 64, at least 8 of each class, and every file is in the index", () => {
    expect(rows.length).toBeGreaterThanOrEqual(64);
    for (const name of CLASSES)
      expect(rows.filter((row) => row.class === name).length, name).toBeGreaterThanOrEqual(8);
    expect(rows.map(({ file }) => file).toSorted()).toEqual(readdirSync(`${FOLDER}/corpus`).sort());
  });

  it.each(rows)("$file gets one message at $line:$column", (row) => {
    const problems = problemsOf(row);
    expect(problems.map(({ message }) => message)).toHaveLength(1);
    const [problem] = problems;
    expect(problem).toMatchObject({ file: pathOf(row), line: row.line, column: row.column });
    expect(problem?.nearest).toBe(row.nearest);
    expect(problem?.message).toContain(row.says ?? "");
  });

  it.each(CLASSES)("%s: the command line prints the message and ends with 104", async (name) => {
    const ofClass = rows.filter((row) => row.class === name).slice(0, 3);
    for (const row of ofClass) {
      const printed: string[] = [];
      vi.spyOn(process.stderr, "write").mockImplementation((text) => {
        printed.push(String(text));
        return true;
      });
      expect(await main(["run", pathOf(row)])).toBe(104);
      const lines = printed.join("").trimEnd().split("\n");
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`${pathOf(row)}:${row.line}:${row.column}: `);
      if (row.nearest !== undefined) expect(lines[0]).toContain(`"${row.nearest}"`);
    }
  });
});
