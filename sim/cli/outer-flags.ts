// Flags from outside the command line: CHATQUAKE_* variables and chatquake.config.yml. They are put in front of
// what was typed, so that what was typed wins; the config's seed and profile give way to the scenario as well.
import type { Options } from "yargs";
import { CONFIG_FILE, readConfig, type Config } from "../run/read-config.ts";
import type { Problem } from "../scenario/problem.ts";
import { UsageError } from "./command.ts";
import { twinOf } from "./environment.ts";

/** Flags that exclude each other: one from outside gives way to the other one typed. */
const EXCLUDES: Readonly<Record<string, string>> = {
  seed: "seeds",
  seeds: "seed",
  docker: "native",
  native: "docker",
};
/** Variables that are no flag's twin: this one says where the nodes of Cassandra are, the flag how many. */
const NO_TWINS: readonly string[] = ["CHATQUAKE_CASSANDRA"];

export function outerFlags(
  options: Readonly<Record<string, Options>>,
  typed: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  config: Config,
): readonly string[] {
  const added: string[] = [];
  for (const [name, option] of Object.entries(options)) {
    if (isTyped(name, option, typed) || option.hidden === true) continue;
    const excluded = EXCLUDES[name];
    if (excluded !== undefined && isTyped(excluded, {}, typed)) continue;
    const variable = twinOf(name);
    const fromEnvironment = NO_TWINS.includes(variable) ? undefined : environment[variable];
    if (fromEnvironment !== undefined && fromEnvironment !== "")
      added.push(...asFlag(name, option, fromEnvironment, variable));
    else if (config.flags[name] !== undefined)
      added.push(...asFlag(name, option, config.flags[name], CONFIG_FILE));
  }
  return added;
}

export function configOf(): Config | { readonly problems: readonly Problem[] } {
  return readConfig(CONFIG_FILE);
}

function isTyped(name: string, option: Options, typed: readonly string[]): boolean {
  const alias = typeof option.alias === "string" ? option.alias : undefined;
  return typed.some(
    (word) =>
      word === `--${name}` ||
      word === `--no-${name}` ||
      word.startsWith(`--${name}=`) ||
      (alias !== undefined && word.startsWith(`-${alias}`) && !word.startsWith("--")),
  );
}

function asFlag(name: string, option: Options, value: string, origin: string): readonly string[] {
  if (option.type !== "boolean") return [`--${name}=${value}`];
  if (value === "true" || value === "1") return [`--${name}`];
  if (value === "false" || value === "0") return [];
  throw new UsageError(`${origin} must be true or false for ${name}, not "${value}"`);
}
