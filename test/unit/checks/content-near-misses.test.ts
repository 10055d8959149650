// MSG6 to MSG8 and MSG10 at their edges: equal times, late confirmations, voids.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin, reply } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const IMAGE = 1;
const VOID = 4;
const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;
const FRESH = 23;
const FRESH_SESSION = 3;
/** A second device of the writer's. */
const TABLET = 12;

/** The reader's device shows message 1 of the writer's tablet. */
const showTablet = (story: Story, t: number, sentAt: number): void => {
  story.history.sendInvoked(t, WRITER, TABLET, CHAT, 1, 1, TEXT, sentAt, t);
  story.history.shown(t, READER, R, 2, CHAT, WRITER, TABLET, 1, 1, TEXT, sentAt);
};
const scanned = (story: Story): void => {
  story.over();
  story.scanned();
};

describe("MSG6 cause before effect, nearly", () => {
  const { valid, invalid } = rowsOf("MSG6");
  table([
    valid(
      "the first message of all is sent at 1 ms",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 1, TEXT, 1);
        story.invoke(2 * S, 2, 2, TEXT, 2);
        story.invoke(2 * S, 3, 3, TEXT, 3);
        scanned(story);
      },
      { counted: 3, also: "LIV1*3 BND1" },
    ),
    invalid("a device's second message sorts with its first", "had seen 1001 ms", (story) => {
      begin(story);
      story.invoke(2 * S, 1, 1, TEXT, 1001);
      story.invoke(2 * S, 2, 2, TEXT, 1001);
    }),
    invalid("its third sorts with its second", "had seen 1002 ms", (story) => {
      begin(story);
      story.invoke(2 * S, 1, 1, TEXT, 1001);
      story.invoke(2 * S, 2, 2, TEXT, 1002);
      story.invoke(2 * S, 3, 3, TEXT, 1002);
    }),
    valid(
      "the message after a void sorts before the void's time",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 0, VOID, 9000);
        story.invoke(2 * S, 2, 2, TEXT, 1);
        scanned(story);
      },
      { also: "LIV1*2 BND1" },
    ),
    valid(
      "a fresh device that saw nothing replies at an early time",
      (story) => {
        story.exchange(2);
        story.connect(3 * S, READER, FRESH, FRESH_SESSION, 1);
        reply(story, 4 * S, FRESH, 900);
        scanned(story);
      },
      { also: "MSG1*3 MSG8*2 UNR1 UNR2*2 UNR4 LIV3" },
    ),
    invalid("a device saw two logs, the later time in the first", "had seen 1002 ms", (story) => {
      story.exchange(2);
      showTablet(story, 3 * S, 500);
      reply(story, 4 * S, R, 900);
    }),
    invalid("a device saw two logs, the later time in the second", "had seen 1500 ms", (story) => {
      story.exchange(2);
      showTablet(story, 3 * S, 1500);
      reply(story, 4 * S, R, 1500);
    }),
    valid(
      "a device fills a number with a void after what it saw",
      (story) => {
        story.exchange(2);
        story.history.sendInvoked(4 * S, READER, R, CHAT, 1, 0, VOID, 0, 4 * S);
        story.history.sendEnded(4 * S, READER, R, CHAT, 1, UNKNOWN);
        story.finish(2);
      },
      { also: "LIV2" },
    ),
    valid(
      "a fork is sent and shown at another time",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 1, TEXT, 1001);
        story.invoke(2.1 * S, 1, 5, TEXT, 900);
        story.history.shown(3 * S, READER, R, 2, CHAT, WRITER, W, 1, 5, TEXT, 900);
        scanned(story);
      },
      { also: "MSG8 LIV1 BND1" },
    ),
    valid(
      "a number is taken twice, the second time earlier than what was seen",
      (story) => {
        story.exchange(2);
        reply(story, 4 * S, R, 1003);
        story.history.sendInvoked(4.1 * S, READER, R, CHAT, 1, 1, TEXT, 900, 4.1 * S);
        scanned(story);
      },
      { also: "MSG1*3 MSG8*2 UNR1 UNR2*2 UNR4 LIV3" },
    ),
    invalid(
      "the store sorts it otherwise",
      "sorts at 1007 ms in the store, but was sent at 1001",
      (story) => {
        story.exchange(1);
        story.history.scanRow(900 * S, CHAT, WRITER, W, 1, 1, TEXT, 1007);
      },
    ),
    invalid("the screen sorts it otherwise", "sorts at 1000 ms on the screen", (story) => {
      begin(story);
      story.confirm(2 * S, 1);
      story.history.shown(3 * S, READER, R, 2, CHAT, WRITER, W, 1, 1, TEXT, 1000);
    }),
    valid(
      "a void in its place sorts nowhere",
      (story) => {
        story.exchange(1);
        story.scanRow(1, 0, VOID);
        scanned(story);
      },
      { also: "MSG1 MSG8 MSG10 UNR2 UNR4" },
    ),
  ]);
});

