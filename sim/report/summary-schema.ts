// The published JSON schema (draft-07) of summary.json. A summary that breaks it is a defect.
import { Type } from "typebox";

const count = Type.Number({ minimum: 0 });
const numbers = Type.Record(Type.String(), Type.Number());
const nullableNumber = Type.Union([Type.Number(), Type.Null()]);

const metric = Type.Union([
  Type.Object({
    type: Type.Literal("trend"),
    unit: Type.String(),
    values: numbers,
  }),
  Type.Object({
    type: Type.Literal("counter"),
    unit: Type.String(),
    values: Type.Object({ count: Type.Number(), rate: Type.Number() }),
  }),
  Type.Object({
    type: Type.Literal("gauge"),
    unit: Type.String(),
    values: Type.Object({ value: Type.Number(), min: Type.Number(), max: Type.Number() }),
  }),
  Type.Object({
    type: Type.Literal("rate"),
    unit: Type.Literal("share"),
    values: Type.Object({ rate: Type.Number() }),
  }),
]);

const threshold = Type.Object({
  metric: Type.String({ description: "the key as written: a metric with an optional {tag:value}" }),
  threshold: Type.String(),
  value: Type.Union([Type.Number(), Type.Null()], { description: "null: not measured" }),
  ok: Type.Union([Type.Boolean(), Type.Null()], { description: "null: could not be judged" }),
  why: Type.Optional(Type.String()),
  place: Type.Optional(Type.String({ description: "line and column in the scenario file" })),
});

const violation = Type.Object({
  rule: Type.String(),
  t: Type.Number({ description: "microseconds since the start of the run" }),
  text: Type.String(),
  user: count,
  chat: count,
  device: count,
  n: count,
});

const rule = Type.Object({
  id: Type.String(),
  verdict: Type.Union([Type.Literal("valid"), Type.Literal("invalid"), Type.Literal("unknown")]),
  counted: count,
  violations: Type.Array(violation),
  violationCount: count,
  why: Type.Optional(Type.String()),
});

const fault = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  text: Type.String(),
  beganUs: count,
  endedUs: nullableNumber,
});

const life = Type.Object(
  {
    rule: Type.String(),
    subject: Type.String(),
    text: Type.String(),
    brokenUs: Type.Optional(count),
    events: Type.Array(
      Type.Object({
        t: count,
        lane: Type.String(),
        to: Type.Optional(Type.String()),
        text: Type.String(),
        from: Type.Optional(Type.Integer({ description: "the event whose arrow ends here" })),
        weight: Type.Optional(Type.Union([Type.Literal("around"), Type.Literal("other")])),
        tone: Type.Optional(Type.Union([Type.Literal("bad"), Type.Literal("unsure")])),
      }),
    ),
    bars: Type.Optional(
      Type.Array(
        Type.Object({
          lane: Type.String(),
          fromUs: count,
          toUs: nullableNumber,
          kind: Type.Union(["session", "down", "fault", "cut"].map((kind) => Type.Literal(kind))),
          text: Type.String(),
        }),
      ),
    ),
    beliefs: Type.Optional(
      Type.Array(
        Type.Object({
          t: count,
          lane: Type.String(),
          about: Type.String(),
          value: Type.String(),
        }),
      ),
    ),
    departures: Type.Optional(
      Type.Array(
        Type.Object({
          t: count,
          lane: Type.String(),
          expected: Type.String(),
          happened: Type.String(),
        }),
        { description: "where what was done leaves the order that is demanded" },
      ),
    ),
    steps: Type.Optional(
      Type.Array(
        Type.Object({
          name: Type.String(),
          t: nullableNumber,
          lane: Type.Optional(Type.String()),
          text: Type.Optional(Type.String()),
        }),
      ),
    ),
    unseen: Type.Optional(
      Type.String({ description: "what nobody could see of it, as in a live run" }),
    ),
  },
  { description: "what happened to the message or the person behind a broken rule" },
);

const processUse = Type.Object({
  name: Type.String(),
  kind: Type.Union(["node", "store", "generator", "proxies"].map((kind) => Type.Literal(kind))),
  cpuSeconds: count,
  cpuShareMax: Type.Number({ minimum: 0, description: "of one core, in its busiest second" }),
  rssBytesMax: count,
  loopDelayMsMax: Type.Optional(count),
  gcSeconds: Type.Optional(count),
});

const resources = Type.Object(
  {
    processes: Type.Array(processUse),
    perMessage: Type.Object({
      messages: count,
      nodeCpuUs: nullableNumber,
      redisCalls: nullableNumber,
      cassandraCalls: nullableNumber,
      s3Calls: nullableNumber,
      frames: nullableNumber,
      frameBytes: nullableNumber,
      storeBytes: nullableNumber,
    }),
  },
  { description: "live runs: what each process used, and what a confirmed message cost" },
);

export const SUMMARY_SCHEMA = Type.Object(
  {
    version: Type.String(),
    scenario: Type.String(),
    title: Type.String(),
    seed: Type.Integer(),
    mode: Type.Union([Type.Literal("simulated"), Type.Literal("live")]),
    bug: Type.Optional(Type.String({ description: "a planted bug of the zoo" })),
    traceHash: Type.Optional(Type.String()),
    virtualMs: count,
    wallMs: Type.Number({ minimum: 0, description: "may differ between equal simulated runs" }),
    events: count,
    metrics: Type.Record(Type.String(), metric),
    thresholds: Type.Array(threshold),
    rules: Type.Array(rule),
    generator: Type.Object({
      verdict: Type.Union([
        Type.Literal("valid"),
        Type.Literal("degraded"),
        Type.Literal("invalid"),
      ]),
      why: Type.String(),
    }),
    resources: Type.Optional(resources),
    faults: Type.Array(fault),
    interrupted: Type.Boolean(),
    exitCode: Type.Integer({ minimum: 0 }),
    causes: Type.Array(Type.String()),
    coverage: Type.Array(Type.Object({ what: Type.String(), counts: numbers })),
    lives: Type.Array(life),
  },
  { title: "chatquake run summary" },
);

/** As `chatquake schema summary` prints it. */
export function summarySchemaJson(): string {
  const schema = { $schema: "http://json-schema.org/draft-07/schema#", ...SUMMARY_SCHEMA };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
