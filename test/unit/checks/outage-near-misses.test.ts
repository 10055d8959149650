// LIV4 at its edges: which outage leaves text alone, since when, and who can blame the store.
import { describe } from "vitest";
import { R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const IMAGE = 1;
const REFUSED = 1;
const UNKNOWN = 2;
const FENCED = 4503;

describe("LIV4 degraded, nearly", () => {
  const { valid, invalid } = rowsOf("LIV4");
  const faults = (...each: { kind: string; sites: string[] }[]) => ({ setting: { faults: each } });
  const REDIS = { kind: "kill", sites: ["redis"] };
  const S3 = { kind: "kill", sites: ["s3"] };
  const CUT = { kind: "cut", sites: ["node-1", "node-2"] };
  /** The first fault begins at 10 s; a node fences itself at t. */
  const fencedAt =
    (t: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      begin(story);
      story.history.faultBegan(10 * S, 0);
      before(story);
      story.history.closed(t, READER, R, 2, FENCED);
      story.over();
    };
  const one = { counted: 1 };
  const none = { counted: 0 };
  table([
    invalid(
      "a node fences itself 9 s into it",
      "session 2 of user 2 was closed 4503 while only Redis was away",
      fencedAt(19 * S),
      faults(REDIS),
    ),
    valid("a microsecond earlier", fencedAt(19 * S - 1), { ...faults(REDIS), ...none }),
    valid(
      "another code",
      (story) => {
        begin(story);
        story.history.faultBegan(10 * S, 0);
        story.history.closed(30 * S, READER, R, 2, 4408);
        story.over();
      },
      { ...faults(REDIS), ...one },
    ),
    ...["kill", "pause", "isolate"].map((kind) =>
      invalid(
        `S3 suffers ${kind}`,
        "while only S3",
        fencedAt(30 * S),
        faults({ kind, sites: ["s3"] }),
      ),
    ),
    ...["cut", "stall"].flatMap((kind) => [
      invalid(
        `${kind} between Redis and all nodes`,
        "while only Redis",
        fencedAt(30 * S),
        faults({ kind, sites: ["nodes", "redis"] }),
      ),
      invalid(
        `${kind} between Redis and each of the three`,
        "while only Redis",
        fencedAt(30 * S),
        faults({ kind, sites: ["node-1", "node-2", "node-3", "redis"] }),
      ),
      valid(`${kind} between Redis and two of three`, fencedAt(30 * S), {
        ...faults({ kind, sites: ["node-1", "node-2", "redis"] }),
        ...none,
      }),
      valid(`${kind} between all nodes and Cassandra`, fencedAt(30 * S), {
        ...faults({ kind, sites: ["nodes", "cassandra"] }),
        ...none,
      }),
    ]),
    valid("Redis is slow, not away", fencedAt(30 * S), {
      ...faults({ kind: "slow", sites: ["redis", "nodes"] }),
      ...none,
    }),
    valid("Cassandra is away", fencedAt(30 * S), {
      ...faults({ kind: "kill", sites: ["cassandra"] }),
      ...none,
    }),
    valid("Redis and S3 are killed at once", fencedAt(30 * S), {
      ...faults({ kind: "kill", sites: ["redis", "s3"] }),
      ...none,
    }),
    valid(
      "another fault is active beside it",
      fencedAt(30 * S, (story) => story.history.faultBegan(11 * S, 1)),
      { ...faults(S3, CUT), ...none },
    ),
    ...[5 * S, 5 * S + 1].map((endedT) => {
      const apart = (story: Story): void => {
        begin(story);
        story.history.faultBegan(2 * S, 1);
        story.history.faultEnded(endedT, 1);
        story.history.faultBegan(20 * S, 0);
        story.history.closed(40 * S, READER, R, 2, FENCED);
        story.over();
      };
      return endedT === 5 * S
        ? invalid("another fault was over for 15 s as it began", "4503", apart, faults(REDIS, CUT))
        : valid("another fault was over for a microsecond less", apart, {
            ...faults(REDIS, CUT),
            ...none,
          });
    }),
    valid(
      "a fault during it may have left a node without a lease, which waits for Redis",
      fencedAt(100 * S, (story) => {
        story.history.faultBegan(11 * S, 1);
        story.history.faultEnded(25 * S, 1);
      }),
      { ...faults(REDIS, CUT), ...none },
    ),
    invalid(
      "S3 is away, and the other fault over for 15 s: a lease was to be had",
      "4503",
      fencedAt(40 * S, (story) => {
        story.history.faultBegan(11 * S, 1);
        story.history.faultEnded(25 * S, 1);
      }),
      faults(S3, CUT),
    ),
    valid(
      "a microsecond less",
      fencedAt(40 * S - 1, (story) => {
        story.history.faultBegan(11 * S, 1);
        story.history.faultEnded(25 * S, 1);
      }),
      { ...faults(S3, CUT), ...none },
    ),
    ...[40 * S - 1, 40 * S].map((t) => {
      const when = `a node began to drain ${t === 40 * S ? "15 s" : "a microsecond less than 15 s"} ago`;
      const drained = fencedAt(t, (story) => story.history.faultBegan(25 * S, 1));
      const more = faults(S3, { kind: "drain", sites: ["node-1"] });
      return t === 40 * S
        ? invalid(when, "4503", drained, more)
        : valid(when, drained, { ...more, ...none });
    }),
    invalid(
      "Redis was away from the start, 9 s ago, as the nodes came up",
      "while only Redis was away",
      (story) => {
        begin(story);
        story.history.faultBegan(0, 0);
        story.history.nodeUp(0, 0, 9);
        story.history.closed(9 * S, READER, R, 2, FENCED);
      },
      faults(REDIS),
    ),
    invalid(
      "a node came up 15 s ago",
      "4503",
      fencedAt(40 * S, (story) => story.history.nodeUp(25 * S, 1, 9)),
      faults(S3),
    ),
    valid(
      "a node came up a microsecond later",
      fencedAt(40 * S, (story) => story.history.nodeUp(25 * S + 1, 1, 9)),
      { ...faults(S3), ...none },
    ),
    valid(
      "a node went down a microsecond later",
      fencedAt(40 * S, (story) => story.history.nodeDown(25 * S + 1, 2, 0)),
      { ...faults(S3), ...none },
    ),
    valid(
      "a node came up while Redis was away, and waits for its lease",
      fencedAt(90 * S, (story) => story.history.nodeUp(25 * S, 1, 9)),
      { ...faults(REDIS), ...none },
    ),
    valid(
      "the quiet phase began",
      fencedAt(40 * S, (story) => story.history.quietBegan(30 * S, 1)),
      { ...faults(REDIS), ...none },
    ),
    valid(
      "Redis is back",
      fencedAt(40 * S, (story) => story.history.faultEnded(30 * S, 0)),
      { ...faults(REDIS), ...none },
    ),
  ]);

  /** A text taken at 20 s, that ends so at 50 s. */
  const text =
    (
      outcome: number,
      before: (story: Story) => void = () => undefined,
      kind = TEXT,
      takenT = 20 * S,
    ) =>
    (story: Story) => {
      begin(story);
      story.history.faultBegan(10 * S, 0);
      story.invoke(takenT, 1, 1, kind);
      before(story);
      story.end(takenT + 30 * S, 1, outcome);
      story.over();
    };
  table([
    invalid(
      "a text ends unknown",
      "taken 30.000 s ago, was not confirmed while only Redis was away",
      text(UNKNOWN),
      faults(REDIS),
    ),
    valid("a text is refused", text(REFUSED), { ...faults(REDIS), ...one }),
    valid("a picture ends unknown", text(UNKNOWN, undefined, IMAGE), { ...faults(REDIS), ...none }),
    valid("a text taken within 9 s ends unknown", text(UNKNOWN, undefined, TEXT, 19 * S - 1), {
      ...faults(REDIS),
      ...none,
    }),
    invalid(
      "a text taken at 9 s ends unknown",
      "was not confirmed",
      text(UNKNOWN, undefined, TEXT, 19 * S),
      faults(REDIS),
    ),
    invalid(
      "a text taken at 9 s ends unknown in that instant",
      "taken 0.000 s ago, was not confirmed",
      (story) => {
        begin(story);
        story.history.faultBegan(10 * S, 0);
        story.invoke(19 * S, 1);
        story.end(19 * S, 1, UNKNOWN);
      },
      faults(REDIS),
    ),
    invalid(
      "its device had connected in the instant it was taken",
      "was not confirmed",
      text(UNKNOWN, (story) => story.history.connected(20 * S, WRITER, W, 1, 0)),
      faults(REDIS),
    ),
    invalid(
      "its person had read slowly until the instant it was taken",
      "was not confirmed",
      text(UNKNOWN, (story) => story.history.readerSlow(20 * S, WRITER, 0)),
      faults(REDIS),
    ),
    valid(
      "its device lost its connection",
      text(UNKNOWN, (story) => story.history.closed(25 * S, WRITER, W, 1, 0)),
      { ...faults(REDIS), counted: 2 },
    ),
    valid(
      "its device connected anew",
      text(UNKNOWN, (story) => {
        story.history.closed(25 * S, WRITER, W, 1, 0);
        story.reconnect(26 * S, WRITER, W, 3, 0);
      }),
      { ...faults(REDIS), counted: 2 },
    ),
    valid(
      "its person reads slowly",
      text(UNKNOWN, (story) => story.history.readerSlow(25 * S, WRITER, 1)),
      { ...faults(REDIS), ...one },
    ),
    valid(
      "its person read slowly until then",
      text(UNKNOWN, (story) => {
        story.history.readerSlow(25 * S, WRITER, 1);
        story.history.readerSlow(26 * S, WRITER, 0);
      }),
      { ...faults(REDIS), ...one },
    ),
    valid(
      "it ended before, and is repeated",
      text(UNKNOWN, (story) => story.end(15 * S, 1, UNKNOWN)),
      { ...faults(REDIS), ...none },
    ),
  ]);
});
