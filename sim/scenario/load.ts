// Text of a scenario to a resolved scenario, or every mistake in it with its place. Pure: whoever calls has read
// the file, and says what flags and environment put in.

import { LineCounter, parseDocument, type Document, type Node } from "yaml";
import { fill, type Filled } from "./fill.ts";
import type { Problem } from "./problem.ts";
import { placeIn, Reader, type Place } from "./reader.ts";
import { resolveScenario } from "./resolve.ts";
import { applySets } from "./set.ts";
import { nearest } from "./suggest.ts";
import type { ResolvedScenario } from "./types.ts";

export interface LoadOptions {
  /** As the user named it, for messages. */
  readonly file: string;
  /** "path=value" each. */
  readonly sets: readonly string[];
  /** What ${KEY} stands for. */
  readonly env: Readonly<Record<string, string>>;
  /** The file's name without its ending, which `name` must equal; left out where text has no file. */
  readonly nameFromFile?: string;
  /** Used where the scenario does not say (a config file's values). */
  readonly defaults?: { readonly seed?: number; readonly profile?: string };
  /** Where given, a profile that is no built-in name must be a file for which this says true. */
  readonly profileExists?: (path: string) => boolean;
  /** Names of planted bugs, where they are known. */
  readonly bugs?: readonly string[];
}

export type Loaded =
  { readonly scenario: ResolvedScenario } | { readonly problems: readonly Problem[] };

const TEXT_LENGTH_MAX = 1_048_576;
const DEPTH_MAX = 64;

export function loadScenario(text: string, options: LoadOptions): Loaded {
  if (text.length > TEXT_LENGTH_MAX)
    return { problems: [{ ...start(options.file), message: "the file is larger than 1 MiB" }] };
  const filled = fill(text, options.env);
  if (filled.unset.length > 0)
    return {
      problems: filled.unset.map(({ offset, key }) => ({
        ...placeIn(options.file, text, offset),
        message: `\${${key}} is not set: give it with -e ${key}=VALUE`,
      })),
    };
  const unused = unusedValues(options.env, filled.keys);
  if (unused.length > 0) return { problems: unused };
  const parsed = parse(filled, text, options.file);
  if ("problems" in parsed) return parsed;
  const { document } = parsed;
  const origins = new Map<Node, Place>();
  const badSets = applySets(document, options.sets, origins);
  if (badSets.length > 0) return { problems: badSets };
  const reader = new Reader(options.file, text, filled, document, origins);
  const scenario = resolveScenario(reader, document.contents as Node, options);
  if (reader.problems.length > 0 || scenario === undefined) return { problems: reader.problems };
  return { scenario };
}

/** A value that fills nothing is a misspelt key: the run would not be the one that was asked for. */
function unusedValues(
  values: Readonly<Record<string, string>>,
  keys: readonly string[],
): readonly Problem[] {
  return Object.keys(values)
    .filter((key) => !keys.includes(key))
    .map((key) => {
      const hint = nearest(key, keys);
      return {
        ...start(`-e ${key}=${values[key]}`),
        message: `the scenario has no \${${key}}`,
        ...(hint === undefined ? {} : { nearest: hint }),
      };
    });
}

/** The document, or what stops it from being read at all. */
export function parse(
  filled: Filled,
  text: string,
  file: string,
): { readonly document: Document } | { readonly problems: readonly Problem[] } {
  const place = (offset: number): Place => placeIn(file, text, filled.original(offset));
  const deep = tooDeep(filled.text);
  if (deep >= 0)
    return { problems: [{ ...place(deep), message: "broken YAML: nested too deeply" }] };
  let document: Document;
  try {
    document = parseDocument(filled.text, {
      prettyErrors: false,
      lineCounter: new LineCounter(),
      version: "1.2",
      schema: "core",
    });
  } catch (error) {
    // The parser recurses: what is nested deeper than its stack is no scenario.
    if (!(error instanceof RangeError)) throw error;
    return { problems: [{ ...start(file), message: "broken YAML: nested too deeply" }] };
  }
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return {
      problems: [firstOf(broken)].map((error) => ({
        ...place(error.pos[0]),
        message: `broken YAML: ${oneLine(error.message)}`,
      })),
    };
  if (document.contents === null)
    return { problems: [{ ...start(file), message: "the file is empty" }] };
  return { document };
}

/** Offset of the bracket that no scenario needs, or -1. Quotes are not looked at: nobody quotes that many. */
function tooDeep(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "[" || character === "{") depth += 1;
    else if ((character === "]" || character === "}") && depth > 0) depth -= 1;
    if (depth > DEPTH_MAX) return i;
  }
  return -1;
}

/** Later errors mostly follow from the first. */
function firstOf<T extends { readonly pos: readonly [number, number] }>(errors: readonly T[]): T {
  return errors.reduce((first, error) => (error.pos[0] < first.pos[0] ? error : first));
}

function oneLine(message: string): string {
  return message.split("\n")[0]!.trim();
}

function start(file: string): Place {
  return { file, line: 1, column: 1 };
}
