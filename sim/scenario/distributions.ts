// Reads a distribution, or a single value that stands for a constant one.

import { isMap, type Node } from "yaml";
import type { Distribution } from "../kernel/distribution.ts";
import type { Fields, Reader } from "./reader.ts";
import type { UnitKind } from "./units.ts";

export const DISTRIBUTION_KEYS = {
  constant: ["dist", "value"],
  uniform: ["dist", "min", "max"],
  exponential: ["dist", "mean"],
  lognormal: ["dist", "median", "p99"],
  empirical: ["dist", "values"],
} as const;
const NAMES = ["constant", "uniform", "exponential", "lognormal", "empirical"] as const;

/** "count": bare numbers; "bytes": bare numbers or sizes; otherwise values carry units. */
export type ValueKind = UnitKind | "count" | "bytes";
const COUNT_MAX = 1_000_000_000;

export function readDistribution(
  reader: Reader,
  node: Node | undefined,
  what: string,
  kind: ValueKind,
): Distribution | undefined {
  if (node === undefined) return undefined;
  if (!isMap(reader.resolve(node))) {
    const value = readValue(reader, node, what, kind);
    return value === undefined ? undefined : { dist: "constant", value };
  }
  const any = reader.anyFields(node, what);
  if (any === undefined) return undefined;
  if (!any.has("dist")) return reader.report(node, `${what} needs "dist": ${NAMES.join(", ")}`);
  const dist = reader.choice(any.get("dist"), "dist", NAMES);
  if (dist === undefined) return undefined;
  const fields = reader.fields(node, `${what} (${dist})`, DISTRIBUTION_KEYS[dist]);
  if (fields === undefined) return undefined;
  const value = (name: string): number | undefined => {
    if (fields.has(name)) return readValue(reader, fields.get(name), `${what}.${name}`, kind);
    return reader.missing(fields, `${what} (${dist}) needs "${name}"`);
  };
  switch (dist) {
    case "constant": {
      const only = value("value");
      return only === undefined ? undefined : { dist, value: only };
    }
    case "uniform":
      return ordered(
        reader,
        fields,
        what,
        "min",
        value("min"),
        "max",
        value("max"),
        (min, max) => ({
          dist,
          min,
          max,
        }),
      );
    case "exponential": {
      const mean = value("mean");
      if (mean === 0) return reader.report(fields.get("mean")!, `${what}.mean must be above 0`);
      return mean === undefined ? undefined : { dist, mean };
    }
    case "lognormal": {
      const median = value("median");
      const p99 = value("p99");
      if (median === 0)
        return reader.report(fields.get("median")!, `${what}.median must be above 0`);
      return ordered(reader, fields, what, "median", median, "p99", p99, (low, high) => ({
        dist,
        median: low,
        p99: high,
      }));
    }
    case "empirical":
      return readEmpirical(reader, fields, what, kind);
  }
}

function ordered(
  reader: Reader,
  fields: Fields,
  what: string,
  lowName: string,
  low: number | undefined,
  highName: string,
  high: number | undefined,
  make: (low: number, high: number) => Distribution,
): Distribution | undefined {
  if (low === undefined || high === undefined) return undefined;
  if (low <= high) return make(low, high);
  return reader.report(fields.get(highName)!, `${what}.${highName} is below ${what}.${lowName}`);
}

function readEmpirical(
  reader: Reader,
  fields: Fields,
  what: string,
  kind: ValueKind,
): Distribution | undefined {
  if (!fields.has("values")) return reader.missing(fields, `${what} (empirical) needs "values"`);
  const items = reader.items(fields.get("values"), `${what}.values`);
  if (items === undefined) return undefined;
  const values: [number, number][] = [];
  let total = 0;
  for (const item of items) {
    const pair = reader.items(item, `a member of ${what}.values`);
    if (pair === undefined) return undefined;
    if (pair.length !== 2)
      return reader.report(item, `a member of ${what}.values must be [value, weight]`);
    const value = readValue(reader, pair[0], `${what}.values`, kind);
    const weight = reader.number(pair[1], "weight", 0, COUNT_MAX);
    if (value === undefined || weight === undefined) return undefined;
    values.push([value, weight]);
    total += weight;
  }
  if (total === 0)
    return reader.report(fields.get("values")!, `${what}.values must weigh more than nothing`);
  return { dist: "empirical", values };
}

function readValue(
  reader: Reader,
  node: Node | undefined,
  what: string,
  kind: ValueKind,
): number | undefined {
  if (kind === "count") return reader.number(node, what, 0, COUNT_MAX);
  if (kind === "bytes")
    return node !== undefined && typeof reader.scalar(node, what) === "string"
      ? reader.quantity(node, what, "size")
      : reader.number(node, what, 0, COUNT_MAX);
  return reader.quantity(node, what, kind);
}
