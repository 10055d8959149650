// PRE2 and PRE3 where it matters who is meant: devices and sessions left behind, friendships of mid-run,
// rosters without Redis.
import { describe } from "vitest";
import {
  connected,
  heard,
  OFFLINE,
  ONLINE,
  seesWriter,
  signOut,
  T,
  THIRD,
  third,
  thirdShown,
  watched,
} from "./friends.ts";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const FENCED = 4503;
/** A second device of the writer's. */
const NEWER = 12;

describe("PRE2 no false offline, whose connection it was", () => {
  const { valid, invalid } = rowsOf("PRE2");
  /** Both are heard at this time; then the run ends. */
  const bothHeard = (story: Story, t: number): void => {
    heard(story, t);
    story.history.heartbeat(t, READER, 2);
    story.over(t);
  };
  table([
    invalid(
      "both synced in the first instant, one is never shown online",
      "for 60.000 s",
      (story) => {
        connected(story, 0, WRITER, W, 1, 0);
        connected(story, 0, READER, R, 2, 1);
        seesWriter(story);
        bothHeard(story, 60 * S);
      },
    ),
    valid(
      "it is shown online twice, a minute apart",
      (story) => {
        watched(story);
        story.history.heartbeat(60 * S, READER, 2);
        story.presence(61 * S, ONLINE);
        bothHeard(story, 62 * S);
      },
      { counted: 2 },
    ),
    valid(
      "it left in time, and so does the writer, who was never shown it online",
      (story) => {
        story.online(0);
        seesWriter(story);
        story.history.heartbeat(30 * S, READER, 2);
        heard(story, 30 * S);
        story.history.closed(30 * S, READER, R, 2, FENCED);
        story.history.closed(31 * S, WRITER, W, 1, FENCED);
        story.over(100 * S);
      },
      { counted: 2 },
    ),
    invalid(
      "the writer leaves, was never shown it online, and then it leaves too",
      "was not shown it online for 49",
      (story) => {
        story.online(0);
        seesWriter(story);
        story.history.heartbeat(50 * S, READER, 2);
        heard(story, 50 * S);
        story.history.closed(51 * S, WRITER, W, 1, FENCED);
        story.history.closed(52 * S, READER, R, 2, FENCED);
      },
    ),
    valid(
      "it left and is shown online a minute later: PRE1's",
      (story) => {
        story.online(0);
        seesWriter(story);
        story.presence(2 * S, OFFLINE);
        heard(story, 30 * S);
        story.history.heartbeat(30 * S, READER, 2);
        signOut(story, 30 * S);
        story.presence(200 * S, ONLINE);
        story.over(201 * S);
      },
      { counted: 2, also: "PRE1*2" },
    ),
    valid(
      "an older device of the writer that was left on is shown nothing for long",
      (story) => {
        watched(story);
        story.connect(5 * S, WRITER, NEWER, 5, 0);
        story.history.presenceShown(5.1 * S, WRITER, READER, ONLINE, 0, 1, NEWER);
        story.history.heartbeat(60 * S, READER, 2);
        story.history.presenceShown(60 * S, WRITER, READER, OFFLINE, 0, 1, W);
        story.history.presenceShown(61 * S, WRITER, READER, ONLINE, 0, 1, W);
        story.over(61 * S);
      },
      { counted: 3 },
    ),
    valid(
      "another connection of the writer than the one in use ends",
      (story) => {
        watched(story);
        story.presence(10 * S, OFFLINE);
        story.history.closed(20 * S, WRITER, W, 9, FENCED);
        story.history.heartbeat(30 * S, READER, 2);
        story.presence(30 * S, ONLINE);
        story.over(31 * S);
      },
      { counted: 3 },
    ),
    valid(
      "somebody who is not connected is shown a friend",
      (story) => {
        story.connect(0, READER, R, 2, 1);
        story.history.signedIn(0, WRITER, W, 0);
        story.presence(S, ONLINE);
        story.over();
      },
      { counted: 0 },
    ),
    invalid("one of two friends is never shown online", "user 3 is connected", (story) => {
      watched(story);
      third(story, 0);
      story.history.presenceShown(S, THIRD, WRITER, ONLINE, 0, 1, T);
      story.history.heartbeat(60 * S, THIRD, 3);
      bothHeard(story, 60 * S);
    }),
    valid("a friendship is announced twice", (story) => {
      story.history.friendship(0, WRITER, READER, CHAT);
      watched(story);
      bothHeard(story, 60 * S);
    }),
  ]);

  /** A friendship of 10 s that the writer's device tells of at 20 s; the reader's never does. */
  const befriended =
    (shownT: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      watched(story);
      third(story, 10 * S);
      story.history.friendShown(20 * S, WRITER, W, THIRD, CHAT + 1, 7, 1);
      before(story);
      story.history.heartbeat(shownT, THIRD, 3);
      heard(story, shownT);
      story.history.presenceShown(shownT, WRITER, THIRD, ONLINE, 0, 1, W);
      story.history.heartbeat(shownT, READER, 2);
      story.over(shownT);
    };
  table([
    valid("a new friend is shown online in time", befriended(57 * S)),
    invalid(
      "a new friend is shown online a microsecond late",
      "user 3 is connected and heartbeats, but user 1 was not shown it online for 37.000 s",
      befriended(57 * S + 1),
    ),
    invalid(
      "a new friend is shown online a microsecond late, and was told twice before",
      "for 37.000 s",
      befriended(57 * S + 1, (story) => {
        story.history.friendShown(40 * S, WRITER, W, THIRD, CHAT + 1, 7, 1);
      }),
    ),
    valid("a new friend was shown offline before the device told of the friendship", (story) => {
      watched(story);
      third(story, 10 * S);
      thirdShown(story, 12 * S, OFFLINE);
      story.history.friendShown(30 * S, WRITER, W, THIRD, CHAT + 1, 7, 1);
      story.history.heartbeat(60 * S, THIRD, 3);
      bothHeard(story, 60 * S);
    }),
    valid("a new friend whose device never told of the friendship is shown nothing", (story) => {
      watched(story);
      third(story, 10 * S);
      story.history.heartbeat(90 * S, THIRD, 3);
      bothHeard(story, 90 * S);
    }),
  ]);
});

