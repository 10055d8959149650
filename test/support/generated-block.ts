// A block of a document that is written by code, between two markers:
//   <!-- generated: name --> … <!-- end: name -->
// With UPDATE_DOCS=1 the block is written anew; otherwise the test compares.
import { readFileSync, writeFileSync } from "node:fs";

export function generatedBlock(path: string, name: string, wanted: string): string {
  const text = readFileSync(path, "utf8");
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no block between ${begin} and ${end}`);
  if (process.env["UPDATE_DOCS"] !== "1") return text.slice(from + begin.length, to).trim();
  writeFileSync(
    path,
    `${text.slice(0, from + begin.length)}\n\n${wanted.trim()}\n\n${text.slice(to)}`,
  );
  return wanted.trim();
}

/** A Markdown table; a bar in a cell is escaped. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
