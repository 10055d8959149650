// The messenger's limits as rows of a table: name, figure with its unit, and what the comment beside
// it in server/core/limits.ts says.
import ts from "typescript";
import { DEFAULT_LIMITS } from "../../server/core/limits.ts";
import { parse } from "./code-only.ts";
import { textOf } from "./source-files.ts";

const SOURCE = "server/core/limits.ts";

/** Largest unit first; the first that divides evenly is used. */
const TIME_UNITS: readonly (readonly [string, number])[] = [
  ["days", 24 * 3600 * 1000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
];
const SIZE_UNITS: readonly (readonly [string, number])[] = [
  ["MiB", 1024 * 1024],
  ["KiB", 1024],
  ["bytes", 1],
];

function inUnits(value: number, units: readonly (readonly [string, number])[]): string {
  const unit = units.find(([, size]) => value % size === 0);
  return unit ? `${value / unit[1]} ${unit[0]}` : String(value);
}

/** The unit stands in the name: latencyMs, bodyBytesMax. */
function figure(name: string, value: number): string {
  if (/Ms(Max)?$/.test(name)) {
    return value % 1000 === 500 ? `${value / 1000} s` : inUnits(value, TIME_UNITS);
  }
  return /Bytes/.test(name) ? inUnits(value, SIZE_UNITS) : String(value);
}

function comments(): Map<string, string> {
  const source = parse(SOURCE, textOf(SOURCE));
  const found = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    for (const member of statement.members) {
      const text = ts.getJSDocCommentsAndTags(member).map((doc) => doc.comment);
      found.set(member.name?.getText(source) ?? "", text.filter(Boolean).join(" "));
    }
  }
  return found;
}

export function limitRows(): string[][] {
  const texts = comments();
  return Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
    `\`${name}\``,
    figure(name, Number(value)),
    (texts.get(name) ?? "").replace(/\s+/g, " "),
  ]);
}
