// LIV2 at its edges: who had to be back, by when, and with what settled.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;
const VOID = 4;
const FRESH = 23;
const QUIET = 100 * S;
const SECOND_STEP = 190 * S;
/** What was due a minute before the second step. */
const DUE = SECOND_STEP - 60 * S;

describe("LIV2 recovers, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("LIV2");
  const quiet =
    (during: (story: Story) => void, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      story.exchange(1);
      before(story);
      story.history.quietBegan(QUIET, 1);
      during(story);
      story.history.quietBegan(SECOND_STEP, 2);
      story.over(SECOND_STEP + 30 * S);
    };
  const lose = (t: number) => (story: Story) => story.history.closed(t, READER, R, 2, 0);
  const back = (t: number) => (story: Story) => {
    story.history.connecting(t, READER, R, 3);
    story.history.connected(t, READER, R, 3, 0);
    story.history.synced(t, READER, R, 3);
  };
  const lateFor = "user 2 was connected again 60.000 s after the faults ended";
  table([
    valid("it is back after a minute", quiet(back(QUIET + 60 * S), lose(90 * S))),
    invalid(
      "it is back a microsecond later",
      lateFor,
      quiet(back(QUIET + 60 * S + 1), lose(90 * S)),
    ),
    valid(
      "its connection broke in the quiet phase, and it is back within a minute",
      quiet((story) => {
        lose(QUIET + 20 * S)(story);
        back(QUIET + 80 * S)(story);
      }),
    ),
    invalid(
      "its connection broke in the quiet phase, and it is back a microsecond later",
      lateFor,
      quiet((story) => {
        lose(QUIET + 20 * S)(story);
        back(QUIET + 80 * S + 1)(story);
      }),
    ),
    valid(
      "it was late, and its person had signed in since",
      quiet(
        (story) => {
          story.history.signedIn(QUIET + 1, READER, R, 0);
          back(QUIET + 70 * S)(story);
        },
        lose(90 * S),
      ),
    ),
    valid(
      "it was late, and reads slowly",
      quiet(back(QUIET + 70 * S), (story) => {
        lose(90 * S)(story);
        story.history.readerSlow(91 * S, READER, 1);
      }),
    ),
    valid(
      "an older device that was left on comes late",
      quiet((story) => {
        story.history.connecting(QUIET + 70 * S, READER, 99, 7);
        story.history.connected(QUIET + 70 * S, READER, 99, 7, 0);
      }),
    ),
    valid("it came late before the faults ended", (story) => {
      lose(5 * S)(story);
      quiet(
        () => undefined,
        (it) => {
          lose(10 * S)(it);
          back(90 * S)(it);
        },
      )(story);
    }),
    valid("whoever signs in with the second step may come late", (story) => {
      quiet(() => undefined)(story);
      story.history.closed(SECOND_STEP + 1, READER, R, 2, 0);
      back(SECOND_STEP + 70 * S)(story);
    }),
    invalid(
      "it is not connected",
      "user 2 means to be online and is not connected, 90.000 s after the faults ended",
      quiet(() => undefined, lose(90 * S)),
    ),
    invalid(
      "it is not synced",
      "user 2 means to be online and is not synced, 90.000 s",
      quiet(
        (story) => {
          story.history.connecting(QUIET + S, READER, R, 3);
          story.history.connected(QUIET + S, READER, R, 3, 0);
        },
        lose(90 * S),
      ),
    ),
    valid(
      "it signed in less than a minute ago",
      quiet(
        (story) => {
          story.history.signedIn(DUE + 1, READER, R, 0);
        },
        lose(90 * S),
      ),
      { counted: 1 },
    ),
    invalid(
      "it signed in a minute ago",
      "is not connected",
      quiet(
        (story) => {
          story.history.signedIn(DUE, READER, R, 0);
        },
        lose(90 * S),
      ),
      { counted: 2 },
    ),
    unknown(
      "the first step lasts a microsecond less than a minute",
      "shorter than the bound",
      (story) => {
        story.exchange(1);
        lose(90 * S)(story);
        story.history.quietBegan(QUIET, 1);
        story.history.quietBegan(QUIET + 60 * S - 1, 2);
      },
    ),
    invalid("the first step lasts a minute", "is not connected, 60.000 s after", (story) => {
      story.exchange(1);
      lose(90 * S)(story);
      story.history.quietBegan(QUIET, 1);
      story.history.quietBegan(QUIET + 60 * S, 2);
    }),
    unknown("both steps begin in the first instant", "shorter than the bound", (story) => {
      story.history.quietBegan(0, 1);
      story.history.quietBegan(0, 2);
      story.online(0);
      lose(S)(story);
      back(70 * S)(story);
    }),
    valid(
      "all were connected and synced in the first instant",
      (story) => {
        story.history.signedIn(0, READER, R, 0);
        story.history.connecting(0, READER, R, 2);
        story.history.connected(0, READER, R, 2, 0);
        story.history.synced(0, READER, R, 2);
        story.history.quietBegan(QUIET, 1);
        story.history.quietBegan(SECOND_STEP, 2);
      },
      { counted: 1 },
    ),
    unknown("there was no second step", "second step", (story) => {
      story.exchange(1);
      story.history.quietBegan(QUIET, 1);
      story.over();
    }),
    unknown(
      "it was interrupted",
      "interrupted",
      quiet(() => undefined),
      { setting: { complete: false } },
    ),
  ]);

  /** Message 2, taken and answered at these times. */
  const sent = (takenT: number, endedT: number, outcome: number) => (story: Story) => {
    story.invoke(takenT, 2);
    if (outcome === OK) story.store(endedT, 2);
    if (endedT >= 0) story.end(endedT, 2, outcome);
  };
  const NOT_SHOWN =
    "message 2 of device 11 in chat 100 is not shown to user 2, 90.000 s after the faults ended";
  const NO_ANSWER =
    "message 2 of device 11 in chat 100 has no definite answer for user 1, 90.000 s";
  table([
    invalid("it was confirmed a minute ago", NOT_SHOWN, quiet(sent(DUE - S, DUE, OK)), {
      also: "MSG1*2 LIV3",
    }),
    valid("it was confirmed a microsecond later", quiet(sent(DUE - S, DUE + 1, OK)), {
      also: "MSG1*2 LIV3",
    }),
    valid(
      "it came as a void",
      quiet((story) => {
        sent(DUE - S, DUE, OK)(story);
        story.frame(DUE, 2, 0, 2, VOID);
      }),
      { also: "MSG1" },
    ),
    invalid("it was taken a minute ago and is open", NO_ANSWER, quiet(sent(DUE, -1, OK)), {
      also: "LIV1 BND1",
    }),
    valid("it was taken a microsecond later", quiet(sent(DUE + 1, -1, OK)), { also: "LIV1 BND1" }),
    invalid("it ended unknown", NO_ANSWER, quiet(sent(DUE - 30 * S, DUE, UNKNOWN))),
    valid(
      "it ended unknown, and a void settled it in the store",
      quiet((story) => {
        sent(DUE - 30 * S, DUE, UNKNOWN)(story);
        story.history.rowApplied(DUE + S, CHAT, W, 2, VOID);
      }),
    ),
    valid(
      "it ended unknown, and a void of it was delivered",
      quiet((story) => {
        sent(DUE - 30 * S, DUE, UNKNOWN)(story);
        story.frame(DUE + S, 2, 0, 2, VOID);
      }),
    ),
    invalid(
      "it ended unknown, and the store holds it",
      NO_ANSWER,
      quiet((story) => {
        sent(DUE - 30 * S, DUE, UNKNOWN)(story);
        story.history.rowApplied(DUE + S, CHAT, W, 2, 0);
      }),
    ),
    valid("it was refused", quiet(sent(DUE - 30 * S, DUE, REFUSED))),
    valid(
      "the number below it was never taken",
      quiet((story) => {
        story.invoke(DUE - 30 * S, 3);
        story.end(DUE, 3, REFUSED);
      }),
    ),
    valid(
      "it is of a device that its person left",
      quiet((story) => {
        sent(DUE - 30 * S, DUE, UNKNOWN)(story);
        story.connect(DUE - S, WRITER, FRESH, 5, 0);
        story.history.closed(DUE + S, WRITER, W, 1, 4409);
      }),
    ),
    invalid(
      "two are stuck, one is named",
      NO_ANSWER,
      quiet((story) => {
        sent(DUE - 30 * S, DUE, UNKNOWN)(story);
        story.invoke(DUE - 29 * S, 3);
        story.end(DUE, 3, UNKNOWN);
      }),
    ),
  ]);
});
