// MSG9 at its edges: pages of a history, equal times, what was known when the read began.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, type Story } from "./judge.ts";
import { begin, reply } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const OK = 0;
const UNKNOWN = 2;

describe("MSG9 known stays known, nearly", () => {
  const { valid, invalid } = rowsOf("MSG9");
  type Place = readonly [sentAt: number, device: number, n: number];
  const NEWEST: Place = [0, 0, 0];
  /** Where message n of the writer stands. */
  const place = (n: number): Place => [1000 + n, W, n];
  const BEGAN = 5 * S;
  const ask = (story: Story, operation = 1, type = 2): void => {
    story.history.operationBegan(BEGAN, operation, type, READER, R, CHAT);
  };
  const page = (
    story: Story,
    rows: readonly Place[],
    before = NEWEST,
    more = 0,
    operation = 1,
  ): void => {
    const t = 6 * S;
    for (const [sentAt, device, n] of rows) {
      story.history.historyRow(t, operation, CHAT, device, n, n, sentAt);
    }
    story.history.historyPage(t, operation, CHAT, ...before, rows.length, more);
  };
  const answer =
    (rows: readonly Place[], before = NEWEST, more = 0) =>
    (story: Story) => {
      story.exchange(3);
      ask(story);
      page(story, rows, before, more);
      story.history.operationEnded(6 * S, 1, OK);
      story.over(9 * S);
    };
  /** Message 4 is confirmed at `t`, not shown, and not in the history that was asked for at BEGAN. */
  const confirmedAt =
    (t: number, outcome = OK) =>
    (story: Story) => {
      story.exchange(3);
      story.invoke(4 * S, 4);
      if (t <= BEGAN) story.store(t, 4);
      if (t <= BEGAN) story.end(t, 4, outcome);
      ask(story);
      if (t > BEGAN) story.store(t, 4);
      if (t > BEGAN) story.end(t, 4, outcome);
      page(story, [place(3), place(2), place(1)]);
      story.over(9 * S);
    };
  /** The reader's own message has the same time as the writer's second; the device decides. */
  const tied =
    (rows: readonly Place[], before: Place, more = 0) =>
    (story: Story) => {
      story.exchange(3);
      reply(story, 4 * S, R, 1002);
      ask(story);
      page(story, rows, before, more);
      story.over(9 * S);
    };
  const OWN: Place = [1002, R, 1];
  const early = { also: "MSG6" };
  table([
    invalid("it was confirmed in the moment the read began", "message 4", confirmedAt(BEGAN)),
    valid("it was confirmed a microsecond after the read began", confirmedAt(BEGAN + 1)),
    valid("it ended unknown before the read began", confirmedAt(4.5 * S, UNKNOWN)),
    invalid("it was shown and has no answer yet", "message 4", (story) => {
      story.exchange(3);
      story.invoke(4 * S, 4);
      story.deliver(4.1 * S, 4);
      ask(story);
      page(story, [place(3), place(2), place(1)]);
      story.over(9 * S);
    }),
    valid("it was confirmed after the read began, the next one before", (story) => {
      story.exchange(3);
      story.invoke(4 * S, 4);
      story.store(4 * S, 4);
      story.confirm(4.1 * S, 5);
      ask(story);
      story.end(5.5 * S, 4, OK);
      page(story, [place(5), place(3), place(2), place(1)]);
      story.over(9 * S);
    }),
    valid("it was shown after the read began", (story) => {
      story.exchange(3);
      story.invoke(4 * S, 4);
      ask(story);
      story.deliver(5.5 * S, 4);
      page(story, [place(3), place(2), place(1)]);
      story.over(9 * S);
    }),
    valid(
      "a phantom was shown that nobody sent",
      (story) => {
        story.exchange(3);
        story.history.rowApplied(4 * S, CHAT, W, 4, TEXT);
        story.show(4.1 * S, 4);
        ask(story);
        page(story, [place(3), place(2), place(1)]);
        story.over(9 * S);
      },
      { also: "MSG2" },
    ),
    valid(
      "a phantom was shown beyond the log",
      (story) => {
        story.exchange(3);
        story.show(4.1 * S, 9);
        ask(story);
        page(story, [place(3), place(2), place(1)]);
        story.over(9 * S);
      },
      { also: "MSG2 MSG5" },
    ),
    valid("it asked below 3, of which 3 itself is not", answer([place(2), place(1)], place(3)), {
      counted: 2,
    }),
    invalid("it asked below 3 and lacks 2", "message 2", answer([place(1)], place(3))),
    valid(
      "an empty page says that more is to come",
      (story) => {
        story.exchange(3);
        ask(story);
        page(story, [], NEWEST, 1);
        page(story, [place(3), place(2), place(1)]);
        story.over(9 * S);
      },
      { counted: 3 },
    ),
    valid(
      "two pages hold all",
      (story) => {
        story.exchange(3);
        ask(story);
        page(story, [place(3), place(2)], NEWEST, 1);
        page(story, [place(1)], place(2));
        story.over(9 * S);
      },
      { counted: 3 },
    ),
    invalid("the second page lacks the last", "message 1", (story) => {
      story.exchange(3);
      ask(story);
      page(story, [place(3), place(2)], NEWEST, 1);
      page(story, [], place(2));
      story.over(9 * S);
    }),
    invalid("the second page repeats the first", "message 1", (story) => {
      story.exchange(3);
      ask(story);
      page(story, [place(3), place(2)], NEWEST, 1);
      page(story, [place(3), place(2)], place(2));
      story.over(9 * S);
    }),
    invalid(
      "the page goes on below what it lacks",
      "message 2",
      answer([place(3), place(1)], NEWEST, 1),
    ),
    valid(
      "two histories are read at once",
      (story) => {
        story.exchange(3);
        ask(story, 1);
        ask(story, 2);
        page(story, [place(3), place(2), place(1)], NEWEST, 0, 1);
        page(story, [place(3), place(2), place(1)], NEWEST, 0, 2);
        story.over(9 * S);
      },
      { counted: 6 },
    ),
    valid(
      "a page comes after the read was given up",
      (story) => {
        story.exchange(3);
        ask(story);
        page(story, [place(3), place(2), place(1)]);
        story.history.operationEnded(6 * S, 1, UNKNOWN);
        page(story, [place(3)]);
        story.over(9 * S);
      },
      { counted: 3 },
    ),
    valid(
      "an operation of another kind has no pages to judge",
      (story) => {
        answer([place(3), place(2), place(1)])(story);
        ask(story, 7, 3);
        page(story, [], NEWEST, 0, 7);
      },
      { counted: 3 },
    ),
    valid(
      "of equal times the higher device comes first",
      tied([place(3), OWN, place(2), place(1)], NEWEST),
      early,
    ),
    valid("asked below the higher device, the lower one follows", tied([place(2), place(1)], OWN), {
      ...early,
      counted: 2,
    }),
    invalid(
      "asked below the higher device, the lower one is missing",
      "device 11",
      tied([place(1)], OWN),
      early,
    ),
    valid("asked below the lower device, the higher one is above", tied([place(1)], place(2)), {
      ...early,
      counted: 1,
    }),
    valid("the page ends with the higher device", tied([place(3), OWN], NEWEST, 1), {
      ...early,
      counted: 2,
    }),
    invalid(
      "the page ends with the lower device and lacks the higher",
      "device 22",
      tied([place(3), place(2)], NEWEST, 1),
      early,
    ),
    valid("asked below a number of the same time and device", answerSameTime([1002, W, 2], 1), {
      also: "MSG6*2",
    }),
    invalid(
      "asked below a number of the same time and device, the one below is missing",
      "message 1",
      answerSameTime([1002, W, 2], 0),
      { also: "MSG6*2" },
    ),
  ]);

  /** Three messages of one device and one time: the number decides. */
  function answerSameTime(before: Place, rows: number) {
    return (story: Story): void => {
      begin(story);
      for (let n = 1; n <= 3; n += 1) {
        story.invoke(2 * S, n, n, TEXT, 1002);
        story.store(2 * S, n);
        story.end(2 * S, n, OK);
      }
      ask(story);
      page(story, rows === 0 ? [] : [[1002, W, 1]], before);
      story.over(6.5 * S);
    };
  }
});
