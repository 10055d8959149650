// MSG1 to MSG3 at their edges: what just counts as loss, phantom and refusal, and what just does not.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const IMAGE = 1;
const VOID = 4;
const REFUSED = 1;
/** A second device of the reader's, and its session. */
const FRESH = 23;
const FRESH_SESSION = 3;

/** Message 1, confirmed and shown on the reader's device, not read. */
const unread = (story: Story): void => {
  begin(story);
  story.confirm(2 * S, 1);
  story.deliver(2.1 * S, 1);
};
/** The quiet phase, and a scan that finds messages 1 to n, read to readN. */
const scannedUnread = (story: Story, n: number, readN = 0): void => {
  story.quiet(10 * S);
  for (let each = 1; each <= n; each += 1) story.scanRow(each);
  story.scanUnread(n, readN);
  story.scanned();
};
const fresh = (story: Story, t = 3 * S): void => {
  story.connect(t, READER, FRESH, FRESH_SESSION, 1);
};
const historyRow = (story: Story, t: number, n: number, content: number): void => {
  story.history.historyRow(t, 1, CHAT, W, n, content, 1000 + n);
};

describe("MSG1 no loss, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("MSG1");
  table([
    invalid(
      "it came as a void",
      "was delivered as a void to user 2",
      (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        story.frame(3 * S, 1, 0, 2, VOID);
        scannedUnread(story, 1);
      },
      { also: "MSG10" },
    ),
    invalid(
      "a void stands in its place",
      "is a void in the store",
      (story) => {
        unread(story);
        story.quiet(10 * S);
        story.scanRow(1, 0, VOID);
        story.scanUnread(1, 0);
        story.scanned();
      },
      { also: "MSG8 MSG10" },
    ),
    invalid(
      "a fresh device lacks it",
      "is confirmed to 1 and read to 0, but device 23",
      (story) => {
        unread(story);
        fresh(story);
        scannedUnread(story, 1);
      },
    ),
    valid("a fresh device lacks what was read", (story) => {
      story.exchange(2);
      fresh(story);
      story.finish(2);
    }),
    valid("a fresh device that left again lacks it", (story) => {
      unread(story);
      fresh(story);
      story.history.signedOut(4 * S, READER, FRESH, 0);
      story.history.closed(4 * S, READER, FRESH, FRESH_SESSION, 0);
      scannedUnread(story, 1);
    }),
    valid("a fresh device that reads slowly lacks it", (story) => {
      unread(story);
      fresh(story);
      story.history.readerSlow(4 * S, READER, 1);
      scannedUnread(story, 1);
    }),
    valid("nobody is known to be the recipient, and it is shown and stored", (story) => {
      begin(story);
      story.history.sendInvoked(2 * S, WRITER, W, 555, 1, 1, TEXT, 1001, 2 * S);
      story.history.rowApplied(2.1 * S, 555, W, 1, TEXT);
      story.history.sentRaised(2.1 * S, READER, 555, W, 1);
      story.history.sendEnded(2.2 * S, WRITER, W, 555, 1, 0);
      story.history.shown(3 * S, READER, R, 2, 555, WRITER, W, 1, 1, TEXT, 1001);
      story.quiet(10 * S);
      story.history.scanRow(900 * S, 555, WRITER, W, 1, 1, TEXT, 1001);
      story.history.scanUnread(900 * S, READER, 555, W, WRITER, 1, 0);
      story.scanned();
    }),
    invalid(
      "the quiet phase is all there is",
      ["never shown to user 2", "holds it to 0 only"],
      (story) => {
        story.history.quietBegan(0, 1);
        story.history.quietBegan(0, 2);
        begin(story);
        story.confirm(2 * S, 1);
        story.over();
        story.scanRow(1);
        story.scanned();
      },
      { times: 2, also: "UNR1 UNR2 LIV3" },
    ),
    unknown(
      "the run was interrupted",
      "interrupted",
      (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        scannedUnread(story, 1);
      },
      { setting: { complete: false }, also: "LIV2 LIV3" },
    ),
    unknown(
      "the others never signed in to see it",
      "second step",
      (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        story.history.quietBegan(10 * S, 1);
        story.over();
        story.scanRow(1);
        story.scanUnread(1, 0);
        story.scanned();
      },
      { also: "LIV3" },
    ),
  ]);
});

