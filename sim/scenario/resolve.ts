// A document to a resolved scenario: defaults written out, units resolved, names checked, phases laid end to
// end, faults put at their absolute times.

import type { Node } from "yaml";
import { ALL_DRAWS, type Choices } from "../kernel/random.ts";
import { checkUnheldPhases, readBehaviour } from "./behaviour.ts";
import { readDistribution } from "./distributions.ts";
import { readFaults } from "./faults.ts";
import type { LoadOptions } from "./load.ts";
import { readPhases } from "./phases.ts";
import { PROFILE_NAMES } from "./profile-names.ts";
import type { Fields, Reader } from "./reader.ts";
import { KEYS } from "./schema.ts";
import { readScript } from "./script.ts";
import { nearest } from "./suggest.ts";
import { readMetricKey, readThresholds, type ThresholdContext } from "./thresholds.ts";
import type { Timeline } from "./timeline.ts";
import type { ResolvedScenario } from "./types.ts";

const SCHEMA_FILE = "scenario-1.json";
const USERS_MAX = 2_000_000;
const NODES_MAX = 100;
const REPLICAS_MAX = 3;
const DEFAULT_SEED = 1;
const DEFAULT_PROFILE = "lan";

export function resolveScenario(
  reader: Reader,
  root: Node,
  options: LoadOptions,
): ResolvedScenario | undefined {
  const fields = reader.fields(root, "the scenario", KEYS.scenario);
  if (fields === undefined) return undefined;
  checkSchemaName(reader, fields);
  const name = readName(reader, fields, options.nameFromFile);
  const swarm = reader.boolean(fields.get("swarm"), "swarm") ?? false;
  const cluster = readCluster(reader, fields);
  const population = readPopulation(reader, fields);
  const phases = readPhases(reader, fields, population.users);
  const behaviour = readBehaviour(reader, fields.get("behaviour"), phases);
  if (reader.problems.length === 0)
    checkUnheldPhases(
      reader,
      reader.items(fields.get("phases"), "phases") ?? [],
      phases,
      behaviour,
    );
  const endUs = phases.reduce((sum, { durationUs }) => sum + durationUs, 0);
  const timeline: Timeline = { phases, endUs };
  // What is wrong with the phases or the cluster would be reported again at whatever names them.
  const sound = reader.problems.length === 0;
  const faultContext = { timeline, nodes: cluster.nodes, swarm };
  const faults = sound ? readFaults(reader, fields.get("faults"), faultContext) : [];
  const names: ThresholdContext = {
    phases: phases.map((phase) => phase.name),
    faults: faults.map((fault) => fault.name),
    nodes: cluster.nodes,
  };
  const bug = readBug(reader, fields, options);
  const named = reader.problems.length === 0;
  const capacity = named ? readCapacity(reader, fields, names) : undefined;
  const script = sound
    ? readScript(reader, fields.get("script"), timeline, population.users)
    : undefined;
  const choices = readChoices(reader, fields.get("choices"));
  return {
    name,
    title: reader.text(fields.get("title"), "title") ?? name,
    seed:
      reader.integer(fields.get("seed"), "seed", 0, Number.MAX_SAFE_INTEGER) ??
      options.defaults?.seed ??
      DEFAULT_SEED,
    profile: readProfile(reader, fields, options),
    ...(bug === undefined ? {} : { bug }),
    swarm,
    cluster,
    population,
    phases,
    behaviour,
    faults,
    thresholds: named ? readThresholds(reader, fields.get("thresholds"), names) : [],
    ...(capacity === undefined ? {} : { capacity }),
    ...(script === undefined ? {} : { script }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function checkSchemaName(reader: Reader, fields: Fields): void {
  const written = reader.text(fields.get("$schema"), "$schema");
  if (written !== undefined && written.split("/").at(-1) !== SCHEMA_FILE)
    reader.report(fields.get("$schema")!, `unknown schema "${written}"`, `./schema/${SCHEMA_FILE}`);
}

function readName(reader: Reader, fields: Fields, fromFile: string | undefined): string {
  if (!fields.has("name")) {
    reader.missing(fields, 'a scenario needs "name"', fromFile);
    return "";
  }
  const name = reader.text(fields.get("name"), "name") ?? "";
  if (name === "") return name;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    reader.report(fields.get("name")!, `name is letters, digits, ".", "-" and "_", not "${name}"`);
  else if (fromFile !== undefined && name !== fromFile)
    reader.report(fields.get("name")!, `name "${name}" is not the file's name`, fromFile);
  return name;
}

function readProfile(reader: Reader, fields: Fields, options: LoadOptions): string {
  const node = fields.get("profile");
  const profile = reader.text(node, "profile");
  if (node === undefined || profile === undefined)
    return options.defaults?.profile ?? DEFAULT_PROFILE;
  if (PROFILE_NAMES.includes(profile)) return profile;
  const isFile = /\.ya?ml$/.test(profile) || profile.includes("/");
  if (!isFile) reader.report(node, `unknown profile "${profile}"`, nearest(profile, PROFILE_NAMES));
  else if (options.profileExists?.(profile) === false)
    reader.report(
      node,
      `there is no profile file "${profile}"`,
      nearest(
        profile
          .split("/")
          .at(-1)!
          .replace(/\.ya?ml$/, ""),
        PROFILE_NAMES,
      ),
    );
  return profile;
}

function readBug(reader: Reader, fields: Fields, options: LoadOptions): string | undefined {
  const bug = reader.text(fields.get("bug"), "bug");
  if (bug !== undefined && options.bugs !== undefined && !options.bugs.includes(bug))
    reader.report(fields.get("bug")!, `unknown bug "${bug}"`, nearest(bug, options.bugs));
  return bug;
}

function readCluster(reader: Reader, fields: Fields): ResolvedScenario["cluster"] {
  const cluster = reader.fields(fields.get("cluster"), "cluster", KEYS.cluster);
  const cassandra = reader.integer(cluster?.get("cassandra"), "cassandra", 1, REPLICAS_MAX);
  if (cassandra === 2)
    reader.report(cluster!.get("cassandra")!, "Cassandra is one node or three replicas, not 2");
  return {
    nodes: reader.integer(cluster?.get("nodes"), "nodes", 1, NODES_MAX) ?? 3,
    balancer:
      reader.choice(cluster?.get("balancer"), "balancer", [
        "least-connections",
        "round-robin",
        "random",
      ]) ?? "least-connections",
    encodeFrames: reader.boolean(cluster?.get("encode_frames"), "encode_frames") ?? false,
    ...(cassandra === REPLICAS_MAX ? { cassandra } : {}),
    ...(reader.boolean(cluster?.get("quirks"), "quirks") === true ? { quirks: true } : {}),
  };
}

function readPopulation(reader: Reader, fields: Fields): ResolvedScenario["population"] {
  if (!fields.has("population")) reader.missing(fields, 'a scenario needs "population"');
  const population = reader.fields(fields.get("population"), "population", KEYS.population);
  if (population?.has("users") === false) reader.missing(population, 'population needs "users"');
  const friends = reader.fields(population?.get("friends"), "friends", KEYS.friends);
  // Where the number is missing or wrong, nothing else is compared with it.
  const users = reader.integer(population?.get("users"), "users", 2, USERS_MAX) ?? USERS_MAX;
  const friendPairs = readFriendPairs(reader, friends, users);
  return {
    users,
    ...(friendPairs === undefined ? {} : { friendPairs }),
    friendsPerUser: readDistribution(reader, friends?.get("per_user"), "per_user", "count") ?? {
      dist: "lognormal",
      median: 8,
      p99: 60,
    },
  };
}

function readFriendPairs(
  reader: Reader,
  friends: Fields | undefined,
  users: number,
): ResolvedScenario["population"]["friendPairs"] {
  const items = reader.items(friends?.get("pairs"), "pairs");
  if (items === undefined) return undefined;
  if (friends!.has("per_user"))
    return reader.report(friends!.key("pairs"), 'friends has "per_user" or "pairs", not both');
  const pairs: (readonly [number, number])[] = [];
  for (const item of items) {
    const ends = reader.items(item, "a member of pairs") ?? [];
    if (ends.length !== 2) return reader.report(item, "a member of pairs is [user, friend]");
    const user = reader.integer(ends[0], "user", 1, users);
    const friend = reader.integer(ends[1], "friend", 1, users);
    if (user === undefined || friend === undefined) continue;
    if (user === friend) return reader.report(item, `user ${user} is no friend of its own`);
    const known = pairs.some(
      ([a, b]) => (a === user && b === friend) || (a === friend && b === user),
    );
    if (known) return reader.report(item, `${user} and ${friend} stand in pairs twice`);
    pairs.push([user, friend]);
  }
  return pairs;
}

function readCapacity(
  reader: Reader,
  fields: Fields,
  names: ThresholdContext,
): ResolvedScenario["capacity"] {
  const capacity = reader.fields(fields.get("capacity"), "capacity", KEYS.capacity);
  if (capacity === undefined) return undefined;
  for (const key of ["of", "within"])
    if (!capacity.has(key)) reader.missing(capacity, `capacity needs "${key}"`);
  const of = reader.choice(capacity.get("of"), "of", ["users", "rate", "nodes"]);
  const within = reader.text(capacity.get("within"), "within");
  const node = capacity.get("within");
  if (within !== undefined && node !== undefined) {
    const [metric = "", ...condition] = within.trim().split(/\s+(?=[a-z]+[(<>=!\s])/);
    if (condition.length === 0) reader.report(node, 'within is "metric agg op number"');
    else readMetricKey(reader, node, metric, names);
  }
  const tolerance = reader.quantity(capacity.get("tolerance"), "tolerance", "percent") ?? 0.05;
  return of === undefined || within === undefined ? undefined : { of, within, tolerance };
}

/** Drawn by what each draw is for, in no order that an ordinal could count. */
const WITHOUT_ORDINALS = ["network", "stores", "world", "people"];

function readChoices(reader: Reader, node: Node | undefined): Choices | undefined {
  const streams = reader.anyFields(node, "choices");
  if (streams === undefined) return undefined;
  const choices: Record<string, Record<string, number>> = {};
  for (const stream of streams.names()) {
    const ordinals = reader.anyFields(streams.get(stream), `choices.${stream}`);
    const values: Record<string, number> = {};
    for (const ordinal of ordinals?.names() ?? []) {
      if (ordinal !== ALL_DRAWS && !/^\d+$/.test(ordinal))
        reader.report(
          ordinals!.key(ordinal),
          `"${ordinal}" is no ordinal: a whole number from 0, or "${ALL_DRAWS}"`,
        );
      else if (ordinal !== ALL_DRAWS && WITHOUT_ORDINALS.includes(stream))
        reader.report(ordinals!.key(ordinal), `draws of ${stream} are chosen by "${ALL_DRAWS}"`);
      const value = reader.number(ordinals!.get(ordinal), "a choice", 0, 1);
      if (value === 1) reader.report(ordinals!.get(ordinal)!, "a choice must be below 1");
      if (value !== undefined) values[ordinal] = value;
    }
    choices[stream] = values;
  }
  return choices;
}
