// PRE2 at its edges: who heartbeats and is not shown, since when, and what a roster may claim without Redis.
import { describe } from "vitest";
import { heard, OFFLINE, ONLINE, watched } from "./friends.ts";
import { R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const UNKNOWN = 2;

describe("PRE2 no false offline, nearly", () => {
  const { valid, invalid } = rowsOf("PRE2");
  /** Both synced at 2 ms; the writer is shown the reader offline at 1 s and online `afterUs` later. */
  const shown =
    (afterUs: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      watched(story);
      story.presence(10 * S, OFFLINE);
      before(story);
      story.history.heartbeat(10 * S + afterUs, READER, 2);
      story.presence(10 * S + afterUs, ONLINE);
      story.over(10 * S + afterUs);
    };
  table([
    valid("shown online again in time", shown(37 * S)),
    invalid(
      "a microsecond late",
      "user 2 is connected and heartbeats, but user 1 was not shown it online for 37.000 s",
      shown(37 * S + 1),
    ),
    valid("unknown, then offline, then online: the wait goes on", (story) => {
      watched(story);
      story.presence(10 * S, UNKNOWN);
      story.presence(30 * S, OFFLINE);
      story.history.heartbeat(47 * S, READER, 2);
      story.presence(47 * S, ONLINE);
      story.over(47 * S);
    }),
    invalid("the same, a microsecond late", "not shown it online for 37.000 s", (story) => {
      watched(story);
      story.presence(10 * S, UNKNOWN);
      story.presence(30 * S, OFFLINE);
      story.history.heartbeat(48 * S, READER, 2);
      story.presence(47 * S + 1, ONLINE);
      story.over(48 * S);
    }),
    valid(
      "the writer reads slowly",
      shown(60 * S, (story) => {
        story.history.readerSlow(11 * S, WRITER, 1);
      }),
      { counted: 2 },
    ),
    valid(
      "the writer read slowly until 37 s ago",
      shown(60 * S, (story) => {
        story.history.readerSlow(11 * S, WRITER, 1);
        story.history.readerSlow(33 * S, WRITER, 0);
      }),
    ),
    valid(
      "Redis was cut meanwhile",
      shown(80 * S, (story) => {
        story.history.faultBegan(12 * S, 0);
        story.history.faultEnded(45 * S, 0);
      }),
      { setting: { faults: [{ kind: "cut", sites: ["nodes", "redis"] }] } },
    ),
    invalid(
      "Redis was cut meanwhile, and it came a microsecond late",
      "was not shown it online for 80.000 s",
      shown(80 * S + 1, (story) => {
        story.history.faultBegan(12 * S, 0);
        story.history.faultEnded(45 * S, 0);
      }),
      { setting: { faults: [{ kind: "cut", sites: ["nodes", "redis"] }] } },
    ),
    invalid(
      "the reader leaves, and was never shown online",
      "was not shown it online for 49",
      (story) => {
        story.online(0);
        story.history.presenceShown(S, READER, WRITER, ONLINE, 0, 1, R);
        story.history.heartbeat(50 * S, READER, 2);
        heard(story, 60 * S);
        story.history.closed(70 * S, READER, R, 2, 4408);
      },
    ),
    invalid(
      "the writer leaves, and was never shown it online",
      "was not shown it online for 49",
      (story) => {
        story.online(0);
        story.history.presenceShown(S, READER, WRITER, ONLINE, 0, 1, R);
        story.history.heartbeat(60 * S, READER, 2);
        heard(story, 50 * S);
        story.history.closed(70 * S, WRITER, W, 1, 4408);
      },
    ),
    valid("the reader is not known to have been there", (story) => {
      story.online(0);
      story.history.presenceShown(S, READER, WRITER, ONLINE, 0, 1, R);
      story.history.heartbeat(30 * S, READER, 2);
      heard(story, 60 * S);
      story.history.closed(70 * S, READER, R, 2, 0);
      story.over();
    }),
    valid(
      "the reader is connected, not synced",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.history.signedIn(0, READER, R, 0);
        story.history.connecting(0, READER, R, 2);
        story.history.connected(0, READER, R, 2, 1);
        story.history.heartbeat(90 * S, READER, 2);
        heard(story, 90 * S);
        story.over(90 * S);
      },
      { counted: 0 },
    ),
  ]);

  const AWAY = { setting: { faults: [{ kind: "kill", sites: ["redis"] }] } };
  /** Redis dies at 10 s; the writer's roster says this at `atT`, of a reader heard at `heardT`. */
  const roster =
    (atT: number, heardT = 20 * S, epochMs = 0, connectT = 0) =>
    (story: Story) => {
      story.connect(connectT, READER, R, 2, 1);
      story.history.faultBegan(10 * S, 0);
      if (heardT >= 0) story.history.heartbeat(heardT, READER, 2);
      story.history.signedIn(atT, WRITER, W, 0);
      story.history.connecting(atT, WRITER, W, 1);
      story.history.connected(atT, WRITER, W, 1, 0);
      story.presence(atT, OFFLINE, 0, epochMs);
      story.over(60 * S);
    };
  table([
    invalid(
      "a roster guesses 15 s into the outage",
      "user 1 is told that user 2, who is connected, is offline, 15.000 s after Redis went away",
      roster(25 * S),
      AWAY,
    ),
    valid("a roster guesses a microsecond earlier", roster(25 * S - 1), { ...AWAY, counted: 0 }),
    valid("a notice says so, with an epoch", roster(25 * S, 20 * S, 5), { ...AWAY, counted: 0 }),
    invalid("the reader was heard as Redis went away", "is offline", roster(30 * S, 10 * S), AWAY),
    valid("the reader was heard a microsecond before", roster(30 * S, 10 * S - 1), {
      ...AWAY,
      counted: 0,
    }),
    valid("the reader connected as Redis went away", roster(30 * S, 20 * S, 0, 10 * S - 1000), {
      ...AWAY,
      counted: 0,
    }),
    invalid(
      "the reader connected a microsecond before",
      "is offline",
      roster(30 * S, 20 * S, 0, 10 * S - 1001),
      AWAY,
    ),
  ]);
});
