// UNR3 and UNR4 at their edges: watermarks that just suffice, repeated and late writes.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, type Story } from "./judge.ts";
import { begin, readTo, rowOnly, scan } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const OK = 0;
const UNKNOWN = 2;
const LIVE = { setting: { mode: "live" as const } };

describe("UNR3 conservation, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("UNR3");
  table([
    valid(
      "2 rows are 1 read and 1 unread",
      (story) => {
        readTo(story, 1);
        scan(story, 2, 2, 1);
      },
      { counted: 1 },
    ),
    valid("a row stands above the mark", (story) => {
      story.exchange(1);
      rowOnly(story, 3 * S, 2);
      story.end(3.1 * S, 2, UNKNOWN);
      scan(story, 2, 1, 1);
    }),
    invalid(
      "the first of two rows is missing",
      "holds 1 rows for user 2, but 1 count as unread and 1 as read",
      (story) => {
        readTo(story, 1);
        story.over(60 * S);
        story.scanRow(2);
        story.scanUnread(2, 1);
        story.scanReceipt(1, 1);
        story.scanned();
      },
      { also: "MSG1 MSG8" },
    ),
    invalid(
      "it is read above what is stored",
      "holds 1 rows for user 2, but 0 count as unread and 2 as read",
      (story) => {
        story.exchange(1);
        scan(story, 1, 1, 2);
      },
      { also: "UNR2 RCP1" },
    ),
    valid(
      "an entry whose mark was never set holds nothing",
      (story) => {
        begin(story);
        scan(story, 0, 0, 0);
      },
      { counted: 0 },
    ),
    valid(
      "only the receipts of a log were found",
      (story) => {
        story.exchange(1);
        story.over(60 * S);
        story.scanReceipt(1, 1);
        story.scanned();
      },
      { counted: 0, also: "MSG1 MSG8 UNR2 UNR4" },
    ),
    valid("the entry tells no read", (story) => {
      readTo(story, 0);
      scan(story, 2, 2, -1);
    }),
    unknown("the scan breaks off before the rows", "not scanned", (story) => {
      readTo(story, 1);
      story.over(60 * S);
      story.scanUnread(2, 1);
    }),
  ]);
});

describe("UNR4 no return, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("UNR4");
  const readWithoutStore = (outcome: number) => (story: Story) => {
    readTo(story, 0);
    story.history.readInvoked(4 * S, READER, R, CHAT, W, 1, 5000);
    story.history.readEnded(4.1 * S, READER, R, CHAT, W, 1, outcome);
    story.receipt(5 * S, 1);
    story.over(60 * S);
    for (const n of [1, 2]) story.scanRow(n);
    story.scanUnread(2, 1);
    story.scanReceipt(1, 1);
    story.scanned();
  };
  table([
    invalid(
      "a read is confirmed before the entry closed",
      "read fell from 1 to 0",
      readWithoutStore(OK),
    ),
    valid("such a read ends unknown", readWithoutStore(UNKNOWN), { counted: 0 }),
    valid("live, nobody sees the entry but the scan", readWithoutStore(OK), LIVE),
    invalid(
      "live, the scan finds less than was confirmed",
      "read fell from 2 to 1",
      (story) => {
        begin(story);
        for (const n of [1, 2]) {
          story.confirm((1 + n) * S, n);
          story.deliver((1.1 + n) * S, n);
        }
        story.history.readInvoked(4 * S, READER, R, CHAT, W, 2, 5000);
        story.history.readEnded(4.1 * S, READER, R, CHAT, W, 2, OK);
        story.receipt(5 * S, 2);
        scan(story, 2, 2, 1);
      },
      { ...LIVE, also: "UNR2 RCP3" },
    ),
    invalid(
      "the scan finds no entry",
      "read fell from 1 to -1",
      (story) => {
        readTo(story, 1);
        scan(story, 2, -1, 1);
      },
      { also: "UNR1 UNR2" },
    ),
    valid(
      "nobody read, and there is no entry",
      (story) => {
        readTo(story, 0);
        scan(story, 2, -1, 0);
      },
      { counted: 0, also: "UNR1 UNR2" },
    ),
    valid(
      "each move of read_n and each log is judged",
      (story) => {
        readTo(story, 1);
        scan(story, 2, 2, 1);
      },
      { counted: 2 },
    ),
    unknown("the scan breaks off after a fall", "not scanned", (story) => {
      readTo(story, 1);
      story.over(60 * S);
      story.scanUnread(2, 0);
    }),
  ]);
});