describe("MSG7 stored before confirmed, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("MSG7");
  const live = { setting: { mode: "live" as const } };
  table([
    valid(
      "a send that was not stored ends refused, another unknown",
      (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(3.1 * S, 2, REFUSED);
        story.invoke(4 * S, 3);
        story.end(5 * S, 3, UNKNOWN);
        story.over(9 * S);
      },
      { counted: 1 },
    ),
    invalid(
      "it is confirmed twice without a row",
      "durable to 0 only",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.end(3 * S, 1, OK);
        story.end(4 * S, 1, OK);
      },
      { also: "UNR1" },
    ),
    valid("a refused send is confirmed by a late answer", (story) => {
      story.exchange(1);
      story.invoke(3 * S, 2);
      story.end(3.1 * S, 2, REFUSED);
      story.end(3.2 * S, 2, OK);
      story.over(9 * S);
    }),
    valid(
      "live, each confirmed message has a row, an unknown one none",
      (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(5 * S, 2, UNKNOWN);
        story.over();
        story.scanRow(1);
        story.scanUnread(1, 1);
        story.scanReceipt(1, 1);
        story.scanned();
      },
      live,
    ),
    valid(
      "live, a void stands in its place",
      (story) => {
        story.exchange(1);
        story.over();
        story.scanRow(1, 0, VOID);
        story.scanUnread(1, 1);
        story.scanReceipt(1, 1);
        story.scanned();
      },
      { ...live, also: "MSG1 MSG8 MSG10" },
    ),
    invalid(
      "live, one of two rows is missing",
      "message 2 of device 11 in chat 100 was confirmed at 1.022 s",
      (story) => {
        story.exchange(2);
        story.over();
        story.scanRow(1);
        story.scanUnread(2, 2);
        story.scanReceipt(2, 2);
        story.scanned();
      },
      { ...live, also: "MSG1 MSG8 UNR3" },
    ),
    unknown(
      "live, nobody scanned",
      "not scanned",
      (story) => {
        story.exchange(2);
        story.over();
      },
      live,
    ),
    valid(
      "simulated, no row stands at the end: MSG1's",
      (story) => {
        story.exchange(1);
        story.over();
        story.scanUnread(1, 1);
        story.scanReceipt(1, 1);
        story.scanned();
      },
      { also: "MSG1 MSG8 UNR3" },
    ),
  ]);
});

