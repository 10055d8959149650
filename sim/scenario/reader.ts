// Reads values out of a YAML document and reports each mistake at the line and column of the exact key or value.
// Every method takes an absent node and gives undefined for it; a wrong one is reported and also undefined.

import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Filled } from "./fill.ts";
import type { Problem } from "./problem.ts";
import { nearest } from "./suggest.ts";
import {
  UNIT_FORMS,
  parseDurationUs,
  parseRatePerS,
  parseShare,
  parseSizeBytes,
  type UnitKind,
} from "./units.ts";

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const PARSE: Readonly<Record<UnitKind, (text: string) => number | undefined>> = {
  duration: parseDurationUs,
  size: parseSizeBytes,
  percent: parseShare,
  rate: parseRatePerS,
};
/** Nothing in a scenario is larger: a month, a tebibyte, every message, ten million a second. */
const QUANTITY_MAX: Readonly<Record<UnitKind, number>> = {
  duration: 31 * 86_400_000_000,
  size: 1_099_511_627_776,
  percent: 1,
  rate: 10_000_000,
};
const QUANTITY_MAX_TEXT: Readonly<Record<UnitKind, string>> = {
  duration: "31d",
  size: "1024GiB",
  percent: "100%",
  rate: "10000000/s",
};

/** The members of one mapping. */
export class Fields {
  readonly node: Node;
  /** A key in it is unknown, probably a misspelt one: then no other is called missing. */
  misspelt = false;
  readonly #values = new Map<string, { readonly key: Node; readonly value: Node | undefined }>();

  constructor(node: Node) {
    this.node = node;
  }

  add(name: string, key: Node, value: Node | undefined): void {
    this.#values.set(name, { key, value });
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): Node | undefined {
    const entry = this.#values.get(name);
    return entry === undefined ? undefined : (entry.value ?? entry.key);
  }

  /** For messages about the key itself. */
  key(name: string): Node {
    return this.#values.get(name)?.key ?? this.node;
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }
}

export class Reader {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #filled: Filled;
  readonly #document: Document;
  readonly #origins: ReadonlyMap<Node, Place>;

  constructor(
    file: string,
    text: string,
    filled: Filled,
    document: Document,
    origins: ReadonlyMap<Node, Place> = new Map(),
  ) {
    this.#file = file;
    this.#text = text;
    this.#filled = filled;
    this.#document = document;
    this.#origins = origins;
  }

  place(node: Node): Place {
    return this.#origins.get(node) ?? this.placeOf(node.range?.[0] ?? 0);
  }

  placeOf(filledOffset: number): Place {
    return placeIn(this.#file, this.#text, this.#filled.original(filledOffset));
  }

  report(node: Node, message: string, nearestName?: string): undefined {
    this.reportAt(this.place(node), message, nearestName);
    return undefined;
  }

  reportAt(place: Place, message: string, nearestName?: string): void {
    const { file, line, column } = place;
    this.problems.push(
      nearestName === undefined
        ? { file, line, column, message }
        : { file, line, column, message, nearest: nearestName },
    );
  }

  /** Follows aliases. */
  resolve(node: Node | undefined): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  /** A mapping with no other keys than these. */
  fields(node: Node | undefined, what: string, keys: readonly string[]): Fields | undefined {
    const fields = this.anyFields(node, what);
    if (fields === undefined) return undefined;
    for (const name of fields.names()) {
      if (keys.includes(name)) continue;
      fields.misspelt = true;
      this.report(fields.key(name), `unknown key "${name}" in ${what}`, nearest(name, keys));
    }
    return fields;
  }

  /** Something is not there that has to be. */
  missing(fields: Fields, message: string, nearestName?: string): undefined {
    if (!fields.misspelt) this.report(fields.node, message, nearestName);
    return undefined;
  }

  /** A mapping whose keys are names. */
  anyFields(node: Node | undefined, what: string): Fields | undefined {
    if (node === undefined) return undefined;
    const map = this.resolve(node);
    if (!isMap(map)) return this.report(node, `${what} must be a mapping (key: value)`);
    const fields = new Fields(node);
    for (const pair of (map as YAMLMap<unknown, unknown>).items) this.#addPair(fields, pair, what);
    return fields;
  }

  #addPair(fields: Fields, pair: Pair<unknown, unknown>, what: string): void {
    const key = isNode(pair.key) ? this.resolve(pair.key) : undefined;
    if (!isScalar(key) || key.value === null) {
      this.report(isNode(pair.key) ? pair.key : fields.node, `a key in ${what} must be a name`);
      return;
    }
    const value = isNode(pair.value) ? pair.value : undefined;
    fields.add(String(key.value as string | number | boolean), pair.key as Node, value);
  }

