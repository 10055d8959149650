// The titles of a test file's suites and tests, as written: the first text given to describe, it or
// test, also through .each, .skipIf and the like.
import ts from "typescript";
import { parse } from "./code-only.ts";
import { textOf } from "./source-files.ts";

const STARTERS: ReadonlySet<string> = new Set(["describe", "it", "test"]);

function starterOf(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee)) return starterOf(callee.expression);
  if (ts.isCallExpression(callee)) return starterOf(callee.expression);
  return undefined;
}

function textOfLiteral(node: ts.Expression | undefined): string | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map((span) => span.literal.text).join(" ");
  }
  return undefined;
}

export function testTitles(path: string, text = textOf(path)): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && STARTERS.has(starterOf(node.expression) ?? "")) {
      const title = textOfLiteral(node.arguments[0]);
      if (title !== undefined) titles.push(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(path, text));
  return titles;
}

/** Whether a text carries a number or rule as a word of its own: S1 is not in "S12". */
export function carries(text: string, id: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9])${id}(?![A-Za-z0-9])`).test(text);
}
