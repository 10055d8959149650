// PRE1 where it matters who is meant: absence from the first instant, devices and sessions left behind,
// several friends.
import { describe } from "vitest";
import {
  connected,
  FRESH,
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
import { R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const FENCED = 4503;

describe("PRE1 no ghost, from the first instant", () => {
  const { valid, invalid } = rowsOf("PRE1");
  /** The reader's node dies in the first instant; what follows, the writer being heard at 60 s. */
  const lost = (then: (story: Story) => void) => (story: Story) => {
    connected(story, 0, READER, R, 2, 1);
    connected(story, 0, WRITER, W, 1, 0);
    story.history.nodeDown(0, 1, 0);
    story.presence(S, ONLINE);
    then(story);
  };
  table([
    valid(
      "its node died then, and it is shown offline in time",
      lost((story) => {
        story.history.closed(12 * S, READER, R, 2, 0);
        story.presence(47 * S, OFFLINE);
        story.over();
      }),
    ),
    invalid(
      "its node died then, and it is shown offline a microsecond late",
      "user 2 has no connection since 0.000 s, but user 1 is shown it online for 47.000 s",
      lost((story) => {
        story.history.closed(12 * S, READER, R, 2, 0);
        story.presence(47 * S + 1, OFFLINE);
      }),
    ),
    invalid(
      "its node died then, and it comes back as a ghost",
      "online for 60.000 s",
      lost((story) => {
        heard(story, 60 * S);
        story.connect(70 * S, READER, R, 3, 0);
        heard(story, 200 * S);
        story.over();
      }),
    ),
    invalid(
      "its node died then, and the writer leaves and was shown it online until then",
      "online for 60.000 s",
      lost((story) => {
        heard(story, 60 * S);
        story.history.closed(70 * S, WRITER, W, 1, FENCED);
      }),
    ),
    invalid(
      "its node died then, and the run ends and the writer was shown it online until then",
      "online for 60.000 s",
      lost((story) => {
        heard(story, 60 * S);
        story.over(70 * S);
      }),
    ),
  ]);
});

describe("PRE1 no ghost, whose connection it was", () => {
  const { valid, invalid } = rowsOf("PRE1");
  table([
    valid("another node dies, and it is shown online for long", (story) => {
      watched(story);
      signOut(story);
      story.connect(12 * S, READER, R, 3, 1);
      seesWriter(story, 13 * S);
      story.history.nodeDown(20 * S, 2, 0);
      story.presence(21 * S, ONLINE);
      story.history.heartbeat(200 * S, READER, 3);
      heard(story, 200 * S);
      story.over(201 * S);
    }),
    valid(
      "the node that its old device is on dies while a new one connects to another",
      (story) => {
        watched(story);
        story.history.signedIn(11 * S, READER, FRESH, 1);
        story.history.connecting(11 * S, READER, FRESH, 3);
        story.history.nodeDown(12 * S, 1, 0);
        story.history.closed(12 * S + 1, READER, R, 2, 0);
        story.history.connected(13 * S, READER, FRESH, 3, 2);
        story.history.synced(13 * S, READER, FRESH, 3);
        seesWriter(story, 13 * S, FRESH);
        story.history.heartbeat(200 * S, READER, 3);
        heard(story, 200 * S);
        story.presence(201 * S, ONLINE);
        story.over(202 * S);
      },
      { counted: 0 },
    ),
    valid(
      "the node that it was on dies while it connects to another",
      (story) => {
        watched(story);
        story.history.closed(10 * S, READER, R, 2, 0);
        story.history.connecting(11 * S, READER, R, 3);
        story.history.nodeDown(12 * S, 1, 0);
        story.history.connected(13 * S, READER, R, 3, 2);
        story.history.synced(13 * S, READER, R, 3);
        seesWriter(story, 13 * S);
        story.history.heartbeat(200 * S, READER, 3);
        heard(story, 200 * S);
        story.presence(201 * S, ONLINE);
        story.over(202 * S);
      },
      { counted: 1 },
    ),
    invalid(
      "an older device of it that was left on tries again, and it is shown online for long",
      "online for 112.000 s",
      (story) => {
        watched(story);
        story.connect(5 * S, READER, FRESH, 3, 1);
        story.history.closed(10 * S, READER, FRESH, 3, 0);
        story.history.connecting(12 * S, READER, R, 4);
        story.presence(122 * S + 1, OFFLINE);
      },
    ),
    valid(
      "an older device of it that was left on tries in vain",
      (story) => {
        watched(story);
        story.connect(5 * S, READER, FRESH, 3, 1);
        seesWriter(story, 6 * S, FRESH);
        story.history.connecting(12 * S, READER, R, 4);
        story.history.closed(13 * S, READER, R, 4, 0);
        heard(story, 200 * S);
        story.history.heartbeat(200 * S, READER, 3);
        story.over(200 * S);
      },
      { counted: 0 },
    ),
    invalid(
      "it never connected, an older device that was left on did, and it is shown online",
      "user 2 was never connected, but user 1 is shown it online",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.history.signedIn(0, READER, FRESH, 1);
        story.history.connecting(0, READER, R, 2);
        story.history.closed(S, READER, R, 2, 0);
        story.presence(2 * S, ONLINE);
      },
    ),
    valid(
      "the writer's session that was shown it ends after the next has begun",
      (story) => {
        watched(story);
        story.history.connecting(5 * S, WRITER, W, 5);
        story.history.connected(6 * S, WRITER, W, 5, 0);
        signOut(story);
        heard(story, 200 * S, 5);
        story.history.closed(201 * S, WRITER, W, 1, 0);
        story.over(202 * S);
      },
      { counted: 0 },
    ),
    valid(
      "the writer is back in a new session, which was shown nothing",
      (story) => {
        watched(story);
        signOut(story);
        story.history.closed(11 * S, WRITER, W, 1, 0);
        story.reconnect(12 * S, WRITER, W, 5, 0);
        heard(story, 200 * S, 5);
        story.over(201 * S);
      },
      { counted: 1 },
    ),
    valid(
      "what was shown while the writer had no connection counts for nothing",
      (story) => {
        story.connect(0, READER, R, 2, 1);
        story.history.signedIn(0, WRITER, W, 0);
        story.presence(S, ONLINE);
        signOut(story);
        story.over();
      },
      { counted: 0 },
    ),
    valid(
      "the writer was shown it offline in time, and leaves",
      (story) => {
        watched(story);
        signOut(story);
        story.presence(11 * S, OFFLINE);
        heard(story, 200 * S);
        story.history.closed(201 * S, WRITER, W, 1, 0);
        story.over(202 * S);
      },
      { counted: 1 },
    ),
    valid(
      "the writer is in a new session, and a pong comes late over the old one",
      (story) => {
        watched(story);
        signOut(story);
        story.history.closed(11 * S, WRITER, W, 1, 0);
        story.reconnect(12 * S, WRITER, W, 5, 0);
        story.presence(13 * S, ONLINE);
        heard(story, 200 * S, 1);
        story.over(201 * S);
      },
      { counted: 3 },
    ),
    invalid(
      "one of two friends is shown online for long",
      "user 3 has no connection since 10.000 s, but user 1 is shown it online for 40.000 s",
      (story) => {
        watched(story);
        third(story, 0);
        thirdShown(story, S, ONLINE);
        story.history.signedOut(10 * S, THIRD, T, 0);
        story.history.closed(10 * S, THIRD, T, 3, 0);
        heard(story, 50 * S);
        story.over(60 * S);
      },
    ),
    invalid(
      "a new friendship is made, and an old friend is shown online for long",
      "user 1 has no connection since 10.000 s, but user 2 is shown it online for 40.000 s",
      (story) => {
        watched(story);
        third(story, 5 * S);
        story.history.signedOut(10 * S, WRITER, W, 0);
        story.history.closed(10 * S, WRITER, W, 1, 0);
        story.history.heartbeat(50 * S, READER, 2);
        story.over(60 * S);
      },
    ),
  ]);
});
