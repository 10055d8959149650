// Reads a scenario and its profile from files, with what flags and environment put in, and resolves them for one
// seed. What is wrong comes back as problems with their places.
import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { Streams } from "../kernel/random.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Problem } from "../scenario/problem.ts";
import { loadProfile } from "../scenario/profile.ts";
import { PROFILE_NAMES } from "../scenario/profile-names.ts";
import type { Profile } from "../scenario/profile-types.ts";
import { nearest } from "../scenario/suggest.ts";
import { swarm } from "../scenario/swarm.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { packageRoot } from "./package-root.ts";
import { BUG_NAMES } from "./plant.ts";
import { readText } from "./read-text.ts";

const RESOLVED = "scenario.resolved.yml";

export interface ScenarioInput {
  readonly file: string;
  readonly sets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** From environment or flags: they beat the scenario. */
  readonly seed?: number;
  readonly profile?: string;
  readonly bug?: string;
  /** Runs live, or is only looked at: the simulated world's limits do not hold. */
  readonly anyWorld?: boolean;
  /** From the config file: the scenario beats them. */
  readonly defaults?: { readonly seed?: number; readonly profile?: string };
}

export interface ScenarioReadWell {
  /** `swarm` may still be true: forSeed resolves it. */
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly file: string;
}

export type ScenarioRead = ScenarioReadWell | { readonly problems: readonly Problem[] };

export function readScenario(input: ScenarioInput): ScenarioRead {
  const { file } = input;
  const read = readText(file, "scenario");
  if ("problem" in read) return { problems: [read.problem] };
  const folder = dirname(file);
  const loaded = loadScenario(read.text, {
    file,
    sets: input.sets,
    env: input.env,
    // What a run wrote down is called after the run, not after the scenario.
    ...(basename(file) === RESOLVED
      ? {}
      : { nameFromFile: basename(file).replace(/\.ya?ml$/, "") }),
    ...(input.defaults === undefined ? {} : { defaults: input.defaults }),
    profileExists: (path) => existsSync(isAbsolute(path) ? path : join(folder, path)),
    bugs: BUG_NAMES,
  });
  if ("problems" in loaded) return loaded;
  if (input.bug !== undefined && !BUG_NAMES.includes(input.bug))
    return {
      problems: [unknownFlag("--bug", input.bug, "bug", BUG_NAMES)],
    };
  const refused = input.anyWorld === true ? [] : simulatedRefusals(loaded.scenario, file);
  if (refused.length > 0) return { problems: refused };
  const scenario: ResolvedScenario = {
    ...loaded.scenario,
    ...(input.seed === undefined ? {} : { seed: input.seed }),
    ...(input.profile === undefined ? {} : { profile: input.profile }),
    ...(input.bug === undefined ? {} : { bug: input.bug }),
  };
  const profile = readProfile(scenario.profile, input.profile === undefined ? folder : ".");
  return "problems" in profile ? profile : { scenario, profile: profile.profile, file };
}

/** The scenario as this seed runs it: a swarm's subset drawn, everything else as it is. */
export function forSeed(scenario: ResolvedScenario, seed: number): ResolvedScenario {
  return scenario.swarm ? swarm(scenario, seed, new Streams(seed)) : { ...scenario, seed };
}

/** A profile of the project by its name, or a file; a relative one is looked for from `folder`. */
export function readProfile(
  name: string,
  folder: string,
): { readonly profile: Profile } | { readonly problems: readonly Problem[] } {
  const builtIn = PROFILE_NAMES.includes(name);
  if (!builtIn && !/\.ya?ml$/.test(name) && !name.includes("/"))
    return { problems: [unknownFlag("--profile", name, "profile", PROFILE_NAMES)] };
  const own = isAbsolute(name) ? name : join(folder, name);
  const path = builtIn ? join(packageRoot(), "scenarios", "profiles", `${name}.yml`) : own;
  const read = readText(path, "profile");
  return "problem" in read ? { problems: [read.problem] } : loadProfile(read.text, path);
}

/** What the simulated world cannot do: there are replicas where the scenario asks for them. */
export function simulatedRefusals(
  { faults, cluster }: ResolvedScenario,
  file: string,
): readonly Problem[] {
  if (cluster.cassandra !== undefined) return [];
  const problems: Problem[] = [];
  for (const fault of faults) {
    const sites =
      "between" in fault
        ? fault.between
        : "target" in fault
          ? [fault.target]
          : "store" in fault
            ? [fault.store]
            : [];
    const replica = sites.find((site) => site.startsWith("cassandra-"));
    if (replica === undefined) continue;
    const [line = 1, column = 1] = (fault.place ?? "").split(":").map(Number);
    const message = `fault ${fault.name}: there is no ${replica} where Cassandra is one node: write cluster: { cassandra: 3 }`;
    problems.push({ file, line, column, message });
  }
  return problems;
}

function unknownFlag(flag: string, value: string, what: string, names: readonly string[]): Problem {
  const message = `unknown ${what} "${value}"`;
  const at = { file: `${flag} ${value}`, line: 1, column: 1 };
  const hint = nearest(value, names);
  return hint === undefined ? { ...at, message } : { ...at, message, nearest: hint };
}