describe("MSG8 stored before shown, nearly", () => {
  const { valid, invalid } = rowsOf("MSG8");
  table([
    invalid(
      "what was shown is a void in the store",
      "was shown to user 2 and is a void in the store",
      (story) => {
        story.exchange(1);
        story.over();
        story.scanRow(1, 0, VOID);
        story.scanUnread(1, 1);
        story.scanReceipt(1, 1);
        story.scanned();
      },
      { also: "MSG1 MSG10" },
    ),
    valid(
      "what was never shown is not asked for",
      (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(4 * S, 2, UNKNOWN);
        story.frame(5 * S, 2);
        scannedRows(story, [1]);
      },
      { counted: 1 },
    ),
    invalid(
      "one of two is missing",
      "message 2",
      (story) => {
        story.exchange(2);
        scannedRows(story, [1]);
      },
      { also: "MSG1 UNR2 UNR4 RCP3*2" },
    ),
  ]);
  function scannedRows(story: Story, rows: readonly number[]): void {
    story.over();
    for (const n of rows) story.scanRow(n);
    story.scanUnread(rows.length, rows.length);
    story.scanReceipt(rows.length, rows.length);
    story.scanned();
  }
});

describe("MSG10 same content, nearly", () => {
  const { valid, invalid } = rowsOf("MSG10");
  const sent = (story: Story): void => {
    begin(story);
    story.confirm(2 * S, 1);
  };
  const historyRow = (story: Story, t: number, n: number, content: number): void => {
    story.history.historyRow(t, 1, CHAT, W, n, content, 1000 + n);
  };
  table([
    invalid(
      "a history tells other words",
      "was content 1 and is content 5",
      (story) => {
        sent(story);
        story.frame(3 * S, 1);
        historyRow(story, 4 * S, 1, 5);
      },
      { also: "MSG2" },
    ),
    invalid(
      "a history tells of a void where words stood",
      "was content 1 and is a void",
      (story) => {
        sent(story);
        story.frame(3 * S, 1);
        historyRow(story, 4 * S, 1, 0);
      },
    ),
    invalid(
      "a frame of the same text is empty",
      "was content 1 and is content 0",
      (story) => {
        sent(story);
        story.frame(3 * S, 1);
        story.frame(4 * S, 1, 0);
      },
      { also: "MSG2 MSG4" },
    ),
    valid(
      "it does not decrypt: SEC3's",
      (story) => {
        sent(story);
        story.frame(3 * S, 1);
        historyRow(story, 4 * S, 1, -1);
        story.frame(5 * S, 2, -1);
        scanned(story);
      },
      { counted: 1, also: "MSG1 UNR1 UNR2 LIV3" },
    ),
    invalid(
      "the first thing seen is a picture's frame, then a void",
      "was content 1 and is a void",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 1, IMAGE);
        story.frame(3 * S, 1, 1, 2, IMAGE);
        story.scanRow(1, 0, VOID);
      },
    ),
    valid(
      "a void stays a void",
      (story) => {
        sent(story);
        story.invoke(2 * S, 2, 0, VOID, 0);
        story.end(2.1 * S, 2, OK);
        story.history.rowApplied(2.1 * S, CHAT, W, 2, VOID);
        story.frame(3 * S, 1);
        story.frame(3.1 * S, 2, 0, 2, VOID);
        historyRow(story, 4 * S, 2, 0);
        story.scanRow(1);
        story.scanRow(2, 0, VOID);
        scanned(story);
      },
      { counted: 5, also: "MSG1 MSG7 UNR1*2 UNR2 LIV3" },
    ),
    valid(
      "a void whose context did not decrypt is a void",
      (story) => {
        sent(story);
        story.frame(3 * S, 1, -1, 2, VOID);
        historyRow(story, 4 * S, 1, 0);
        scanned(story);
      },
      { counted: 2, also: "MSG1 UNR1 UNR2" },
    ),
    valid(
      "what nobody sent has no row to compare",
      (story) => {
        sent(story);
        story.frame(3 * S, 9, 9);
        story.frame(3.1 * S, 9, 8);
        story.frame(3.2 * S, 1);
        scanned(story);
      },
      { counted: 1, also: "MSG1 MSG2*2 MSG4*2 MSG5 UNR1 UNR2 LIV3" },
    ),
  ]);
});
