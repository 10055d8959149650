// MSG4 and MSG5 at their edges: what just counts as a duplicate and as a gap, and what just does not.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const VOID = 4;
/** A second device of the reader's, and its session. */
const FRESH = 23;
const FRESH_SESSION = 3;

const fresh = (story: Story, t = 3 * S): void => {
  story.connect(t, READER, FRESH, FRESH_SESSION, 1);
};
/** The reader's device comes back in session 3 and declares what it has. */
const again = (story: Story, have: number): void => {
  story.history.closed(3 * S, READER, R, 2, 0);
  story.reconnect(4 * S, READER, R, 3, 1);
  story.history.haveDeclared(4 * S, READER, R, 3, CHAT, W, have);
};

describe("MSG4 no duplicate, nearly", () => {
  const { valid, invalid } = rowsOf("MSG4");
  table([
    invalid(
      "the first send of a log takes a second n",
      "is send 1, which has n 1 already",
      (story) => {
        story.exchange(1);
        story.invoke(4 * S, 2, 1);
      },
    ),
    valid(
      "two numbers are filled with voids",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 0, VOID, 0);
        story.invoke(2.1 * S, 2, 0, VOID, 0);
        story.frame(3 * S, 1, 0, 2, VOID);
        story.frame(3.1 * S, 2, 0, 2, VOID);
        story.scanRow(1, 0, VOID);
        story.scanRow(2, 0, VOID);
        story.over();
      },
      { also: "LIV1*2 BND1" },
    ),
    valid(
      "a number is taken again with another send's words: a fork, judged by its content",
      (story) => {
        story.exchange(2);
        story.invoke(4 * S, 2, 1);
        story.over();
      },
    ),
    valid("a frame of the session before comes late", (story) => {
      story.exchange(2);
      again(story, 2);
      story.frame(5 * S, 2, 2, 2);
      story.over();
    }),
    invalid(
      "two frames come twice, out of order",
      ["message 2 of device 11 in chat 100 came", "message 3 of device 11 in chat 100 came"],
      (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.confirm(3.1 * S, 3);
        story.frame(4 * S, 3);
        story.frame(4.1 * S, 2);
        story.frame(4.2 * S, 3);
      },
      { times: 2, also: "MSG5" },
    ),
    invalid(
      "a row's words came under the next n",
      "is send 2, which has n 2 already",
      (story) => {
        story.exchange(2);
        story.confirm(4 * S, 3);
        story.frame(5 * S, 3, 2);
      },
      { also: "MSG2" },
    ),
    invalid(
      "a send took two numbers, and both arrive as sent",
      "is send 1, which has n 1",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 1);
        story.invoke(2.1 * S, 2, 1);
        story.frame(3 * S, 1, 1);
        story.frame(3.1 * S, 2, 1);
        story.scanRow(1, 1);
        story.scanRow(2, 1);
      },
    ),
    invalid(
      "the store holds a send twice",
      "holds send 1, which has n 1 already",
      (story) => {
        story.exchange(2);
        story.scanRow(1);
        story.scanRow(2, 1);
      },
      { also: "MSG2 MSG10" },
    ),
    invalid(
      "the store holds the second send in the first's place",
      "holds send 2, which has n 2 already",
      (story) => {
        story.exchange(2);
        story.scanRow(1, 2);
      },
      { also: "MSG2 MSG10" },
    ),
    valid(
      "a row of the store lies below all numbers: a phantom, not a duplicate",
      (story) => {
        story.exchange(1);
        story.scanRow(0, 1);
        story.over();
      },
      { also: "MSG2" },
    ),
    valid("a row that did not decrypt is in the store", (story) => {
      story.exchange(1);
      story.scanRow(1, -1);
      story.over();
    }),
    valid("a void is shown again", (story) => {
      story.exchange(1);
      story.show(4 * S, 1, 0, 2, VOID);
      story.over();
    }),
  ]);
});

