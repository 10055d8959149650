// Parses one threshold: "p(95)<250ms over 30s in steady", "max<8s after n2 within 5s", "count==0",
// "p(95) vs baseline <= +10%".

import type { Node } from "yaml";
import type { MetricRow } from "../measure/metric-table.ts";
import type { Reader } from "./reader.ts";
import { nearest } from "./suggest.ts";
import type { ThresholdContext } from "./thresholds.ts";
import type { Threshold } from "./types.ts";
import { parseDurationUs, parseSizeBytes } from "./units.ts";

export type Condition = Pick<
  Threshold,
  "aggregate" | "percentile" | "op" | "value" | "overUs" | "inPhase" | "after" | "baseline"
>;

type Aggregate = Threshold["aggregate"];
const AGGREGATES: Readonly<Record<MetricRow["type"], readonly Aggregate[]>> = {
  trend: ["count", "avg", "min", "max", "med", "p"],
  counter: ["count", "rate"],
  gauge: ["value", "min", "max"],
  rate: ["rate"],
};
const ALL_AGGREGATES: readonly Aggregate[] = [
  "count",
  "rate",
  "value",
  "avg",
  "min",
  "max",
  "med",
  "p",
];
const OPS = ["<=", ">=", "==", "!=", "<", ">"] as const;

