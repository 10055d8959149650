// UNR and RCP rules: a good, a bad and an unknown history each, and near-misses.
import { describe } from "vitest";
import { CHAT, READER, S, W, WRITER, type Story } from "./judge.ts";
import { table } from "./table.ts";

const good = (story: Story): void => {
  story.exchange(3);
  story.finish(3);
};
const noScan = (story: Story): void => {
  story.exchange(3);
  story.quiet(10 * S);
};
/** One message, confirmed and shown, not read; then the scan that is given. */
const unread = (scan: (story: Story) => void) => (story: Story) => {
  story.online(0);
  story.announce(S, 0);
  story.confirm(2 * S, 1);
  story.deliver(2.1 * S, 1);
  story.quiet(10 * S);
  story.scanRow(1);
  scan(story);
  story.scanned();
};
/** Two messages exchanged; then the receipt entry that is given. */
const receipted = (readN: number, seenN: number) => (story: Story) => {
  story.exchange(2);
  story.quiet(10 * S);
  story.scanReceipt(readN, seenN);
  story.scanned();
};

describe("UNR1 covered", () => {
  table([
    { rule: "UNR1", verdict: "valid", when: "the mark stands at `sent`", tell: good },
    { rule: "UNR1", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "UNR1",
      verdict: "invalid",
      when: "`sent` comes before the mark",
      text: "stood at sent 0",
      tell: (story) => {
        story.online(0);
        story.invoke(2 * S, 1);
        story.history.rowApplied(2.1 * S, CHAT, W, 1, 0);
        story.end(2.2 * S, 1, 0);
      },
    },
    {
      rule: "UNR1",
      verdict: "invalid",
      when: "the entry is closed though nobody read",
      text: "closed to 1",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.history.readRaised(3 * S, READER, CHAT, W, 1);
      },
    },
    {
      rule: "UNR1",
      verdict: "invalid",
      when: "the mark falls below what is confirmed",
      text: "fell from sent 2 to 1",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.confirm(3 * S, 2);
        story.history.sentRaised(4 * S, READER, CHAT, W, 1);
      },
    },
    {
      rule: "UNR1",
      verdict: "valid",
      when: "live, the entry is open at the end",
      setting: { mode: "live" },
      tell: unread((story) => story.scanUnread(1, 0)),
    },
    {
      rule: "UNR1",
      verdict: "invalid",
      when: "live, it has no entry at the end",
      also: "UNR2",
      setting: { mode: "live" },
      tell: unread(() => undefined),
    },
  ]);
});

describe("UNR2 exact", () => {
  table([
    { rule: "UNR2", verdict: "valid", when: "all is read", tell: good },
    {
      rule: "UNR2",
      verdict: "valid",
      when: "one is open",
      tell: unread((s) => s.scanUnread(1, 0)),
    },
    { rule: "UNR2", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "UNR2",
      verdict: "invalid",
      when: "a confirmed message has no entry",
      also: "UNR1",
      text: "says sent 0, but 1 is confirmed",
      tell: unread(() => undefined),
    },
    {
      rule: "UNR2",
      verdict: "invalid",
      when: "an entry is falsely closed",
      also: "UNR1",
      text: "says read 1",
      tell: unread((story) => story.scanUnread(1, 1)),
    },
    {
      rule: "UNR2",
      verdict: "invalid",
      when: "a watermark stands above anything tried",
      also: "UNR3",
      text: "says sent 9",
      tell: unread((story) => story.scanUnread(9, 0)),
    },
    ...[0, 1].map((readN) => ({
      rule: "UNR2" as const,
      verdict: "valid" as const,
      when: `an unknown read ${readN === 0 ? "did not move" : "moved"} the watermark`,
      // The store models saw it move: at the end it must not have fallen.
      also: readN === 0 ? "UNR4" : "",
      tell: (story: Story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.deliver(2.1 * S, 1);
        story.read(3 * S, 1, 2);
        story.quiet(40 * S);
        story.scanRow(1);
        story.scanUnread(1, readN);
        story.scanned();
      },
    })),
  ]);
});

describe("UNR3 conservation", () => {
  table([
    { rule: "UNR3", verdict: "valid", when: "3 rows are 3 read", tell: good },
    { rule: "UNR3", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "UNR3",
      verdict: "invalid",
      when: "a row below sent_n is missing",
      also: "UNR1 UNR2",
      text: "holds 1 rows",
      tell: unread((story) => story.scanUnread(2, 1)),
    },
    {
      rule: "UNR3",
      verdict: "valid",
      when: "a void counts as a row",
      tell: unread((story) => {
        story.scanRow(2, 0, 4);
        story.scanUnread(2, 0);
      }),
    },
  ]);
});

