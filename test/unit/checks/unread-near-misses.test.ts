// UNR1 and UNR2 at their edges: watermarks that just suffice, repeated and late writes.
import { describe } from "vitest";
import { CHAT, READER, S, W, type Story } from "./judge.ts";
import { begin, readTo, rowOnly, scan } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;
const LIVE = { setting: { mode: "live" as const } };

const raised = (story: Story, t: number, n: number): void => {
  story.history.sentRaised(t, READER, CHAT, W, n);
};

describe("UNR1 covered, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("UNR1");
  table([
    invalid("it is confirmed twice without a mark", "stood at sent 0", (story) => {
      begin(story);
      rowOnly(story, 2 * S, 1);
      story.end(3 * S, 1, OK);
      story.end(3.1 * S, 1, OK);
    }),
    valid("a refused send is confirmed by a late answer", (story) => {
      story.exchange(1);
      rowOnly(story, 3 * S, 2);
      story.end(3.1 * S, 2, REFUSED);
      story.end(3.2 * S, 2, OK);
      scan(story, 2, 1, 1);
    }),
    valid("a send without a mark ends unknown", (story) => {
      story.exchange(1);
      rowOnly(story, 3 * S, 2);
      story.end(5 * S, 2, UNKNOWN);
      scan(story, 1, 1, 1);
    }),
    valid(
      "what nobody sent is confirmed",
      (story) => {
        story.exchange(1);
        story.end(3 * S, 9, OK);
        scan(story, 1, 1, 1);
      },
      { also: "MSG7" },
    ),
    valid("it was read before its mark stood", (story) => {
      begin(story);
      rowOnly(story, 2 * S, 1);
      story.deliver(2.1 * S, 1);
      story.read(2.2 * S, 1);
      story.end(3 * S, 1, OK);
      story.receipt(4 * S, 1);
      scan(story, 1, 1, 1);
    }),
    invalid("one below it was read before its mark stood", "stood at sent 1", (story) => {
      story.exchange(1);
      rowOnly(story, 3 * S, 2);
      story.end(4 * S, 2, OK);
    }),
    valid("the mark repeats itself", (story) => {
      readTo(story, 0);
      raised(story, 5 * S, 2);
      scan(story, 2, 2, 0);
    }),
    invalid(
      "the mark rises and repeats itself below what is confirmed",
      "was confirmed while its entry stood at sent 0",
      (story) => {
        begin(story);
        rowOnly(story, 2 * S, 1);
        rowOnly(story, 2.1 * S, 2);
        story.end(3 * S, 2, OK);
        raised(story, 4 * S, 1);
        raised(story, 5 * S, 1);
      },
    ),
    valid("the mark falls to what is confirmed", (story) => {
      readTo(story, 0);
      story.invoke(5 * S, 3);
      story.store(5.1 * S, 3);
      raised(story, 5.2 * S, 2);
      story.end(6 * S, 3, UNKNOWN);
      scan(story, 2, 2, 0);
    }),
    invalid("the mark falls below what is confirmed, with 1 read", "with 2 confirmed", (story) => {
      readTo(story, 1);
      raised(story, 6 * S, 1);
    }),
    valid("the mark falls, but all is read", (story) => {
      readTo(story, 2);
      raised(story, 6 * S, 1);
      scan(story, 2, 2, 2);
    }),
    valid("the entry is closed to what was read", (story) => {
      readTo(story, 1);
      story.history.readRaised(6 * S, READER, CHAT, W, 1);
      scan(story, 2, 2, 1);
    }),
    invalid(
      "it is closed above what was read",
      "closed to 2, but its reader read to 1",
      (story) => {
        readTo(story, 1);
        story.history.readRaised(6 * S, READER, CHAT, W, 2);
      },
    ),
    invalid(
      "the entry stands at 1 of 2 at the end",
      "its entry stands at sent 1, read 0",
      (story) => {
        readTo(story, 0);
        scan(story, 2, 1, 0);
      },
      { also: "UNR2" },
    ),
    invalid(
      "there is no entry at the end",
      "its entry stands at sent -1, read -1",
      (story) => {
        readTo(story, 0);
        scan(story, 2, -1, 0);
      },
      { also: "UNR2" },
    ),
    invalid(
      "the entry is closed at the end",
      "its entry stands at sent 2, read 2",
      (story) => {
        readTo(story, 1);
        scan(story, 2, 2, 2);
      },
      { also: "UNR2 RCP1" },
    ),
    valid(
      "all is read, and the entry is gone",
      (story) => {
        readTo(story, 2);
        scan(story, 2, -1, 2);
      },
      { also: "UNR2 UNR4" },
    ),
    valid(
      "live, nobody sees marks but the scan",
      (story) => {
        begin(story);
        rowOnly(story, 2 * S, 1);
        story.deliver(2.1 * S, 1);
        story.end(3 * S, 1, OK);
        scan(story, 1, 1, 0);
      },
      LIVE,
    ),
    unknown("the scan breaks off before the entry", "not scanned", (story) => {
      readTo(story, 0);
      story.over(60 * S);
      story.scanRow(1);
    }),
  ]);
});

describe("UNR2 exact, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("UNR2");
  table([
    invalid(
      "the entry stands at 1 of 2",
      "says sent 1, but 2 is confirmed",
      (story) => {
        readTo(story, 0);
        scan(story, 2, 1, 0);
      },
      { also: "UNR1" },
    ),
    valid("an unknown send moved the mark", (story) => {
      story.exchange(1);
      story.invoke(3 * S, 2);
      story.store(3 * S, 2);
      story.end(5 * S, 2, UNKNOWN);
      scan(story, 2, 2, 1);
    }),
    invalid(
      "the mark stands one above what was tried",
      "says sent 2, but only 1 were tried",
      (story) => {
        story.exchange(1);
        scan(story, 1, 2, 1);
      },
      { also: "UNR3" },
    ),
    invalid(
      "a confirmed read did not move it",
      "says read 1, but reading 2 is confirmed",
      (story) => {
        readTo(story, 2);
        scan(story, 2, 2, 1);
      },
      { also: "UNR4 RCP3*2" },
    ),
    invalid(
      "nobody read so far",
      "says read 2, but its reader read 1 at most",
      (story) => {
        readTo(story, 1);
        scan(story, 2, 2, 2);
      },
      { also: "UNR1 RCP1" },
    ),
    invalid(
      "it is read above what was sent",
      "says read 2, but sent 1",
      (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(3.1 * S, 2, UNKNOWN);
        story.deliver(3.2 * S, 2);
        story.read(4 * S, 2, UNKNOWN);
        scan(story, 1, 1, 2);
      },
      { also: "MSG8 UNR3 RCP1" },
    ),
    invalid(
      "an entry of a log of which nothing is confirmed is closed",
      "says read 1, but its reader read 0",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.end(3 * S, 1, UNKNOWN);
        scan(story, 0, 0, 1);
      },
      { also: "RCP1" },
    ),
    valid(
      "an unknown send may have opened an entry",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.store(2 * S, 1);
        story.end(3 * S, 1, UNKNOWN);
        scan(story, 1, 1, 0);
      },
      { counted: 1 },
    ),
    valid(
      "an unknown send may have opened none",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.end(3 * S, 1, UNKNOWN);
        scan(story, 0, 0, 0);
      },
      { counted: 0 },
    ),
    unknown("the scan breaks off after a bad entry", "not scanned", (story) => {
      readTo(story, 0);
      story.over(60 * S);
      story.scanUnread(9, 0);
    }),
  ]);
});