const HEAD = /^\s*([A-Za-z]+)\s*(?:\(\s*([^()]*?)\s*\))?\s*/;
const COMPARISON = /^(<=|>=|==|!=|<|>)\s*([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([A-Za-z%/]*)\s*/;
const SUFFIX = [
  /^over\s+(\S+)\s*/,
  /^in\s+(\S+)\s*/,
  /^after\s+(\S+)\s+within\s+(\S+)\s*/,
  /^vs\s+baseline\s+(<=|>=|==|!=|<|>)\s*([+-]\d+(?:\.\d+)?)%\s*/,
] as const;

export function readCondition(
  reader: Reader,
  at: Node,
  text: string,
  row: MetricRow,
  context: ThresholdContext,
): Condition | undefined {
  const head = readHead(reader, at, text, row);
  if (head === undefined) return undefined;
  const rest = text.slice(head.length);
  const versus = SUFFIX[3].exec(rest);
  const comparison = versus === null ? COMPARISON.exec(rest) : null;
  if (versus === null && comparison === null) return unreadable(reader, at, text, rest, OPS);
  const op = (versus?.[1] ?? comparison?.[1]) as Threshold["op"];
  const value =
    versus === null
      ? readValue(reader, at, text, row, head.aggregate, comparison![2]!, comparison![3]!)
      : Number(versus[2]);
  if (value === undefined) return undefined;
  const base: Mutable = { aggregate: head.aggregate, op, value };
  if (head.percentile !== undefined) base.percentile = head.percentile;
  if (versus !== null) base.baseline = { changePercent: value };
  const suffixes = rest.slice((versus ?? comparison)![0].length);
  return readSuffixes(reader, at, text, suffixes, base, context) ? base : undefined;
}

type Mutable = { -readonly [K in keyof Condition]: Condition[K] };

interface Head {
  readonly aggregate: Aggregate;
  readonly percentile: number | undefined;
  readonly length: number;
}

function readHead(reader: Reader, at: Node, text: string, row: MetricRow): Head | undefined {
  const match = HEAD.exec(text);
  const shown = (name: Aggregate): string => (name === "p" ? "p(N)" : name);
  if (match === null) return unreadable(reader, at, text, text, AGGREGATES[row.type].map(shown));
  const aggregate = ALL_AGGREGATES.find((name) => name === match[1]);
  const names = AGGREGATES[row.type].map(shown);
  if (aggregate === undefined)
    return reader.report(
      at,
      `unknown aggregate "${match[1]}" in "${text}"`,
      nearest(match[1]!, names),
    );
  if (!AGGREGATES[row.type].includes(aggregate))
    return reader.report(
      at,
      `${row.name} is a ${row.type}, which has no ${shown(aggregate)}, only ${names.join(", ")}`,
      nearest(aggregate, names),
    );
  if ((match[2] !== undefined) !== (aggregate === "p"))
    return reader.report(
      at,
      `"${text}": ${aggregate === "p" ? "write p(95)" : `${aggregate} takes no parentheses`}`,
    );
  if (aggregate !== "p") return { aggregate, percentile: undefined, length: match[0].length };
  const percentile = /^\d+(\.\d+)?$/.test(match[2]!) ? Number(match[2]) : NaN;
  if (!(percentile >= 0 && percentile <= 100))
    return reader.report(at, `a percentile is from 0 to 100, not "${match[2]}" in "${text}"`);
  return { aggregate, percentile, length: match[0].length };
}

function readValue(
  reader: Reader,
  at: Node,
  text: string,
  row: MetricRow,
  aggregate: Aggregate,
  digits: string,
  unit: string,
): number | undefined {
  if (aggregate === "count") return plain(reader, at, text, digits, unit, "a count");
  if (row.unit === "ms") {
    const us = parseDurationUs(digits + unit);
    if (us !== undefined) return us / 1000;
    return reader.report(at, `${row.name} is a time: "${text}" needs a unit such as ms or s`);
  }
  if (row.unit === "bytes") {
    const bytes = parseSizeBytes(digits + unit.replace(/\/s$/, ""));
    if (bytes !== undefined) return bytes;
    return reader.report(at, `${row.name} is in bytes: "${text}" needs a unit such as MiB`);
  }
  if (row.unit === "share" && unit === "%") return Number(`${digits}e-2`);
  if (aggregate === "rate" && row.type === "counter" && unit === "/s") return Number(digits);
  return plain(reader, at, text, digits, unit, row.name);
}

function plain(
  reader: Reader,
  at: Node,
  text: string,
  digits: string,
  unit: string,
  what: string,
): number | undefined {
  if (unit === "") return Number(digits);
  return reader.report(at, `${what} has no unit "${unit}" in "${text}"`);
}

function readSuffixes(
  reader: Reader,
  at: Node,
  text: string,
  suffixes: string,
  condition: Mutable,
  context: ThresholdContext,
): boolean {
  const problems = reader.problems.length;
  for (let rest = suffixes; rest !== "";) {
    const found = SUFFIX.map((pattern) => pattern.exec(rest));
    const which = found.findIndex((match) => match !== null);
    const match = found[which];
    if (match === undefined || match === null) {
      unreadable(reader, at, text, rest, ["over", "in", "after", "vs"]);
      return false;
    }
    const [first = "", second = ""] = match.slice(1);
    if (which === 0) condition.overUs = window(reader, at, text, first);
    if (which === 1) condition.inPhase = known(reader, at, text, "phase", first, context.phases);
    if (which === 2)
      condition.after = {
        fault: known(reader, at, text, "fault", first, context.faults),
        withinUs: window(reader, at, text, second),
      };
    if (which === 3)
      reader.report(at, `"${text}": write "p(95) vs baseline <= +10%" as a threshold of its own`);
    rest = rest.slice(match[0].length);
  }
  return reader.problems.length === problems;
}

function window(reader: Reader, at: Node, text: string, written: string): number {
  const us = parseDurationUs(written);
  if (us === undefined || us < 1_000_000)
    reader.report(at, `"${written}" in "${text}" must be a duration of at least 1s`);
  return us ?? 0;
}

function known(
  reader: Reader,
  at: Node,
  text: string,
  what: string,
  name: string,
  names: readonly string[],
): string {
  if (!names.includes(name))
    reader.report(at, `unknown ${what} "${name}" in "${text}"`, nearest(name, names));
  return name;
}

function unreadable(
  reader: Reader,
  at: Node,
  text: string,
  rest: string,
  expected: readonly string[],
): undefined {
  const where = rest.trim() === "" ? "at its end" : `at "${rest.trim()}"`;
  return reader.report(
    at,
    `threshold "${text}" is not understood ${where}: expected ${expected.join(", ")}`,
  );
}
