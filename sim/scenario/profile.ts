// Text of a profile (scenarios/profiles/*.yml) to times in microseconds and sizes in bytes. Like a scenario,
// a profile has no key that is ignored; unlike it, it has no defaults: every figure states its source.

import type { Node } from "yaml";
import type { Distribution } from "../kernel/distribution.ts";
import type { LinkProfile } from "../net/link.ts";
import type { StoreProfile, StoreServiceProfile } from "../stores/store-profile.ts";
import { readDistribution } from "./distributions.ts";
import { fill } from "./fill.ts";
import { parse } from "./load.ts";
import type { Problem } from "./problem.ts";
import type { CpuProfile, Profile } from "./profile-types.ts";
import { Reader, type Fields } from "./reader.ts";
import { parseSizeBytes } from "./units.ts";

export type LoadedProfile =
  { readonly profile: Profile } | { readonly problems: readonly Problem[] };

const KEYS = ["name", "node_start", "user_bandwidth", "socket_buffer", "links", "cpu", "stores"];
const LINK_KEYS = ["base", "jitter", "bandwidth"];
const STORE_KEYS = ["concurrency", "service", "operations", "item", "kib", "node_reply"];
const CPU_TIMES = ["frame", "ping", "store_reply", "timer", "link", "accept", "blob_per_mib"];
const NOTHING: Distribution = { dist: "constant", value: 0 };

export function loadProfile(text: string, file: string): LoadedProfile {
  const filled = fill(text, {});
  const parsed = parse(filled, text, file);
  if ("problems" in parsed) return parsed;
  const reader = new Reader(file, text, filled, parsed.document);
  const fields = reader.fields(parsed.document.contents as Node, "the profile", KEYS);
  if (fields === undefined) return { problems: reader.problems };
  const need = (key: string): Node | undefined => required(reader, fields, key);
  const profile: Profile = {
    name: reader.text(need("name"), "name") ?? "",
    links: readLinks(reader, need("links")),
    userBytesPerSecond: bandwidth(reader, need("user_bandwidth")),
    socketBufferBytes: reader.quantity(need("socket_buffer"), "socket_buffer", "size") ?? 0,
    cpu: readCpu(reader, need("cpu")),
    stores: readStores(reader, need("stores")),
    nodeStartUs: time(reader, need("node_start"), "node_start"),
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { profile };
}

function required(reader: Reader, fields: Fields, key: string): Node | undefined {
  return fields.get(key) ?? reader.missing(fields, `"${key}" is missing here`);
}

function time(reader: Reader, node: Node | undefined, what: string): number {
  return reader.quantity(node, what, "duration") ?? 0;
}

/** "2MiB/s". */
function bandwidth(reader: Reader, node: Node | undefined): number {
  if (node === undefined) return 1;
  const text = reader.scalar(node, "bandwidth");
  const match = typeof text === "string" ? /^(.+?)\s*\/\s*s$/.exec(text) : null;
  const bytes = match === null ? undefined : parseSizeBytes(match[1]!);
  if (bytes !== undefined && bytes > 0) return bytes;
  reader.report(node, `bandwidth needs bytes a second such as "2MiB/s", not "${String(text)}"`);
  return 1;
}

function readLinks(reader: Reader, node: Node | undefined): Profile["links"] {
  const keys = ["users_node", "node_node", "node_redis", "node_cassandra", "node_s3"];
  const fields = reader.fields(node, "links", keys);
  const link = (key: string): LinkProfile =>
    fields === undefined ? { baseUs: 0 } : readLink(reader, required(reader, fields, key), key);
  return {
    userNode: link("users_node"),
    nodeNode: link("node_node"),
    nodeRedis: link("node_redis"),
    nodeCassandra: link("node_cassandra"),
    nodeS3: link("node_s3"),
  };
}

function readLink(reader: Reader, node: Node | undefined, what: string): LinkProfile {
  const fields = reader.fields(node, what, LINK_KEYS);
  if (fields === undefined) return { baseUs: 0 };
  const jitter = readDistribution(reader, fields.get("jitter"), "jitter", "duration");
  return {
    baseUs: time(reader, required(reader, fields, "base"), "base"),
    ...(jitter === undefined ? {} : { jitter }),
    ...(fields.has("bandwidth")
      ? { bytesPerSecond: bandwidth(reader, fields.get("bandwidth")!) }
      : {}),
  };
}

function readCpu(reader: Reader, node: Node | undefined): CpuProfile {
  const fields = reader.fields(node, "cpu", ["cores", ...CPU_TIMES, "gc_work", "gc_pause"]);
  const us = (key: string): number =>
    fields === undefined ? 0 : time(reader, required(reader, fields, key), key);
  const spread = (key: string): Distribution =>
    (fields && readDistribution(reader, required(reader, fields, key), key, "duration")) ?? NOTHING;
  return {
    cores: reader.integer(fields && required(reader, fields, "cores"), "cores", 1, 1024) ?? 1,
    frameUs: us("frame"),
    pingUs: us("ping"),
    storeReplyUs: us("store_reply"),
    timerUs: us("timer"),
    linkUs: us("link"),
    acceptUs: us("accept"),
    blobUsPerMiB: us("blob_per_mib"),
    gcWorkUs: spread("gc_work"),
    gcPauseUs: spread("gc_pause"),
  };
}

function readStores(reader: Reader, node: Node | undefined): StoreProfile {
  const fields = reader.fields(node, "stores", ["redis", "cassandra", "s3", "vault"]);
  const store = (key: string): StoreServiceProfile =>
    readStore(reader, fields && required(reader, fields, key), key);
  return {
    redis: store("redis"),
    cassandra: store("cassandra"),
    s3: store("s3"),
    vault: store("vault"),
  };
}

function readStore(reader: Reader, node: Node | undefined, what: string): StoreServiceProfile {
  const fields = reader.fields(node, what, STORE_KEYS);
  const us = (key: string): number =>
    fields === undefined ? 0 : time(reader, required(reader, fields, key), key);
  const service = fields && required(reader, fields, "service");
  const concurrency = fields && required(reader, fields, "concurrency");
  const own = reader.anyFields(fields?.get("operations"), "operations");
  const operations: Record<string, Distribution> = {};
  for (const name of own?.names() ?? []) {
    const read = readDistribution(reader, own!.get(name), name, "duration");
    if (!/^[a-z]+\.[A-Za-z]+$/.test(name))
      reader.report(own!.key(name), `"${name}" is no port call: write port.verb`);
    if (read !== undefined) operations[name] = read;
  }
  return {
    concurrency: reader.integer(concurrency, "concurrency", 1, 100_000) ?? 1,
    serviceUs: readDistribution(reader, service, "service", "duration") ?? NOTHING,
    ...(own === undefined ? {} : { operations }),
    itemUs: us("item"),
    kibUs: us("kib"),
    nodeReplyUs: us("node_reply"),
  };
}
