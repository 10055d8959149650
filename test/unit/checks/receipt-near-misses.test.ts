// RCP1 to RCP3 at their edges: acknowledgements on their way, repeated and late writes.
import { describe } from "vitest";
import { CHAT, S, W, WRITER, type Story } from "./judge.ts";
import { readTo } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const UNKNOWN = 2;

describe("RCP1 exact, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("RCP1");
  /** Read to readN, receipts acknowledged to ackN so long before the end; the scan finds this entry. */
  const acknowledged =
    (readN: number, ackN: number, beforeEndUs: number, entry: readonly [number, number]) =>
    (story: Story) => {
      readTo(story, 0);
      if (readN > 0) story.read(4 * S, readN);
      const t = 60 * S - beforeEndUs;
      if (ackN > 0) {
        story.history.receiptFrame(t, WRITER, W, 1, CHAT, W, ackN, 5000);
        story.history.receiptShown(t, WRITER, W, CHAT, W, ackN, 5000);
        story.history.receiptAcknowledged(t, WRITER, W, CHAT, W, ackN);
      }
      story.over(60 * S);
      for (const n of [1, 2]) story.scanRow(n);
      story.scanUnread(2, readN);
      if (entry[0] >= 0) story.scanReceipt(...entry);
      story.scanned();
    };
  table([
    invalid(
      "a confirmed read is due in part",
      "is due to 1, but reading 2 is confirmed",
      acknowledged(2, 0, 0, [1, 0]),
      { also: "RCP3" },
    ),
    valid("a confirmed read is due", acknowledged(2, 0, 0, [2, 0])),
    valid("it is due in part, and all of it is acknowledged", acknowledged(2, 2, 50 * S, [1, 1]), {
      also: "RCP3",
    }),
    invalid(
      "seen stands one above",
      "counts as seen to 2, but its sender acknowledged 1",
      acknowledged(2, 1, 50 * S, [2, 2]),
    ),
    valid("seen stands at what was acknowledged", acknowledged(2, 1, 50 * S, [2, 1])),
    invalid(
      "an acknowledgement 5 s old has not arrived",
      "is due from 1, but its sender acknowledged 1",
      acknowledged(1, 1, 5 * S, [1, 0]),
    ),
    valid("one a microsecond younger is on its way", acknowledged(1, 1, 5 * S - 1, [1, 0])),
    invalid(
      "seen stands below both",
      "is due from 2, but its sender acknowledged 2",
      acknowledged(2, 2, 50 * S, [2, 1]),
    ),
    valid("nobody read, and no receipt is due", acknowledged(0, 0, 0, [-1, 0]), { counted: 0 }),
    invalid(
      "nobody read, and a receipt was seen",
      "counts as seen to 1, but its sender acknowledged 0",
      acknowledged(0, 0, 0, [1, 1]),
    ),
    valid(
      "a receipt of an unknown read is due",
      (story) => {
        readTo(story, 0);
        story.read(4 * S, 1, UNKNOWN);
        story.over(60 * S);
        for (const n of [1, 2]) story.scanRow(n);
        story.scanUnread(2, 1);
        story.scanReceipt(1, 0);
        story.scanned();
      },
      { counted: 1 },
    ),
    unknown("the scan breaks off after a bad entry", "not scanned", (story) => {
      readTo(story, 1);
      story.over(60 * S);
      story.scanReceipt(1, 2);
    }),
  ]);
});

