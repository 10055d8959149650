// What a scenario file may hold, as one JSON schema (draft-07): editors check against the published file, and
// the loader takes the names of all keys from here. What values mean together is decided by the loader.

import { Type, type TObject, type TSchema } from "typebox";
import { FAULT_SCHEMAS } from "./fault-schema.ts";
import { ATTACHMENT_KINDS, SCRIPT_ACTIONS } from "./script-actions.ts";
import { DURATION, PERCENT, RATE, SIZE, distribution, member, strict } from "./schema-parts.ts";

const optional = Type.Optional;

const online = Type.Union([
  Type.Integer({ minimum: 0 }),
  strict({ ramp: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 2, maxItems: 2 }) }),
  strict({ step: Type.Integer({ minimum: 0 }) }),
  strict({
    curve: Type.Array(
      Type.Unsafe<[string, number]>({
        type: "array",
        items: [DURATION, { type: "integer", minimum: 0 }],
        minItems: 2,
        maxItems: 2,
      }),
      { minItems: 1 },
    ),
  }),
]);

const messages = strict({
  rate: RATE,
  process: optional(member(["poisson", "constant"], "default poisson")),
});

const phase = strict({
  name: Type.String({ pattern: "^[A-Za-z][A-Za-z0-9_-]*$" }),
  duration: DURATION,
  online: optional(online),
  messages: optional(messages),
  warmup: optional(Type.Boolean({ description: "left out of thresholds; default false" })),
});

const attachment = strict({
  kind: member(["image", "voice", "file"]),
  share: PERCENT,
  bytes: distribution(SIZE),
  opened: optional(PERCENT),
});

const behaviour = strict({
  body_bytes: optional(distribution(Type.Union([SIZE, Type.Number({ minimum: 0 })]))),
  read_after: optional(distribution(DURATION)),
  stay_online: optional(distribution(DURATION)),
  stay_offline: optional(distribution(DURATION)),
  attachments: optional(Type.Array(attachment)),
  hot_chats: optional(
    strict(
      { chats: Type.Integer({ minimum: 1, maximum: 1000 }), share: PERCENT },
      { description: "so many chats get that share of all messages" },
    ),
  ),
  fresh_device: optional(PERCENT),
  befriend: optional(RATE),
  history: optional(RATE),
  search: optional(RATE),
});

const threshold = Type.Union([
  Type.String(),
  strict({
    threshold: Type.String(),
    abortOnFail: optional(Type.Boolean()),
    delayAbortEval: optional(DURATION),
  }),
]);

const script = strict({
  at: Type.String({ description: 'a duration from the start, or "phase+duration"' }),
  user: Type.Integer({ minimum: 1 }),
  do: member(SCRIPT_ACTIONS),
  to: optional(Type.Integer({ minimum: 1, description: "the friend it is about" })),
  fresh: optional(Type.Boolean({ description: "sign_in on a device that is new" })),
  attach: optional(member(ATTACHMENT_KINDS, "send: what goes with it")),
  bytes: optional(SIZE),
  log: optional(
    Type.Integer({ minimum: 1, description: "read: one of the friend's devices; default all" }),
  ),
  back: optional(
    Type.Integer({ minimum: 1, description: "open: so many attachments before the last" }),
  ),
});

const cluster = strict({
  nodes: optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cassandra: optional(
    Type.Integer({
      minimum: 1,
      maximum: 3,
      description: "1, or 3 replicas; in a swarm: what some seeds have; default 1",
    }),
  ),
  quirks: optional(
    Type.Boolean({
      description:
        "rare lawful behaviour of stores, timers and links in a simulation; in a swarm: of half the seeds",
    }),
  ),
  balancer: optional(member(["least-connections", "round-robin", "random"])),
  encode_frames: optional(Type.Boolean({ description: "run the codec in a simulation too" })),
});

const pair = Type.Array(Type.Integer({ minimum: 1 }), { minItems: 2, maxItems: 2 });

const population = strict({
  users: Type.Integer({ minimum: 2, maximum: 2_000_000 }),
  friends: optional(
    strict({
      per_user: optional(distribution(Type.Number({ minimum: 0 }))),
      pairs: optional(
        Type.Array(pair, { description: "in place of drawn ones: [[1, 2], [1, 3]]" }),
      ),
    }),
  ),
});

const capacity = strict({
  of: member(["users", "rate", "nodes"]),
  within: Type.String(),
  tolerance: optional(PERCENT),
});

export const SCENARIO_SCHEMA = strict(
  {
    $schema: optional(Type.String()),
    name: Type.String({ description: "equal to the file's name without .yaml" }),
    title: optional(Type.String()),
    seed: optional(Type.Integer({ minimum: 0, maximum: 9007199254740991 })),
    profile: optional(Type.String({ description: "lan, laptop, regions, or a file" })),
    bug: optional(Type.String({ description: "a planted bug, see chatquake bugs" })),
    swarm: optional(
      Type.Boolean({ description: "a random subset of faults, features and rates per seed" }),
    ),
    cluster: optional(cluster),
    population,
    phases: Type.Array(phase, { minItems: 1 }),
    behaviour: optional(behaviour),
    faults: optional(Type.Array(Type.Union([...FAULT_SCHEMAS.values()]))),
    thresholds: optional(Type.Record(Type.String(), Type.Array(threshold, { minItems: 1 }))),
    capacity: optional(capacity),
    script: optional(Type.Array(script)),
    choices: optional(
      Type.Record(
        Type.String(),
        Type.Record(Type.String(), Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
      ),
    ),
  },
  { title: "chatquake scenario" },
);

export const KEYS = {
  scenario: keysOf(SCENARIO_SCHEMA),
  cluster: keysOf(cluster),
  population: keysOf(population),
  friends: ["per_user", "pairs"],
  phase: keysOf(phase),
  online: ["ramp", "step", "curve"],
  messages: keysOf(messages),
  behaviour: keysOf(behaviour),
  attachment: keysOf(attachment),
  hotChats: ["chats", "share"],
  threshold: ["threshold", "abortOnFail", "delayAbortEval"],
  capacity: keysOf(capacity),
  script: keysOf(script),
} as const;

/** As published in scenarios/schema/scenario-1.json. */
export function scenarioJsonSchema(): string {
  const head = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://chatquake.dev/schema/scenario-1.json",
  };
  return `${JSON.stringify({ ...head, ...(SCENARIO_SCHEMA as TSchema) }, null, 2)}\n`;
}

function keysOf(schema: TObject): readonly string[] {
  return Object.keys(schema.properties);
}
