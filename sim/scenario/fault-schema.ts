// The kinds of fault that a scenario can name, each with its keys. A fault is named by the key of its kind.

import { Type, type TObject, type TProperties } from "typebox";
import { DURATION, PERCENT, member, strict } from "./schema-parts.ts";
import type { FaultKind } from "./types.ts";

const site = Type.String({
  description: "node-N, nodes, redis, cassandra, cassandra-N, s3, users",
});
const pair = Type.Array(site, { minItems: 2, maxItems: 2 });
const storeShare = strict({
  store: member(
    ["redis", "cassandra", "s3", "vault", "any"],
    "any: in a swarm, what the seed chooses",
  ),
  share: PERCENT,
});
const usersShare = strict({ users: PERCENT });
const restart = { restart_after: Type.Optional(DURATION) };

const OWN: Readonly<Record<FaultKind, TProperties>> = {
  kill: { kill: site, ...restart },
  pause: { pause: site },
  drain: { drain: site, ...restart },
  rolling: { rolling: strict({ every: DURATION }) },
  cut: { cut: pair },
  one_way: { one_way: pair },
  stall: { stall: pair },
  reset: { reset: pair },
  swizzle: { swizzle: pair },
  delay: { delay: pair, p50: DURATION, p99: Type.Optional(DURATION) },
  throttle: { throttle: pair, rate: Type.String({ description: "bytes a second: 64KiB/s" }) },
  isolate: { isolate: site },
  bridge: { bridge: site },
  slow: {
    slow: strict({
      node: Type.Optional(site),
      store: Type.Optional(site),
      factor: Type.Number({ minimum: 1, maximum: 1000 }),
    }),
  },
  half_open: { half_open: usersShare },
  slow_reader: { slow_reader: usersShare },
  vanish: { vanish: usersShare },
  skew: {
    skew: strict({
      of: site,
      by: Type.Optional(Type.String({ description: "a duration, also negative: -2s" })),
      drift: Type.Optional(Type.String({ description: "parts a million: 200ppm" })),
    }),
  },
  crash: {
    crash: strict({ node: site, at: Type.String({ description: "see chatquake schema faults" }) }),
    ...restart,
  },
  refuse: { refuse: storeShare },
  timeout_before: { timeout_before: storeShare },
  lose_reply: { lose_reply: storeShare },
  apply_late: { apply_late: storeShare },
  key_away: { key_away: member(["master-key"]) },
  wipe: { wipe: member(["redis"]) },
  lose_writes: {
    lose_writes: strict({
      store: Type.String({ description: "redis, cassandra-N" }),
      last: DURATION,
    }),
  },
  corrupt: { corrupt: member(["s3"]), share: Type.Optional(PERCENT) },
  reconnect_all: { reconnect_all: Type.Literal(true) },
  rotate: { rotate: member(["master-key"]) },
};

const TIMING = {
  name: Type.Optional(Type.String({ pattern: "^[A-Za-z][A-Za-z0-9_-]*$" })),
  at: Type.String({ description: 'a duration from the start, or "phase+duration"' }),
  for: Type.Optional(DURATION),
};

export const FAULT_SCHEMAS: ReadonlyMap<FaultKind, TObject> = new Map(
  (Object.keys(OWN) as FaultKind[]).map((kind) => [kind, strict({ ...OWN[kind], ...TIMING })]),
);

export const FAULT_KINDS: readonly FaultKind[] = [...FAULT_SCHEMAS.keys()];

export function faultKeys(kind: FaultKind): readonly string[] {
  return Object.keys(FAULT_SCHEMAS.get(kind)!.properties);
}

/** Kinds that are known and not there, each with the reason. */
export const ABSENT_KINDS: ReadonlyMap<string, string> = new Map([
  ["swap", "every hundredth message is opened under a wrong context in any scenario"],
]);