describe("RCP2 exactly one, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("RCP2");
  const TABLET = 12;
  table([
    invalid(
      "a receipt says one more than was read",
      "message 2 of device 11 in chat 100 was read, but reading reached 1",
      (story) => {
        readTo(story, 1);
        story.history.receiptFrame(6 * S, WRITER, W, 1, CHAT, W, 2, 5000);
      },
    ),
    invalid("a screen says one more than was read", "reading reached 1", (story) => {
      readTo(story, 1);
      story.history.receiptShown(6 * S, WRITER, W, CHAT, W, 2, 5000);
    }),
    invalid(
      "a screen says twice that an unread message was read",
      "reading reached 1",
      (story) => {
        readTo(story, 1);
        for (const t of [6 * S, 7 * S]) {
          story.history.receiptShown(t, WRITER, W, CHAT, W, 2, 5000);
        }
      },
      { times: 2 },
    ),
    invalid("a device goes back", "which had shown 2", (story) => {
      readTo(story, 2);
      story.history.receiptShown(6 * S, WRITER, W, CHAT, W, 1, 5000);
    }),
    valid(
      "a second device shows it too",
      (story) => {
        readTo(story, 2);
        story.history.receiptShown(6 * S, WRITER, TABLET, CHAT, W, 2, 5000);
        story.finish(2);
      },
      { counted: 2 },
    ),
    valid("of two devices one was shown all", (story) => {
      readTo(story, 2);
      story.history.receiptShown(6 * S, WRITER, TABLET, CHAT, W, 1, 5000);
      story.finish(2);
    }),
    invalid(
      "a confirmed read is shown in part",
      "reading the log of device 11 in chat 100 to 2 is confirmed, but its sender was shown receipts to 1 only",
      (story) => {
        readTo(story, 1);
        story.read(6 * S, 2);
        story.quiet(10 * S);
        for (const n of [1, 2]) story.scanRow(n);
        story.scanUnread(2, 2);
        story.scanReceipt(2, 1);
        story.scanned();
      },
    ),
    invalid(
      "the quiet phase is all there is, and a read is not shown",
      "receipts to 0 only",
      (story) => {
        story.history.quietBegan(0, 1);
        story.history.quietBegan(0, 2);
        readTo(story, 0);
        story.read(4 * S, 2);
        story.over();
      },
    ),
    unknown(
      "the quiet phase never came to its second step",
      "second step",
      (story) => {
        readTo(story, 0);
        story.read(4 * S, 2);
        story.history.quietBegan(10 * S, 1);
        story.over();
        story.scanned();
      },
      { also: "MSG1*2 MSG8*2 UNR2 UNR4 RCP1" },
    ),
    unknown(
      "the run was interrupted in its quiet phase",
      "interrupted",
      (story) => {
        readTo(story, 0);
        story.read(4 * S, 2);
        story.quiet(10 * S);
      },
      { setting: { complete: false } },
    ),
  ]);
});

describe("RCP3 causal, monotone, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("RCP3");
  table([
    invalid(
      "a receipt for 2 comes when 1 was shown",
      "message 2 of device 11 in chat 100 came before it was shown: the reader saw 1",
      (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.history.receiptFrame(4 * S, WRITER, W, 1, CHAT, W, 2, 5000);
      },
      { also: "RCP2" },
    ),
    invalid(
      "read_n falls",
      "read_n of the receipts for the log of device 11 in chat 100 fell from 2 to 1",
      (story) => {
        readTo(story, 2);
        story.history.receiptRaised(6 * S, WRITER, CHAT, W, 1, 5000);
      },
    ),
    valid(
      "each watermark repeats itself",
      (story) => {
        readTo(story, 2);
        story.history.receiptRaised(6 * S, WRITER, CHAT, W, 2, 5000);
        story.history.seenRaised(6 * S, WRITER, CHAT, W, 2);
        story.finish(2);
      },
      { counted: 7 },
    ),
    invalid(
      "the scan finds a lower read_n",
      "read_n of the receipts for the log of device 11 in chat 100 fell from 2 to 1",
      (story) => {
        readTo(story, 2);
        story.over(60 * S);
        story.scanReceipt(1, 2);
        story.scanned();
      },
      { also: "MSG1*2 MSG8*2 UNR2 UNR4" },
    ),
    invalid(
      "the scan finds a lower seen_n",
      "seen_n of the receipts for the log of device 11 in chat 100 fell from 2 to 1",
      (story) => {
        readTo(story, 2);
        story.over(60 * S);
        story.scanReceipt(2, 1);
        story.scanned();
      },
      { also: "MSG1*2 MSG8*2 UNR2 UNR4 RCP1" },
    ),
    valid(
      "the scan finds an entry and no receipt",
      (story) => {
        readTo(story, 2);
        story.over(60 * S);
        story.scanUnread(2, 2);
        story.scanned();
      },
      { counted: 3, also: "MSG1*2 MSG8*2 UNR3" },
    ),
    valid(
      "the scan finds a receipt that was never seen",
      (story) => {
        readTo(story, 0);
        story.read(4 * S, 2);
        story.over(60 * S);
        story.scanUnread(2, 2);
        story.scanReceipt(2, -1);
        story.scanned();
      },
      { counted: 3, also: "MSG1*2 MSG8*2 UNR3" },
    ),
    valid(
      "the scan finds a receipt at 0",
      (story) => {
        readTo(story, 0);
        story.over(60 * S);
        story.scanReceipt(0, 0);
        story.scanned();
      },
      { counted: 2, also: "MSG1*2 MSG8*2 UNR1 UNR2" },
    ),
    unknown("the scan breaks off after a fall", "not scanned", (story) => {
      readTo(story, 2);
      story.over(60 * S);
      story.scanReceipt(1, 1);
    }),
  ]);
});