  items(node: Node | undefined, what: string): readonly Node[] | undefined {
    if (node === undefined) return undefined;
    const list = this.resolve(node);
    if (!isSeq(list)) return this.report(node, `${what} must be a list`);
    return list.items.filter(isNode);
  }

  /** The plain value of a scalar; null where the value is left empty. */
  scalar(node: Node, what: string): string | number | boolean | null | undefined {
    const found = this.resolve(node);
    if (!isScalar(found)) return this.report(node, `${what} must be a single value`);
    const { value } = found;
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return value;
    return null;
  }

  text(node: Node | undefined, what: string): string | undefined {
    if (node === undefined) return undefined;
    const value = this.scalar(node, what);
    if (value === undefined) return undefined;
    if (typeof value === "string" && value !== "") return value;
    return this.report(node, `${what} must be a text${got(value)}`);
  }

  boolean(node: Node | undefined, what: string): boolean | undefined {
    if (node === undefined) return undefined;
    const value = this.scalar(node, what);
    if (value === undefined || typeof value === "boolean") return value;
    return this.report(node, `${what} must be true or false${got(value)}`);
  }

  number(node: Node | undefined, what: string, min: number, max: number): number | undefined {
    if (node === undefined) return undefined;
    const value = this.scalar(node, what);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || Number.isNaN(value))
      return this.report(node, `${what} must be a number${got(value)}`);
    if (value < min || value > max)
      return this.report(node, `${what} must be from ${min} to ${max}${got(value)}`);
    return value === 0 ? 0 : value;
  }

  integer(node: Node | undefined, what: string, min: number, max: number): number | undefined {
    if (node === undefined) return undefined;
    const value = this.scalar(node, what);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
      return this.report(node, `${what} must be a whole number from ${min} to ${max}${got(value)}`);
    return value === 0 ? 0 : value;
  }

  choice<T extends string>(
    node: Node | undefined,
    what: string,
    names: readonly T[],
  ): T | undefined {
    if (node === undefined) return undefined;
    const value = this.scalar(node, what);
    if (value === undefined) return undefined;
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    const message = `unknown ${what} ${quote(value)}`;
    return this.report(node, message, nearest(String(value), names));
  }

  /** A text with a unit. */
  quantity(
    node: Node | undefined,
    what: string,
    kind: UnitKind,
    limits: { readonly min?: number; readonly max?: number } = {},
  ): number | undefined {
    if (node === undefined) return undefined;
    const value = this.scalar(node, what);
    if (value === undefined) return undefined;
    const parsed = typeof value === "string" ? PARSE[kind](value) : undefined;
    if (parsed === undefined)
      return this.report(node, `${what} needs ${UNIT_FORMS[kind]}${got(value)}`);
    const max = limits.max ?? QUANTITY_MAX[kind];
    if (parsed > max) {
      const bound = limits.max === undefined ? QUANTITY_MAX_TEXT[kind] : String(limits.max);
      return this.report(node, `${what} must be at most ${bound}${got(value)}`);
    }
    if (parsed < (limits.min ?? 0))
      return this.report(node, `${what} must be more than nothing${got(value)}`);
    return parsed;
  }
}

export function quote(value: string | number | boolean | null): string {
  return value === null ? "(empty)" : `"${value}"`;
}

function got(value: string | number | boolean | null): string {
  return `, not ${quote(value)}`;
}

export function placeIn(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { file, line: before.split("\n").length, column: offset - lineStart + 1 };
}
