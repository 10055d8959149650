// A killed node must leave nothing behind and two runs in one process must not meet: the pure
// folders keep no state at module level. Constants typed as read-only are not state.
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse } from "../support/code-only.ts";
import { textOf } from "../support/source-files.ts";
import { pureFiles } from "./pure-files.ts";

const MUTABLE_CLASSES = /^(Map|Set|WeakMap|WeakSet|\w*Array|ArrayBuffer|DataView)$/;

/** Module-level memory that is allowed, with the reason. */
const SCRATCH = "written and read within one call: nothing is left for the next";
const EXEMPTIONS: Readonly<Record<string, string>> = {
  "sim/kernel/math.ts#double": SCRATCH,
  "sim/kernel/math.ts#words": SCRATCH,
};

function mutableInitializer(node: ts.Expression | undefined): boolean {
  if (!node) return false;
  if (ts.isNewExpression(node)) return MUTABLE_CLASSES.test(node.expression.getText());
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
  return false;
}

/** The names that one file declares as module-level mutable state. */
function stateOf(path: string, text: string): string[] {
  const found: string[] = [];
  for (const statement of parse(path, text).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    for (const declaration of statement.declarationList.declarations) {
      const isReadonly = /^\s*(Readonly|readonly\b)/.test(declaration.type?.getText() ?? "");
      if (!isConst || (mutableInitializer(declaration.initializer) && !isReadonly)) {
        found.push(declaration.name.getText());
      }
    }
  }
  return found;
}

describe("module-level state", () => {
  it("is recognised", () => {
    expect(stateOf("a.ts", "let count = 0;")).toEqual(["count"]);
    expect(stateOf("a.ts", "export const seen = new Map<string, number>();")).toEqual(["seen"]);
    expect(stateOf("a.ts", "const list: string[] = [];")).toEqual(["list"]);
    expect(stateOf("a.ts", "const scratch = new Float64Array(1);")).toEqual(["scratch"]);
  });

  it("is not a read-only constant, nor what a function makes", () => {
    expect(stateOf("a.ts", "const kinds: ReadonlySet<string> = new Set(['a']);")).toEqual([]);
    expect(stateOf("a.ts", "const rows: readonly string[] = [];")).toEqual([]);
    expect(stateOf("a.ts", "function f() { let n = 0; return new Map([[n, n]]); }")).toEqual([]);
  });

  it("is in no pure folder", () => {
    const found = pureFiles().flatMap((path) =>
      stateOf(path, textOf(path))
        .filter((name) => EXEMPTIONS[`${path}#${name}`] === undefined)
        .map((name) => `${path}: ${name} is module-level state: pass it in, or type it read-only`),
    );
    expect(found).toEqual([]);
  });
});
