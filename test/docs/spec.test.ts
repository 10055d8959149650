// server/SPEC.md says what the code says: the error tables are written from the code, the rules are
// the checkers' rules, and every rule is proved by a test whose name begins with it.
import { describe, expect, it } from "vitest";
import { generatedBlock, markdownTable } from "../support/generated-block.ts";
import { limitRows } from "../support/limit-rows.ts";
import { closeTable, errorTable } from "../support/protocol-tables.ts";
import { filesBelow, textOf } from "../support/source-files.ts";
import { carries, testTitles } from "../support/test-titles.ts";

const SPEC = "server/SPEC.md";

function rulesOfSpec(): string[] {
  return [
    ...textOf(SPEC).matchAll(
      /^\| ([A-Z]{3}\d+) \| [^|]+ \| .+ \| (?:online|end|quiet phase)\b[^|]*\|$/gm,
    ),
  ].map((match) => match[1] ?? "");
}

/** The members of the RuleId union, read from its source. */
function rulesOfCheckers(): string[] {
  const source = textOf("sim/history/checker.ts");
  const union = /export type RuleId =([^;]+);/.exec(source)?.[1] ?? "";
  return [...union.matchAll(/"([A-Z]{3}\d+)"/g)].map((match) => match[1] ?? "");
}

describe("server/SPEC.md", () => {
  it("holds the error table of the code", () => {
    const wanted = errorTable();
    expect(generatedBlock(SPEC, "errors", wanted)).toBe(wanted);
  });

  it("holds the close codes of the code", () => {
    const wanted = closeTable();
    expect(generatedBlock(SPEC, "close-codes", wanted)).toBe(wanted);
  });

  it("holds the limits of the code", () => {
    const wanted = markdownTable(["limit", "figure", "meaning"], limitRows());
    expect(generatedBlock(SPEC, "limits", wanted)).toBe(wanted);
  });

  it("names exactly the rules that the checkers know, in their order", () => {
    expect(rulesOfCheckers().length).toBeGreaterThan(20);
    expect(rulesOfSpec()).toEqual(rulesOfCheckers());
  });

  it("has a test for every rule that carries the rule in its name", () => {
    const titles = filesBelow(["test"], [".test.ts"])
      .filter((path) => !path.startsWith("test/docs/"))
      .flatMap((path) => testTitles(path));
    const unproved = rulesOfSpec().filter((rule) => !titles.some((title) => carries(title, rule)));
    expect(unproved).toEqual([]);
  });
});