describe("PRE2 no false offline, a roster without Redis", () => {
  const { valid, invalid } = rowsOf("PRE2");
  const AWAY = { setting: { faults: [{ kind: "kill", sites: ["redis"] }] } };
  /** The reader is heard at 20 s; Redis dies at 10 s. */
  const away = (then: (story: Story) => void) => (story: Story) => {
    connected(story, 0, READER, R, 2, 1);
    story.history.faultBegan(10 * S, 0);
    story.history.heartbeat(20 * S, READER, 2);
    then(story);
    story.over(60 * S);
  };
  const roster = (story: Story, t: number): void => {
    story.history.signedIn(t, WRITER, W, 0);
    story.history.connecting(t, WRITER, W, 1);
    story.history.connected(t, WRITER, W, 1, 0);
    story.presence(t, OFFLINE, 0, 0);
  };
  table([
    valid(
      "the reader left meanwhile",
      away((story) => {
        signOut(story, 21 * S);
        roster(story, 30 * S);
      }),
      { ...AWAY, counted: 0 },
    ),
    invalid(
      "Redis comes back in that instant",
      "20.000 s after Redis went away",
      away((story) => {
        story.history.faultEnded(30 * S, 0);
        roster(story, 30 * S);
      }),
      AWAY,
    ),
    valid(
      "Redis came back a microsecond before",
      away((story) => {
        story.history.faultEnded(30 * S - 1, 0);
        roster(story, 30 * S);
      }),
      { ...AWAY, counted: 0 },
    ),
    ...[0, 5 * S].map((syncT) =>
      valid(
        `a notice comes to a writer who synced at ${syncT / S} s`,
        (story) => {
          connected(story, syncT, WRITER, W, 1, 0);
          away((it) => it.presence(30 * S, OFFLINE, 0, 0))(story);
        },
        { ...AWAY, counted: 2 },
      ),
    ),
    valid(
      "an older device of the writer that was left on is told so",
      away((story) => {
        story.history.signedIn(30 * S, WRITER, NEWER, 1);
        story.history.connecting(30 * S, WRITER, NEWER, 5);
        story.history.connected(30 * S, WRITER, NEWER, 5, 0);
        story.presence(31 * S, OFFLINE, 0, 0);
      }),
      { ...AWAY, counted: 0 },
    ),
  ]);
});

describe("PRE3 last seen, whose connection it was", () => {
  const { valid, invalid } = rowsOf("PRE3");
  const EPOCH_MS = 1_000_000_000;
  const setting = { epochMs: EPOCH_MS };
  const seen = (story: Story, t: number, lastSeenS: number): void => {
    story.presence(t, OFFLINE, lastSeenS === 0 ? 0 : EPOCH_MS + lastSeenS * 1000);
  };
  /** The reader was heard at 50 s and its connection broke at 60 s. */
  const left = (then: (story: Story) => void) => (story: Story) => {
    watched(story);
    story.history.heartbeat(50 * S, READER, 2);
    story.history.closed(60 * S, READER, R, 2, 0);
    then(story);
    story.over(110 * S);
  };
  /** It dialled at 69 s and left at 70 s; shown a late time, then at `t` an early one. */
  const dialledAndShown = (t: number) =>
    left((story) => {
      story.history.connecting(69 * S, READER, R, 3);
      story.history.closed(70 * S, READER, R, 3, 0);
      seen(story, 71 * S, 200);
      seen(story, t, 40);
    });
  table([
    valid(
      "it is connecting as it is shown a time long ago",
      left((story) => {
        story.history.connecting(69 * S, READER, R, 3);
        seen(story, 70 * S, -100);
      }),
      { setting, counted: 1 },
    ),
    valid(
      "it is connecting, and the connection before ends only then",
      (story) => {
        watched(story);
        story.history.heartbeat(50 * S, READER, 2);
        story.history.connecting(59 * S, READER, R, 3);
        story.history.closed(60 * S, READER, R, 2, 0);
        seen(story, 70 * S, -100);
        story.over(100 * S);
      },
      { setting, counted: 1 },
    ),
    valid(
      "it dialled within a read of friends, and left before it was connected",
      dialledAndShown(106 * S),
      { setting },
    ),
    invalid("it dialled a read of friends ago", "after it was told", dialledAndShown(106 * S + 1), {
      setting,
    }),
    invalid(
      "a notice between two tells no time",
      "after it was told",
      left((story) => {
        seen(story, 70 * S, 100);
        seen(story, 71 * S, 0);
        seen(story, 72 * S, 39);
      }),
      { setting },
    ),
    invalid(
      "who never connected is shown an earlier time as the first read of friends is over",
      "after it was told",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        seen(story, S, 100);
        seen(story, 37 * S, 30);
      },
      { setting },
    ),
    invalid(
      "it was connected without having tried, and is shown a time too far ahead",
      "gone at",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.history.signedIn(0, READER, R, 0);
        story.history.connected(0, READER, R, 2, 1);
        story.history.closed(S, READER, R, 2, 0);
        seen(story, 50 * S, 80);
      },
      { setting },
    ),
  ]);
});
