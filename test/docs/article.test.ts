// Every sentence of the article has a number in server/SPEC.md, and every number is shown by a test
// or a scenario whose own title carries it.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { textOf } from "../support/source-files.ts";
import { carries, testTitles } from "../support/test-titles.ts";

const SENTENCES = 107;

interface Row {
  readonly id: string;
  readonly cited: readonly string[];
}

/** The rows of the table: `| S1 | sentence | \`file\`, \`file\` |`. */
function sentenceRows(markdown: string): Row[] {
  return markdown.split("\n").flatMap((line) => {
    const match = /^\| (S\d+) \| .+ \| ([^|]*) \|$/.exec(line);
    if (!match) return [];
    const cited = [...(match[2] ?? "").matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? "");
    return [{ id: match[1] ?? "", cited }];
  });
}

/** What a cited file says about itself: test titles, or a scenario's title, description, comments. */
function titlesOf(path: string): readonly string[] {
  if (path.endsWith(".test.ts")) return testTitles(path);
  return textOf(path)
    .split("\n")
    .filter((line) => /^\s*(#|title:|description:)/.test(line));
}

function faultsOf(row: Row): string[] {
  if (row.cited.length === 0) return [`${row.id} is shown by nothing`];
  const missing = row.cited.filter((path) => !existsSync(path));
  if (missing.length > 0) return missing.map((path) => `${row.id} cites ${path}: no such file`);
  return row.cited
    .filter((path) => !titlesOf(path).some((title) => carries(title, row.id)))
    .map((path) => `${row.id} cites ${path}, where no title carries it`);
}

const rows = sentenceRows(textOf("server/SPEC.md"));

describe("the article's table", () => {
  it("numbers every sentence once, in order", () => {
    expect(rows.map((row) => row.id)).toEqual(
      Array.from({ length: SENTENCES }, (_, index) => `S${index + 1}`),
    );
  });

  it("shows every sentence by a test or scenario that carries its number", () => {
    expect(rows.flatMap(faultsOf)).toEqual([]);
  });

  it("would see a row without a citation, with a missing file, and with an uncited title", () => {
    const spec = [
      "| S1 | one |  |",
      "| S2 | two | `test/story/no-such.test.ts` |",
      "| S99999 | three | `test/docs/article.test.ts` |",
    ];
    expect(sentenceRows(spec.join("\n")).flatMap(faultsOf)).toEqual([
      "S1 is shown by nothing",
      "S2 cites test/story/no-such.test.ts: no such file",
      "S99999 cites test/docs/article.test.ts, where no title carries it",
    ]);
    expect(testTitles("a.test.ts", 'it.each(rows)("S7 holds", () => {});')).toEqual(["S7 holds"]);
    expect(carries("S12 S13 shows", "S1")).toBe(false);
  });
});
