// What each kind of fault hits and how hard: its own keys, without name and times.

import type { Node } from "yaml";
import type { FaultContext } from "./faults.ts";
import { CRASH_POINT_NAMES } from "./crash-points.ts";
import type { Fields, Reader } from "./reader.ts";
import { nearest } from "./suggest.ts";
import type { Fault, FaultKind, FaultTiming, Site, StoreName } from "./types.ts";
import { parseDurationUs, parseSizeBytes } from "./units.ts";

/** A fault without its timing, kind by kind. */
export type FaultFigures = Fault extends infer F
  ? F extends Fault
    ? Omit<F, keyof FaultTiming>
    : never
  : never;

const STORES: readonly StoreName[] = ["redis", "cassandra", "s3"];
const FAILING_STORES: readonly StoreName[] = [...STORES, "vault"];
const REPLICA = /^cassandra-[1-3]$/;
/** In a swarm: whatever the seed chooses. */
export const ANY = "any";
export const ANY_STORE = "any-store";

export function readFigures(
  reader: Reader,
  kind: FaultKind,
  fields: Fields,
  context: FaultContext,
): FaultFigures | undefined {
  const own = fields.get(kind)!;
  const node = (what: Node | undefined, others: readonly string[] = []): Site | undefined =>
    readSite(reader, what, kind, context, others);
  switch (kind) {
    case "kill":
    case "drain": {
      const target = node(own, kind === "kill" ? STORES : []);
      const restartAfterUs = restartOf(reader, fields);
      return target === undefined
        ? undefined
        : { kind, target, ...(restartAfterUs === undefined ? {} : { restartAfterUs }) };
    }
    case "pause": {
      const target = node(own, STORES);
      return target === undefined ? undefined : { kind, target };
    }
    case "isolate": {
      const target = node(own, [...STORES, "nodes"]);
      return target === undefined ? undefined : { kind, target };
    }
    case "bridge": {
      const target = node(own);
      return target === undefined ? undefined : { kind, target };
    }
    case "rolling": {
      const rolling = reader.fields(own, "rolling", ["every"]);
      const everyUs = required(reader, rolling, "every", (value) =>
        reader.quantity(value, "rolling.every", "duration", { min: 1 }),
      );
      return everyUs === undefined ? undefined : { kind, everyUs };
    }
    case "cut":
    case "one_way":
    case "stall":
    case "reset":
    case "swizzle": {
      const between = readPair(reader, own, kind, context);
      return between === undefined ? undefined : { kind, between };
    }
    case "delay":
      return readDelay(reader, fields, context);
    case "throttle":
      return readThrottle(reader, fields, context);
    case "slow":
      return readSlow(reader, own, context);
    case "half_open":
    case "slow_reader":
    case "vanish": {
      const users = reader.fields(own, kind, ["users"]);
      const share = required(reader, users, "users", (value) =>
        reader.quantity(value, `${kind}.users`, "percent"),
      );
      return share === undefined ? undefined : { kind, share };
    }
    case "skew":
      return readSkew(reader, own, context);
    case "crash":
      return readCrash(reader, fields, context);
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late": {
      const at = reader.fields(own, kind, ["store", "share"]);
      const names = context.swarm ? [...FAILING_STORES, ANY as StoreName] : FAILING_STORES;
      const store = required(reader, at, "store", (value) => reader.choice(value, "store", names));
      const share = required(reader, at, "share", (value) =>
        reader.quantity(value, `${kind}.share`, "percent"),
      );
      return store === undefined || share === undefined ? undefined : { kind, store, share };
    }
    case "key_away":
    case "rotate":
      return reader.choice(own, `target of ${kind}`, ["master-key"]) && { kind };
    case "wipe":
      return reader.choice(own, "target of wipe", ["redis"]) && { kind };
    case "lose_writes":
      return readLoseWrites(reader, own);
    case "corrupt": {
      const target = reader.choice(own, "target of corrupt", ["s3"]);
      const share = fields.has("share")
        ? reader.quantity(fields.get("share"), "share", "percent")
        : 1;
      return target === undefined || share === undefined ? undefined : { kind, share };
    }
    case "reconnect_all": {
      const wanted = reader.boolean(own, "reconnect_all");
      if (wanted === false) return reader.report(own, 'reconnect_all is "true", or left out');
      return wanted && { kind };
    }
  }
}

