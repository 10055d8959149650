// PRE rules: a good, a bad and an unknown history each, and near-misses at the bounds. Times in seconds;
// the writer observes, the reader comes and goes.
import { describe, expect, it } from "vitest";
import { judge, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { table, type Row } from "./table.ts";

const OFFLINE = 0;
const ONLINE = 1;

/** Both online from 0, the writer shown the reader online at 1 s; it hears a pong every 25 s up to `untilS`. */
function watched(story: Story, untilS: number): void {
  story.online(0);
  story.presence(S, ONLINE);
  for (let t = 25; t <= untilS; t += 25) {
    story.history.heartbeat(t * S, WRITER, 1);
  }
}

/** The reader leaves at 10 s in its own way; the writer is told at `toldS`. */
function left(leave: (story: Story) => void, toldS: number) {
  return (story: Story): void => {
    story.online(0);
    story.presence(S, ONLINE);
    leave(story);
    story.presence(toldS * S, OFFLINE);
    story.history.ended(300 * S);
  };
}
const signOut = (story: Story): void => {
  story.history.signedOut(10 * S, READER, R, 0);
  story.history.closed(10 * S, READER, R, 2, 0);
};
const vanish = (story: Story): void => {
  story.history.signedOut(10 * S, READER, R, 1);
  story.history.closed(10 * S, READER, R, 2, 0);
};
const nodeDies = (story: Story): void => {
  story.history.nodeDown(10 * S, 1, 0);
  story.history.closed(12 * S, READER, R, 2, 0);
};
/** The reader sees the writer as it should, so that only the writer's view is judged. */
const seesWriter = (story: Story): void => {
  story.history.presenceShown(S, READER, WRITER, ONLINE, 0, 1, R);
};
const brokenOff = (story: Story): void => watched(story, 100);

describe("PRE1 no ghost", () => {
  const bounds = [
    { how: "signed out", leave: signOut, boundS: 37 },
    { how: "fell silent", leave: vanish, boundS: 112 },
    { how: "lost its node", leave: nodeDies, boundS: 47 },
  ];
  table([
    ...bounds.flatMap(({ how, leave, boundS }): Row[] => [
      {
        rule: "PRE1",
        verdict: "valid",
        when: `who ${how} is shown offline after ${boundS} s`,
        tell: left(leave, 10 + boundS),
      },
      {
        rule: "PRE1",
        verdict: "invalid",
        when: `who ${how} is shown online for ${boundS + 0.5} s`,
        text: `${boundS}.500 s`,
        tell: left(leave, 10.5 + boundS),
      },
    ]),
    { rule: "PRE1", verdict: "unknown", when: "the history breaks off", tell: brokenOff },
    {
      rule: "PRE1",
      verdict: "invalid",
      when: "nobody ever says that it is gone",
      tell: (story) => {
        watched(story, 0);
        signOut(story);
        story.history.heartbeat(100 * S, WRITER, 1);
        story.history.ended(110 * S);
      },
    },
    {
      rule: "PRE1",
      verdict: "valid",
      when: "the observer itself hears nothing any more",
      tell: (story) => {
        watched(story, 25);
        signOut(story);
        story.history.ended(110 * S);
      },
    },
    {
      rule: "PRE1",
      verdict: "valid",
      when: "it came back in time",
      tell: (story) => {
        watched(story, 100);
        vanish(story);
        story.connect(40 * S, READER, R, 3, 0);
        story.history.heartbeat(300 * S, WRITER, 1);
        story.history.ended(300 * S);
      },
    },
    ...[89, 93].map((toldS): Row => ({
      rule: "PRE1",
      verdict: toldS === 89 ? "valid" : "invalid",
      when: `Redis was cut until 45 s, the writer is told at ${toldS} s`,
      setting: { faults: [{ kind: "cut", sites: ["nodes", "redis"] }] },
      tell: (story) => {
        story.history.faultBegan(5 * S, 0);
        left((it) => {
          signOut(it);
          it.history.faultEnded(45 * S, 0);
        }, toldS)(story);
      },
    })),
    {
      rule: "PRE1",
      verdict: "valid",
      when: "Redis' clock is faulted",
      setting: { faults: [{ kind: "skew", sites: ["redis"] }] },
      tell: (story) => {
        story.history.faultBegan(5 * S, 0);
        left(signOut, 200)(story);
      },
    },
    {
      rule: "PRE1",
      verdict: "invalid",
      when: "somebody who never connected is shown online",
      text: "never connected",
      tell: (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.presence(S, ONLINE);
      },
    },
  ]);
});

describe("PRE2 no false offline", () => {
  /** The reader heartbeats; the writer is shown it online at `shownS` only. */
  const late = (shownS: number) => (story: Story) => {
    story.online(0);
    seesWriter(story);
    story.presence(S, OFFLINE);
    for (let t = 5; t <= 100; t += 1) {
      story.history.heartbeat(t * S, WRITER, 1);
      story.history.heartbeat(t * S, READER, 2);
      if (t === shownS) story.presence(t * S, ONLINE);
    }
    story.history.ended(101 * S);
  };
  const roster = (atS: number, state: number) => (story: Story) => {
    story.connect(0, READER, R, 2, 1);
    story.history.faultBegan(10 * S, 0);
    story.history.heartbeat(20 * S, READER, 2);
    story.history.signedIn(atS * S, WRITER, W, 0);
    story.history.connecting(atS * S, WRITER, W, 1);
    story.history.connected(atS * S, WRITER, W, 1, 0);
    story.presence(atS * S, state, 0, 0);
    story.history.ended(60 * S);
  };
  const redisCut = { faults: [{ kind: "cut", sites: ["node-1", "node-2", "node-3", "redis"] }] };
  table([
    { rule: "PRE2", verdict: "valid", when: "shown after 37 s", tell: late(38) },
    { rule: "PRE2", verdict: "invalid", when: "shown after 39 s", tell: late(40) },
    { rule: "PRE2", verdict: "invalid", when: "never shown", tell: late(-1) },
    { rule: "PRE2", verdict: "unknown", when: "the history breaks off", tell: brokenOff },
    {
      rule: "PRE2",
      verdict: "invalid",
      when: "an old socket's close shows the user offline for 50 s",
      tell: (story) => {
        story.online(0);
        story.presence(S, ONLINE);
        story.presence(20 * S, OFFLINE);
        story.history.heartbeat(70 * S, READER, 2);
        story.presence(70 * S, ONLINE);
      },
    },
    {
      rule: "PRE2",
      verdict: "valid",
      when: "it is offline for 30 s between two renewals",
      tell: (story) => {
        story.online(0);
        seesWriter(story);
        story.presence(S, ONLINE);
        story.presence(20 * S, OFFLINE);
        story.history.heartbeat(50 * S, READER, 2);
        story.presence(50 * S, ONLINE);
        story.history.ended(60 * S);
      },
    },
    {
      rule: "PRE2",
      verdict: "invalid",
      when: "a roster claims offline with Redis away",
      text: "after Redis went away",
      setting: redisCut,
      tell: roster(40, OFFLINE),
    },
    {
      rule: "PRE2",
      verdict: "invalid",
      when: "a friend is never mentioned at all",
      times: 2,
      tell: (story) => {
        story.online(0);
        story.history.heartbeat(60 * S, READER, 2);
        story.history.heartbeat(60 * S, WRITER, 1);
        story.history.ended(61 * S);
      },
    },
  ]);

  it("PRE2 does not judge a roster that says unknown with Redis away", () => {
    expect(judge("PRE2", roster(40, 2), redisCut).violationCount).toBe(0);
  });
});

describe("PRE3 last seen", () => {
  const EPOCH_MS = 1_000_000_000;
  const setting = { epochMs: EPOCH_MS };
  /** The reader was heard at 50 s and left at 60 s; the writer is told this time, in seconds. */
  const told = (seenS: number) => (story: Story) => {
    watched(story, 50);
    story.history.heartbeat(50 * S, READER, 2);
    story.history.signedOut(60 * S, READER, R, 0);
    story.history.closed(60 * S, READER, R, 2, 0);
    story.presence(70 * S, OFFLINE, EPOCH_MS + seenS * 1000);
    story.history.ended(100 * S);
  };
  const twice = (first: number, second: number) => (story: Story) => {
    watched(story, 50);
    story.presence(60 * S, OFFLINE, EPOCH_MS + first * 1000);
    story.presence(61 * S, OFFLINE, EPOCH_MS + second * 1000);
    story.history.ended(100 * S);
  };
  table([
    {
      rule: "PRE3",
      verdict: "valid",
      when: "30 s before the truth",
      also: "PRE2",
      tell: told(30),
      setting,
    },
    {
      rule: "PRE3",
      verdict: "invalid",
      when: "61 s before it",
      also: "PRE2",
      tell: told(-11),
      setting,
    },
    {
      rule: "PRE3",
      verdict: "invalid",
      when: "81 s after it left",
      also: "PRE2",
      tell: told(141),
      setting,
    },
    { rule: "PRE3", verdict: "valid", when: "it grows", tell: twice(30, 40), setting },
    { rule: "PRE3", verdict: "invalid", when: "it falls by 70 s", tell: twice(100, 30), setting },
    { rule: "PRE3", verdict: "unknown", when: "the history breaks off", tell: brokenOff, setting },
    {
      rule: "PRE3",
      verdict: "valid",
      when: "a clock was skewed",
      tell: (story) => {
        story.history.faultBegan(0, 0);
        twice(100, 30)(story);
      },
      setting: { ...setting, faults: [{ kind: "skew", sites: ["node-1"] }] },
    },
  ]);
});

describe("PRE4 one owner", () => {
  const held = (story: Story): void => {
    story.online(0);
    story.history.presenceApplied(0, READER, 5, 0, 1, 77);
  };
  const row = (
    verdict: "valid" | "invalid",
    when: string,
    tell: (story: Story) => void,
    text = "",
  ): Row => ({
    rule: "PRE4",
    verdict,
    when,
    text,
    tell: (story) => {
      held(story);
      tell(story);
      story.history.ended(100 * S);
    },
  });
  table([
    row("valid", "a newer sign-in takes over", (story) => {
      story.history.presenceApplied(9 * S, READER, 6, 0, 2, 78);
    }),
    row(
      "invalid",
      "a paused node takes the user back",
      (story) => {
        story.history.presenceApplied(9 * S, READER, 6, 0, 2, 78);
        story.history.presenceApplied(20 * S, READER, 5, 0, 1, 77);
      },
      "fell from epoch 6 to 5",
    ),
    row("valid", "a wipe forgets, the older epoch is held first", (story) => {
      story.history.presenceApplied(9 * S, READER, 6, 0, 2, 78);
      story.history.presenceWiped(10 * S);
      story.history.presenceApplied(20 * S, READER, 5, 0, 1, 77);
      story.history.presenceApplied(21 * S, READER, 6, 0, 2, 78);
    }),
    row(
      "invalid",
      "a released epoch is held again",
      (story) => {
        story.history.presenceApplied(9 * S, READER, 5, 1, 1, 77);
        story.history.presenceApplied(10 * S, READER, 5, 0, 1, 77);
      },
      "which was released",
    ),
    row(
      "invalid",
      "a node says delivered on an epoch that was released",
      (story) => {
        story.history.presenceApplied(9 * S, READER, 5, 1, 1, 77);
        story.history.deliverAnswered(10 * S, 1, READER, 5);
      },
      "says that it delivered",
    ),
    row("valid", "a node says delivered on the epoch it holds", (story) => {
      story.history.deliverAnswered(10 * S, 1, READER, 5);
    }),
    row("valid", "a paused node still owns what it does not know to be lost", (story) => {
      story.history.presenceApplied(9 * S, READER, 6, 0, 2, 78);
      story.history.deliverAnswered(20 * S, 1, READER, 5);
    }),
    row(
      "invalid",
      "a node delivers on an old epoch though it holds the newer",
      (story) => {
        story.history.presenceApplied(9 * S, READER, 6, 0, 1, 77);
        story.history.deliverAnswered(20 * S, 1, READER, 5);
      },
      "though it holds epoch 6",
    ),
    row(
      "invalid",
      "a node delivers on an epoch from before its restart",
      (story) => {
        story.history.nodeUp(9 * S, 1, 99);
        story.history.deliverAnswered(20 * S, 1, READER, 5);
      },
      "started anew",
    ),
    row(
      "invalid",
      "the newest sign-in is told that it was replaced",
      (story) => {
        story.history.closed(9 * S, READER, R, 2, 4409);
      },
      "the newest sign-in",
    ),
    row("valid", "an older device is told so", (story) => {
      story.connect(8 * S, READER, 23, 3, 2);
      story.history.closed(9 * S, READER, R, 2, 4409);
    }),
    { rule: "PRE4", verdict: "unknown", when: "the history breaks off", tell: held },
  ]);
});
