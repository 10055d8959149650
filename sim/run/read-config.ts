// chatquake.config.yml in the working directory: defaults for flags. Nothing in it is ignored.
import { existsSync } from "node:fs";
import { LineCounter, parseDocument, type Node } from "yaml";
import { fill } from "../scenario/fill.ts";
import type { Problem } from "../scenario/problem.ts";
import { Reader } from "../scenario/reader.ts";
import { readText } from "./read-text.ts";

export const CONFIG_FILE = "chatquake.config.yml";

export interface Config {
  /** Below the scenario. */
  readonly defaults: { readonly seed?: number; readonly profile?: string };
  /** Flag -> value as it would be typed. */
  readonly flags: Readonly<Record<string, string>>;
}

const TEXTS = ["out", "baseline"];
const NUMBERS = ["workers"];
const SWITCHES = ["json", "quiet", "keep-history", "save-baseline"];
const EMPTY: Config = { defaults: {}, flags: {} };

export function readConfig(path: string): Config | { readonly problems: readonly Problem[] } {
  if (!existsSync(path)) return EMPTY;
  const read = readText(path, "config");
  if ("problem" in read) return { problems: [read.problem] };
  const filled = fill(read.text, {});
  const document = parseDocument(read.text, {
    prettyErrors: false,
    lineCounter: new LineCounter(),
  });
  const reader = new Reader(path, read.text, filled, document);
  const [broken] = document.errors;
  if (broken !== undefined)
    reader.reportAt(reader.placeOf(broken.pos[0]), `broken YAML: ${broken.message}`);
  if (broken !== undefined || document.contents === null)
    return reader.problems.length > 0 ? { problems: reader.problems } : EMPTY;
  const config = readFields(reader, document.contents as Node);
  return reader.problems.length > 0 ? { problems: reader.problems } : config;
}

function readFields(reader: Reader, root: Node): Config {
  const keys = ["seed", "profile", ...TEXTS, ...NUMBERS, ...SWITCHES];
  const fields = reader.fields(root, "the config", keys);
  const seed = reader.integer(fields?.get("seed"), "seed", 0, Number.MAX_SAFE_INTEGER);
  const profile = reader.text(fields?.get("profile"), "profile");
  const flags: Record<string, string> = {};
  for (const name of fields?.names() ?? []) {
    const node = fields!.get(name);
    const value = TEXTS.includes(name)
      ? reader.text(node, name)
      : NUMBERS.includes(name)
        ? reader.integer(node, name, 1, 64)
        : SWITCHES.includes(name)
          ? reader.boolean(node, name)
          : undefined;
    if (value !== undefined) flags[name] = String(value);
  }
  return {
    defaults: {
      ...(seed === undefined ? {} : { seed }),
      ...(profile === undefined ? {} : { profile }),
    },
    flags,
  };
}