describe("MSG2 no phantom, nearly", () => {
  const { valid, invalid } = rowsOf("MSG2");
  const sent = (story: Story): void => {
    begin(story);
    story.confirm(2 * S, 1);
  };
  table([
    invalid(
      "an empty text arrives",
      "a frame holds message 1 of device 11 in chat 100, with content 0",
      (story) => {
        sent(story);
        story.frame(3 * S, 1, 0);
      },
    ),
    invalid("the screen shows other words", "the screen holds message 1", (story) => {
      unread(story);
      story.history.shown(4 * S, READER, FRESH, 9, CHAT, WRITER, W, 1, 7, TEXT, 1001);
    }),
    invalid("a history tells other words", "a history holds message 1", (story) => {
      sent(story);
      historyRow(story, 3 * S, 1, 7);
    }),
    invalid("the store holds what nobody sent", "the store holds message 2", (story) => {
      sent(story);
      story.scanRow(2);
    }),
    valid("a history tells of a void", (story) => {
      unread(story);
      story.history.rowApplied(3 * S, CHAT, W, 2, VOID);
      historyRow(story, 4 * S, 2, 0);
      scannedUnread(story, 1);
    }),
    invalid("a store's row was never sent", "which nobody sent", (story) => {
      sent(story);
      story.history.rowApplied(3 * S, CHAT, W, 2, TEXT);
      story.frame(4 * S, 1);
      story.frame(4 * S, 2);
    }),
    invalid("a text arrives as a picture", "of kind 1, but sent as kind 0", (story) => {
      sent(story);
      story.frame(3 * S, 1, 1, 2, IMAGE);
    }),
    invalid("a picture arrives as a text", "of kind 0, but sent as kind 1", (story) => {
      begin(story);
      story.invoke(2 * S, 1, 1, IMAGE);
      story.frame(3 * S, 1, 1, 2, TEXT);
    }),
    valid("a fork arrives as the kind of its second try", (story) => {
      begin(story);
      story.invoke(2 * S, 1, 1, TEXT);
      story.invoke(2.1 * S, 1, 5, IMAGE);
      story.frame(3 * S, 1, 5, 2, IMAGE);
      story.end(4 * S, 1, REFUSED);
      story.over();
      story.scanned();
    }),
  ]);
});

describe("MSG3 honest refusal, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("MSG3");
  const refused = (story: Story): void => {
    story.exchange(1);
    story.invoke(3 * S, 2);
    story.end(4 * S, 2, REFUSED);
  };
  const end = (story: Story): void => {
    story.finish(1);
  };
  table([
    valid("a history tells of the void that filled it", (story) => {
      refused(story);
      story.history.rowApplied(5 * S, CHAT, W, 2, VOID);
      historyRow(story, 6 * S, 2, 0);
      end(story);
    }),
    invalid("a history holds it", "is visible in the history of operation 1", (story) => {
      refused(story);
      historyRow(story, 6 * S, 2, 2);
    }),
    invalid("it comes as a frame", "is visible to device 22", (story) => {
      refused(story);
      story.frame(6 * S, 2);
    }),
    valid("a fork of it was refused", (story) => {
      story.exchange(1);
      story.invoke(3 * S, 2);
      story.invoke(3.1 * S, 2, 5);
      story.end(4 * S, 2, REFUSED);
      story.frame(6 * S, 2);
      end(story);
    }),
    valid("a row without an entry is refused", (story) => {
      begin(story);
      story.invoke(2 * S, 1);
      story.end(3 * S, 1, REFUSED);
      story.over();
      story.scanRow(1);
      story.scanned();
    }),
    invalid("the first message of a log was shown", "is visible already", (story) => {
      begin(story);
      story.invoke(2 * S, 1);
      story.deliver(3 * S, 1);
      story.end(4 * S, 1, REFUSED);
      story.end(5 * S, 1, REFUSED);
    }),
    valid(
      "it is shown before its confirmation comes",
      (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.store(3.1 * S, 2);
        story.deliver(3.2 * S, 2);
        story.end(3.3 * S, 2, 0);
        scannedUnread(story, 2, 1);
      },
      { counted: 0 },
    ),
    valid(
      "a repeat of a confirmed message is refused",
      (story) => {
        story.exchange(1);
        story.end(3 * S, 1, REFUSED);
        end(story);
      },
      { counted: 0 },
    ),
    valid(
      "a refusal of what nobody sent is not counted",
      (story) => {
        begin(story);
        story.end(3 * S, 9, REFUSED);
        story.over();
        story.scanned();
      },
      { counted: 0 },
    ),
    unknown("the scan breaks off within the refused row's log", "not scanned", (story) => {
      refused(story);
      story.quiet(10 * S);
      story.scanRow(2);
      story.scanUnread(2, 1);
    }),
  ]);
});
