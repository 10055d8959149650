// Sizes: many messages, many friends, chats whose numbers lie far apart, a number far above the last; and the
// smallest runs, over in their first instant.
import { describe } from "vitest";
import { THIRD } from "./friends.ts";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const OK = 0;
const ONLINE = 1;
/** The highest step from one n to the next that is a log of ours. */
const STEP_MAX = 65_536;

describe("many", () => {
  table([
    rowsOf("MSG1").invalid(
      "of 1,100 messages the first and the last are missing from the store",
      [
        "message 1 of device 11 in chat 100, confirmed at 1.012 s, is missing from the store",
        "message 1100 of device 11 in chat 100, confirmed at 12.002 s, is missing from the store",
      ],
      (story) => {
        story.exchange(1100);
        story.quiet(20 * S);
        for (let n = 2; n < 1100; n += 1) story.scanRow(n);
        story.scanUnread(1100, 1100);
        story.scanReceipt(1100, 1100);
        story.scanned();
      },
      { times: 2, also: "MSG8*2 UNR3" },
    ),
    rowsOf("PRE2").invalid(
      "of 200 friends the last is never shown online",
      "user 1200 is connected and heartbeats, but user 1 was not shown it online for 59.998 s",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        for (let friend = 1001; friend <= 1200; friend += 1) {
          story.history.friendship(0, WRITER, friend, friend);
          story.connect(0, friend, friend, friend, 1);
          story.history.presenceShown(S, friend, WRITER, ONLINE, 0, 1, friend);
          if (friend < 1200) story.history.presenceShown(S, WRITER, friend, ONLINE, 0, 1, W);
        }
        story.history.heartbeat(60 * S, WRITER, 1);
        story.history.heartbeat(60 * S, 1200, 1200);
        story.over(60 * S);
      },
    ),
    rowsOf("UNR2").valid(
      "two chats are written to in turns, whose numbers lie 16,384 apart",
      (story) => {
        const { history } = story;
        const far = 1 + 16_384;
        const contentOf = (chat: number, n: number): number => (chat === far ? n : 3 + n);
        const send = (chat: number, n: number): void => {
          const t = n * S;
          history.sendInvoked(t, WRITER, W, chat, n, contentOf(chat, n), TEXT, 1000 + n, t);
          history.rowApplied(t, chat, W, n, TEXT);
          history.sentRaised(t, READER, chat, W, n);
          history.sendEnded(t, WRITER, W, chat, n, OK);
        };
        story.online(0);
        for (const chat of [1, far]) {
          history.friendship(0.5 * S, WRITER, READER, chat);
          send(chat, 1);
        }
        for (const n of [2, 3]) for (const chat of [1, far]) send(chat, n);
        story.over(3 * S);
        for (const chat of [1, far]) {
          for (const n of [1, 2, 3]) {
            history.scanRow(900 * S, chat, WRITER, W, n, contentOf(chat, n), TEXT, 1000 + n);
          }
          history.scanUnread(900 * S, READER, chat, W, WRITER, 3, 0);
        }
        story.scanned();
      },
      { counted: 2 },
    ),
    ...[
      ["the highest number that may follow is taken", STEP_MAX, 1] as const,
      ["a number beyond is taken: it is no send", STEP_MAX + 1, 0] as const,
    ].map(([when, n, counted]) =>
      rowsOf("BND1").valid(
        when,
        (story) => {
          begin(story);
          story.invoke(2 * S, n);
          story.over(3 * S);
        },
        { counted },
      ),
    ),
  ]);
});

describe("few", () => {
  const DRAIN = { setting: { faults: [{ kind: "drain", sites: ["node-2"] }] } };
  const pre4 = rowsOf("PRE4");
  table([
    rowsOf("PRE1").valid("the run is over in its first instant", (story) => story.over(0), {
      counted: 0,
    }),
    rowsOf("MSG1").valid(
      "the run and its quiet phase are over in the first instant",
      (story) => {
        for (const step of [1, 2]) story.history.quietBegan(0, step);
        story.over(0);
        story.scanned();
      },
      { counted: 0 },
    ),
    rowsOf("LIV2").invalid(
      "the faults ended in the first instant, and it connects for the first time a microsecond late",
      "was connected again 60.000 s after the faults ended",
      (story) => {
        story.history.signedIn(0, READER, R, 0);
        story.history.quietBegan(0, 1);
        story.history.connecting(60 * S, READER, R, 2);
        story.history.connected(60 * S + 1, READER, R, 2, 1);
        story.history.synced(60 * S + 1, READER, R, 2);
        story.history.quietBegan(90 * S, 2);
        story.over(100 * S);
      },
    ),
    rowsOf("LIV1").valid(
      "what went out over a connection that never came about is lost as a node drains",
      (story) => {
        story.history.signedIn(0, WRITER, W, 0);
        story.history.connecting(0, WRITER, W, 1);
        story.history.faultBegan(S, 0);
        story.invoke(2 * S, 1);
        story.history.nodeDown(10 * S, 1, 1);
        story.history.closed(11 * S, WRITER, W, 1, 0);
        story.over(20 * S);
      },
      { ...DRAIN, counted: 0 },
    ),
    pre4.valid("the first epoch of all is 0", (story) => {
      story.history.presenceApplied(S, READER, 0, 0, 1, 77);
      story.over();
    }),
    pre4.invalid(
      "all that is known of a node is a release, and it delivers on the epoch before 3 s later",
      "though it holds epoch 5",
      (story) => {
        story.history.presenceApplied(0, READER, 5, 1, 1, 77);
        story.history.deliverAnswered(3 * S, 1, READER, 4);
      },
    ),
  ]);
});

describe("a chat whose friendship is announced late", () => {
  const { invalid } = rowsOf("MSG1");
  const LATE = CHAT + 1;
  const sent = (story: Story, t: number): void => {
    const { history } = story;
    history.sendInvoked(t, WRITER, W, LATE, 1, 1, TEXT, 1001, t);
    history.rowApplied(t, LATE, W, 1, TEXT);
    history.sentRaised(t, THIRD, LATE, W, 1);
    history.sendEnded(t, WRITER, W, LATE, 1, OK);
  };
  const friends = (story: Story, t: number): void => {
    story.history.friendship(t, WRITER, THIRD, LATE);
  };
  const end = (story: Story): void => {
    story.quiet(20 * S);
    story.history.scanRow(900 * S, LATE, WRITER, W, 1, 1, TEXT, 1001);
    story.history.scanUnread(900 * S, THIRD, LATE, W, WRITER, 1, 0);
    story.scanned();
  };
  table([
    invalid("after a message, which is never shown", "was never shown to user 3", (story) => {
      begin(story);
      sent(story, 2 * S);
      friends(story, 3 * S);
      end(story);
    }),
    invalid("after its log, whose message is never shown", "was never shown to user 3", (story) => {
      begin(story);
      story.history.logFrame(2 * S, THIRD, 33, 3, LATE, W, 0);
      friends(story, 3 * S);
      sent(story, 4 * S);
      end(story);
    }),
  ]);
});
