// LIV3 at its edges: exactly at the bound and a microsecond beyond; whose wait it was.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const VOID = 4;
const UNKNOWN = 2;
/** A second device of the reader's. */
const FRESH = 23;
const FENCED = 4503;

describe("LIV3 prompt, nearly", () => {
  const { valid, invalid } = rowsOf("LIV3");
  /** Confirmed at 10 s, shown so many microseconds later. */
  const shown =
    (afterUs: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      begin(story);
      before(story);
      story.confirm(10 * S - 2000, 1);
      story.deliver(10 * S + afterUs, 1);
      story.over();
    };
  const slowUntil20 = (story: Story): void => {
    story.history.readerSlow(2 * S, READER, 1);
    story.history.readerSlow(20 * S, READER, 0);
  };
  /** Confirmed at 10 s and never shown; what ends the wait, and when. */
  const pending = (ends: (story: Story) => void) => (story: Story) => {
    begin(story);
    story.confirm(10 * S - 2000, 1);
    ends(story);
  };
  table([
    valid("shown after 5 s", shown(5 * S)),
    invalid(
      "shown a microsecond later",
      "was shown 5.000 s after it could be shown to user 2",
      shown(5 * S + 1),
    ),
    valid(
      "the run ends after 5 s",
      pending((story) => story.over(15 * S)),
    ),
    invalid(
      "the run ends a microsecond later",
      "was not shown 5.000 s after",
      pending((story) => story.over(15 * S + 1)),
    ),
    valid(
      "the session ends after 5 s",
      pending((story) => {
        story.history.closed(15 * S, READER, R, 2, FENCED);
        story.over();
      }),
    ),
    invalid(
      "the session ends a microsecond later",
      "was not shown",
      pending((story) => {
        story.history.closed(15 * S + 1, READER, R, 2, FENCED);
      }),
    ),
    valid(
      "the socket broke, and was last heard within 5 s",
      pending((story) => {
        story.history.heartbeat(15 * S, READER, 2);
        story.history.closed(40 * S, READER, R, 2, 0);
        story.over();
      }),
    ),
    invalid(
      "the socket broke, and was last heard later",
      "was not shown 5.000 s after",
      pending((story) => {
        story.history.heartbeat(15 * S + 1, READER, 2);
        story.history.closed(40 * S, READER, R, 2, 0);
      }),
    ),
    valid(
      "its person left within 5 s",
      pending((story) => {
        story.history.signedOut(15 * S, READER, R, 0);
        story.history.closed(40 * S, READER, R, 2, FENCED);
        story.over();
      }),
    ),
    invalid(
      "its person left later",
      "was not shown",
      pending((story) => {
        story.history.signedOut(15 * S + 1, READER, R, 0);
        story.history.closed(40 * S, READER, R, 2, FENCED);
      }),
    ),
    valid(
      "the person reads slowly",
      pending((story) => {
        story.history.readerSlow(11 * S, READER, 1);
        story.over();
      }),
      { counted: 0 },
    ),
    valid("it was slow until 20 s: 15 s are its", shown(25 * S, slowUntil20)),
    invalid(
      "it was slow until 20 s, and took a microsecond more",
      "was shown 5.000 s after it could be shown",
      shown(25 * S + 1, slowUntil20),
    ),
    valid("synced late, the wait begins there", (story) => {
      begin(story);
      story.history.closed(8 * S, READER, R, 2, 0);
      story.confirm(10 * S, 1);
      story.reconnect(90 * S, READER, R, 3, 1);
      story.announce(90 * S + 2000, 0, 3);
      story.frame(95 * S + 2000, 1, 1, 3);
      story.show(95 * S + 2000, 1, 1, 3);
      story.over();
    }),
    invalid("synced late, it waits a microsecond too long", "was shown 5.000 s", (story) => {
      begin(story);
      story.history.closed(8 * S, READER, R, 2, 0);
      story.confirm(10 * S, 1);
      story.reconnect(90 * S, READER, R, 3, 1);
      story.frame(95 * S + 2001, 1, 1, 3);
      story.show(95 * S + 2001, 1, 1, 3);
    }),
    valid(
      "not synced yet, it waits",
      (story) => {
        begin(story);
        story.history.closed(8 * S, READER, R, 2, 0);
        story.confirm(10 * S, 1);
        story.history.connecting(11 * S, READER, R, 3);
        story.history.connected(11 * S, READER, R, 3, 1);
        story.over();
      },
      { counted: 0 },
    ),
    valid(
      "an unknown send is awaited by nobody",
      (story) => {
        begin(story);
        story.invoke(10 * S, 1);
        story.end(11 * S, 1, UNKNOWN);
        story.over();
      },
      { counted: 0 },
    ),
    invalid(
      "of two sends that wait the first ended unknown",
      "message 2 of device 11",
      (story) => {
        begin(story);
        story.invoke(10 * S, 1);
        story.end(11 * S, 1, UNKNOWN);
        story.confirm(12 * S, 2);
        story.over();
      },
      { also: "MSG7" },
    ),
    valid(
      "it is a hole below what was shown: MSG5's",
      (story) => {
        begin(story);
        story.confirm(10 * S, 1);
        story.confirm(10.1 * S, 2);
        story.confirm(10.2 * S, 3);
        for (const n of [1, 3]) story.deliver(11 * S, n);
        story.over();
      },
      { counted: 2, also: "MSG5*2" },
    ),
    valid(
      "it is shown as a void, late",
      (story) => {
        begin(story);
        story.confirm(10 * S, 1);
        story.show(30 * S, 1, 0, 2, VOID);
        story.over();
      },
      { counted: 0 },
    ),
    valid(
      "what nobody sent is shown",
      (story) => {
        begin(story);
        story.show(30 * S, 9);
        story.over();
      },
      { counted: 0, also: "MSG2 MSG5" },
    ),
    valid(
      "it is shown in time, and again on a fresh device",
      (story) => {
        shown(S)(story);
        story.connect(40 * S, READER, FRESH, 5, 1);
        story.history.shown(41 * S, READER, FRESH, 5, CHAT, WRITER, W, 1, 1, TEXT, 1001);
      },
      { counted: 1 },
    ),
    valid("its person has left when it is shown late", (story) => {
      begin(story);
      story.confirm(10 * S, 1);
      story.history.signedOut(11 * S, READER, R, 0);
      story.deliver(20 * S, 1);
      story.over();
    }),
    valid("its connection is lost when it is shown late", (story) => {
      begin(story);
      story.confirm(10 * S, 1);
      story.history.closed(11 * S, READER, R, 2, FENCED);
      story.deliver(20 * S, 1);
      story.over();
    }),
    valid("its new connection is not synced when it is shown late", (story) => {
      begin(story);
      story.confirm(10 * S, 1);
      story.history.closed(11 * S, READER, R, 2, FENCED);
      story.history.connecting(12 * S, READER, R, 3);
      story.history.connected(12 * S, READER, R, 3, 1);
      story.frame(20 * S, 1, 1, 3);
      story.show(20 * S, 1, 1, 3);
      story.over();
    }),
    valid("its person reads slowly when it is shown late", (story) => {
      begin(story);
      story.confirm(10 * S, 1);
      story.history.readerSlow(11 * S, READER, 1);
      story.deliver(20 * S, 1);
      story.over();
    }),
    ...[
      ["it is shown late", "was shown", (story: Story) => story.deliver(20 * S, 1)] as const,
      ["it is never shown", "was not shown", () => undefined] as const,
    ].map(([when, text, then]) =>
      invalid(`synced in the first instant, ${when}`, text, (story) => {
        story.history.signedIn(0, READER, R, 0);
        story.history.connecting(0, READER, R, 2);
        story.history.connected(0, READER, R, 2, 1);
        story.history.synced(0, READER, R, 2);
        story.confirm(10 * S, 1);
        then(story);
        story.over();
      }),
    ),
    invalid("another connection than the one in use ends meanwhile", "was shown", (story) => {
      begin(story);
      story.confirm(10 * S, 1);
      story.history.closed(17 * S, READER, R, 1, FENCED);
      story.deliver(20 * S, 1);
    }),
    valid(
      "a node and Cassandra were killed at once, and stay away",
      pending((story) => {
        story.history.faultBegan(11 * S, 0);
        story.over();
      }),
      { setting: { faults: [{ kind: "kill", sites: ["node-1", "cassandra"] }] } },
    ),
    valid(
      "a void of it was delivered",
      (story) => {
        begin(story);
        story.confirm(10 * S, 1);
        story.confirm(10.1 * S, 2);
        story.frame(10.2 * S, 2, 0, 2, 4);
        story.frame(10.3 * S, 1);
        story.show(10.3 * S, 1);
        story.over();
      },
      { also: "MSG4 MSG5" },
    ),
  ]);
});