function required<T>(
  reader: Reader,
  fields: Fields | undefined,
  key: string,
  read: (value: Node) => T | undefined,
): T | undefined {
  if (fields === undefined) return undefined;
  if (fields.has(key)) return read(fields.get(key)!);
  return reader.missing(fields, `"${key}" is missing here`);
}

function restartOf(reader: Reader, fields: Fields): number | undefined {
  return reader.quantity(fields.get("restart_after"), "restart_after", "duration", { min: 1 });
}

function nodeNames(context: FaultContext): readonly string[] {
  return Array.from({ length: context.nodes }, (_, index) => `node-${index + 1}`);
}

/** A single site: a node, or one of `others`. */
function readSite(
  reader: Reader,
  value: Node | undefined,
  what: string,
  context: FaultContext,
  others: readonly string[],
): Site | undefined {
  if (value === undefined) return undefined;
  const text = reader.text(value, `target of ${what}`);
  if (text === undefined) return undefined;
  if (context.swarm && text === ANY) return text;
  const names = [...nodeNames(context), ...others];
  if (names.includes(text)) return text;
  // Whether there are replicas is for the world to say.
  if (others.includes("cassandra") && REPLICA.test(text)) return text;
  const known = /^node-\d+$/.test(text)
    ? `there is no "${text}": the cluster has ${context.nodes} nodes`
    : `${what} cannot hit "${text}"`;
  return reader.report(value, known, nearest(text, names));
}

function readPair(
  reader: Reader,
  value: Node,
  what: string,
  context: FaultContext,
): readonly [Site, Site] | undefined {
  const items = reader.items(value, what);
  if (items === undefined) return undefined;
  if (items.length !== 2) return reader.report(value, `${what} takes two sites: [A, B]`);
  const others = ["nodes", "users", ...STORES];
  const a = readSite(reader, items[0], what, context, others);
  const b = readSite(reader, items[1], what, context, others);
  if (a === undefined || b === undefined) return undefined;
  const aIsNode = a === ANY || a.startsWith("node");
  const bIsNode = b === ANY || b.startsWith("node");
  const amongReplicas = REPLICA.test(a) && REPLICA.test(b);
  if (!aIsNode && !bIsNode && !amongReplicas)
    return reader.report(value, `there is no link between ${a} and ${b}: one side must be a node`);
  if (a === b && a !== "nodes" && a !== ANY)
    return reader.report(value, `${what} needs two different sites, not ${a} twice`);
  return [a, b];
}

/** p99 is twice p50 unless given. */
function readDelay(
  reader: Reader,
  fields: Fields,
  context: FaultContext,
): FaultFigures | undefined {
  const between = readPair(reader, fields.get("delay")!, "delay", context);
  const median = required(reader, fields, "p50", (value) =>
    reader.quantity(value, "p50", "duration", { min: 1 }),
  );
  const p99 = fields.has("p99")
    ? reader.quantity(fields.get("p99"), "p99", "duration", { min: 1 })
    : median && median * 2;
  if (between === undefined || median === undefined || p99 === undefined) return undefined;
  if (p99 < median) return reader.report(fields.get("p99")!, "p99 is below p50");
  return { kind: "delay", between, latency: { dist: "lognormal", median, p99 } };
}

function readThrottle(
  reader: Reader,
  fields: Fields,
  context: FaultContext,
): FaultFigures | undefined {
  const between = readPair(reader, fields.get("throttle")!, "throttle", context);
  const bytesPerS = required(reader, fields, "rate", (value) => {
    const text = reader.scalar(value, "rate");
    const match = typeof text === "string" ? /^(.+?)\s*\/\s*s$/.exec(text) : null;
    const bytes = match === null ? undefined : parseSizeBytes(match[1]!);
    if (bytes !== undefined && bytes > 0) return bytes;
    return reader.report(value, `rate needs bytes a second such as "64KiB/s", not "${text}"`);
  });
  if (between === undefined || bytesPerS === undefined) return undefined;
  return { kind: "throttle", between, bytesPerS };
}