describe("MSG5 gapless order, nearly", () => {
  const { valid, invalid } = rowsOf("MSG5");
  /** Numbers 2 to 4 taken, the first of them voids or not; their frames come before 1 is shown. */
  const early = (kinds: readonly number[]) => (story: Story) => {
    begin(story);
    story.confirm(2 * S, 1);
    story.frame(3 * S, 1);
    kinds.forEach((kind, index) => {
      const n = index + 2;
      story.invoke(2.1 * S + index, n, kind === VOID ? 0 : n, kind);
      story.store(2.2 * S, n);
      story.frame(3.1 * S + index, n, kind === VOID ? 0 : n, 2, kind);
    });
    story.show(4 * S, 1);
    story.show(4.1 * S, kinds.length + 1);
    story.over();
  };
  /** A device that was never shown the log goes on after what it declared, or after what was read. */
  const goesOn =
    (have: number, readN: number, n: number, start = -1) =>
    (story: Story) => {
      story.exchange(readN);
      for (let each = readN + 1; each <= n; each += 1) story.confirm((3 + each / 10) * S, each);
      fresh(story, 5 * S);
      if (have >= 0) story.history.haveDeclared(5 * S, READER, FRESH, FRESH_SESSION, CHAT, W, have);
      if (start >= 0) story.history.logFrame(5 * S, READER, FRESH, FRESH_SESSION, CHAT, W, start);
      const arrive = [READER, FRESH, FRESH_SESSION, CHAT, WRITER, W, n, n, TEXT, 1000 + n] as const;
      story.history.messageFrame(5.1 * S, ...arrive);
      story.history.shown(5.1 * S, ...arrive);
      story.over(9 * S);
    };
  table([
    valid("two voids came before the message below them was shown", early([VOID, VOID, TEXT]), {
      also: "LIV1*3 BND1",
    }),
    invalid(
      "a void and a text are passed over",
      "message 4 of device 11 in chat 100 was shown on device 22 after 1",
      early([VOID, TEXT, TEXT]),
      { also: "LIV1*3 BND1" },
    ),
    invalid("a text and a void are passed over", "after 1", early([TEXT, VOID, TEXT]), {
      also: "LIV1*3 BND1",
    }),
    valid("a session that was left behind is announced too high", (story) => {
      story.exchange(1);
      again(story, 1);
      story.announce(5 * S, 9, 2);
      story.confirm(5.1 * S, 2);
      story.confirm(5.2 * S, 3);
      story.frame(6 * S, 3, 3, 2);
      story.over(9 * S);
    }),
    invalid(
      "the start lies above what the device declared",
      "had declared 2 and 1 were read",
      (story) => {
        story.exchange(1);
        again(story, 2);
        story.announce(5 * S, 3, 3);
      },
    ),
    invalid(
      "a start is announced to a device that declared nothing",
      "had declared 0 and 0 were read",
      (story) => {
        begin(story);
        story.announce(2 * S, 1);
      },
    ),
    valid("it goes on after what the device declared", goesOn(2, 0, 3)),
    invalid(
      "it goes on one later",
      ["came to device 23 after 0", "was shown on device 23 after 0"],
      goesOn(2, 0, 4),
      { times: 2 },
    ),
    valid("it goes on after what was read", goesOn(-1, 2, 3)),
    invalid("it goes on one later than what was read", "after 0", goesOn(-1, 2, 4), { times: 2 }),
    valid("it goes on below what was read, after what the device declared", goesOn(1, 2, 2)),
    invalid("it was announced from the start and goes on above", "after 0", goesOn(2, 0, 3, 0), {
      times: 2,
    }),
    valid("it was announced from where it goes on", goesOn(2, 0, 3, 2)),
    valid("a void is shown over a gap", (story) => {
      story.exchange(1);
      story.show(4 * S, 5, 0, 2, VOID);
      story.over(9 * S);
    }),
  ]);
});