describe("UNR4 no return", () => {
  table([
    { rule: "UNR4", verdict: "valid", when: "read_n only grows", tell: good },
    { rule: "UNR4", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "UNR4",
      verdict: "invalid",
      when: "read_n falls",
      text: "read fell from 3 to 2",
      tell: (story) => {
        story.exchange(3);
        story.history.readRaised(9 * S, READER, CHAT, W, 2);
      },
    },
    {
      rule: "UNR4",
      verdict: "invalid",
      when: "the scan finds less than was confirmed as read",
      also: "MSG1*3 MSG8*3 UNR2 UNR3",
      text: "read fell from 3 to 1",
      tell: (story) => {
        story.exchange(3);
        story.scanUnread(3, 1);
        story.scanned();
      },
    },
    {
      rule: "UNR4",
      verdict: "valid",
      when: "a repeated write changes nothing",
      tell: (story) => {
        story.exchange(3);
        story.history.readRaised(9 * S, READER, CHAT, W, 3);
        story.finish(3);
      },
    },
  ]);
});

describe("RCP1 exact", () => {
  table([
    { rule: "RCP1", verdict: "valid", when: "read and seen agree", tell: good },
    { rule: "RCP1", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "RCP1",
      verdict: "invalid",
      when: "seen stands above what was acknowledged",
      also: "MSG1*2 MSG8*2 UNR2 UNR4",
      text: "acknowledged 2",
      tell: receipted(3, 3),
    },
    {
      rule: "RCP1",
      verdict: "invalid",
      when: "an acknowledged receipt is due",
      also: "MSG1*2 MSG8*2 UNR2 UNR4 RCP3",
      text: "is due from 2",
      tell: receipted(2, 1),
    },
    {
      rule: "RCP1",
      verdict: "invalid",
      when: "a read without acknowledgement is not due",
      also: "MSG1 MSG8 UNR2 UNR4 RCP2",
      text: "is due to 0",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.deliver(2.1 * S, 1);
        story.read(3 * S, 1);
        story.quiet(10 * S);
        story.scanned();
      },
    },
    {
      rule: "RCP1",
      verdict: "valid",
      when: "an acknowledgement of the last second is still on its way",
      also: "MSG1 MSG8 UNR2 UNR4 RCP3",
      tell: (story) => {
        story.exchange(1);
        story.history.quietBegan(10 * S, 2);
        story.history.receiptAcknowledged(19 * S, WRITER, W, CHAT, W, 1);
        story.history.ended(20 * S);
        story.scanReceipt(1, 0);
        story.scanned();
      },
    },
  ]);
});

describe("RCP2 exactly one", () => {
  table([
    { rule: "RCP2", verdict: "valid", when: "each read is shown once", tell: good },
    {
      rule: "RCP2",
      verdict: "unknown",
      when: "the quiet phase is missing",
      tell: (story) => story.exchange(3),
    },
    {
      rule: "RCP2",
      verdict: "invalid",
      when: "a confirmed read is never shown",
      also: "RCP1",
      text: "receipts to 0 only",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.deliver(2.1 * S, 1);
        story.read(3 * S, 1);
        story.finish(1);
      },
    },
    {
      rule: "RCP2",
      verdict: "invalid",
      when: "a receipt comes on delivery, before any read",
      times: 2,
      text: "reading reached 0",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.deliver(2.1 * S, 1);
        story.receipt(2.2 * S, 1);
      },
    },
    {
      rule: "RCP2",
      verdict: "invalid",
      when: "a device shows it twice",
      text: "shown again on device 11",
      tell: (story) => {
        story.exchange(1);
        story.receipt(4 * S, 1);
      },
    },
    {
      rule: "RCP2",
      verdict: "valid",
      when: "a frame comes twice, shown once",
      tell: (story) => {
        story.exchange(1);
        story.history.receiptFrame(4 * S, WRITER, W, 1, CHAT, W, 1, 5000);
        story.finish(1);
      },
    },
    {
      rule: "RCP2",
      verdict: "valid",
      when: "an unknown read is never shown, a confirmed one is",
      also: "RCP1",
      tell: (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.deliver(3.1 * S, 2);
        story.read(4 * S, 2, 2);
        story.finish(2, 40 * S);
      },
    },
  ]);
});

describe("RCP3 causal, monotone", () => {
  table([
    { rule: "RCP3", verdict: "valid", when: "show, read, receipt", tell: good },
    { rule: "RCP3", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "RCP3",
      verdict: "invalid",
      when: "a receipt comes before the show",
      also: "RCP2*2",
      text: "the reader saw 0",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.receipt(3 * S, 1);
      },
    },
    {
      rule: "RCP3",
      verdict: "invalid",
      when: "seen_n falls",
      text: "seen_n of the receipts",
      tell: (story) => {
        story.exchange(2);
        story.history.seenRaised(9 * S, WRITER, CHAT, W, 1);
      },
    },
    {
      rule: "RCP3",
      verdict: "invalid",
      when: "the scan finds a lower read_n",
      also: "MSG1*2 MSG8*2 UNR2 UNR4",
      times: 2,
      text: "fell from 2 to 1",
      tell: receipted(1, 1),
    },
  ]);
});