function readSlow(reader: Reader, own: Node, context: FaultContext): FaultFigures | undefined {
  const fields = reader.fields(own, "slow", ["node", "store", "factor"]);
  if (fields === undefined) return undefined;
  if (fields.has("node") === fields.has("store"))
    return reader.report(own, 'slow takes either "node" or "store"');
  const target = fields.has("node")
    ? readSite(reader, fields.get("node"), "slow", context, ["nodes"])
    : readSlowStore(reader, fields.get("store"), context);
  const factor = required(reader, fields, "factor", (value) =>
    reader.number(value, "slow.factor", 1, 1000),
  );
  return target === undefined || factor === undefined
    ? undefined
    : { kind: "slow", target, factor };
}

function readSlowStore(
  reader: Reader,
  value: Node | undefined,
  context: FaultContext,
): Site | undefined {
  if (value !== undefined && REPLICA.test(reader.text(value, "store") ?? ""))
    return reader.text(value, "store");
  const names: readonly string[] = context.swarm ? [...STORES, ANY] : STORES;
  const store = reader.choice(value, "store", names);
  return store === ANY ? ANY_STORE : store;
}

/** Of Cassandra one replica: the others have what it loses. */
function readLoseWrites(reader: Reader, own: Node): FaultFigures | undefined {
  const fields = reader.fields(own, "lose_writes", ["store", "last"]);
  const store = required(reader, fields, "store", (value) =>
    reader.choice(value, "store", ["redis", "cassandra-1", "cassandra-2", "cassandra-3"]),
  );
  const lastUs = required(reader, fields, "last", (value) =>
    reader.quantity(value, "lose_writes.last", "duration", { min: 1 }),
  );
  return store === undefined || lastUs === undefined
    ? undefined
    : { kind: "lose_writes", store, lastUs };
}

function readSkew(reader: Reader, own: Node, context: FaultContext): FaultFigures | undefined {
  const fields = reader.fields(own, "skew", ["of", "by", "drift"]);
  if (fields === undefined) return undefined;
  const of = required(reader, fields, "of", (value) =>
    readSite(reader, value, "skew", context, ["nodes", "users", "redis"]),
  );
  const by = fields.has("by") ? readSignedMs(reader, fields.get("by")!) : 0;
  const drift = fields.has("drift") ? readDrift(reader, fields.get("drift")!) : 0;
  if (!fields.has("by") && !fields.has("drift"))
    return reader.report(own, 'skew needs "by" or "drift"');
  if (of === undefined || by === undefined || drift === undefined) return undefined;
  return { kind: "skew", of, byMs: by, driftPpm: drift };
}

function readSignedMs(reader: Reader, value: Node): number | undefined {
  const text = reader.scalar(value, "skew.by");
  const match = typeof text === "string" ? /^([+-]?)(.+)$/.exec(text) : null;
  const us = match === null ? undefined : parseDurationUs(match[2]!);
  if (us === undefined)
    return reader.report(value, `skew.by needs a duration such as "-2s", not "${text}"`);
  if (us % 1000 !== 0) return reader.report(value, "skew.by must be whole milliseconds");
  if (us > 86_400_000_000) return reader.report(value, "skew.by must be at most 1d");
  return (match![1] === "-" ? -us : us) / 1000;
}

function readDrift(reader: Reader, value: Node): number | undefined {
  const text = reader.scalar(value, "skew.drift");
  const match = typeof text === "string" ? /^([+-]?\d+(?:\.\d+)?)ppm$/.exec(text) : null;
  if (match === null)
    return reader.report(value, `skew.drift needs parts a million such as "200ppm", not "${text}"`);
  const ppm = Number(match[1]);
  if (ppm < -100_000 || ppm > 100_000)
    return reader.report(value, "skew.drift must be from -100000ppm to 100000ppm");
  return ppm;
}

function readCrash(
  reader: Reader,
  fields: Fields,
  context: FaultContext,
): FaultFigures | undefined {
  const own = reader.fields(fields.get("crash"), "crash", ["node", "at"]);
  const target = required(reader, own, "node", (value) =>
    readSite(reader, value, "crash", context, []),
  );
  const names = context.swarm ? [...CRASH_POINT_NAMES, ANY] : CRASH_POINT_NAMES;
  const point = required(reader, own, "at", (value) => reader.choice(value, "crash point", names));
  const restartAfterUs = restartOf(reader, fields);
  if (target === undefined || point === undefined) return undefined;
  return {
    kind: "crash",
    target,
    point,
    ...(restartAfterUs === undefined ? {} : { restartAfterUs }),
  };
}
