// Watermarks at their edges: they do not fall because something older comes late, and nothing but a send makes
// them reach further; frames of sessions left behind.
import { describe } from "vitest";
import { FRESH } from "./friends.ts";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin, readTo, reply, scan } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const VOID = 4;
const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;

const readOf = (story: Story, t: number, n: number, device = R): void => {
  story.history.readInvoked(t, READER, device, CHAT, W, n, 5000);
};
const readEnded = (story: Story, t: number, n: number, device = R): void => {
  story.history.readEnded(t, READER, device, CHAT, W, n, OK);
};
const receiptOf = (story: Story, t: number, n: number): void => {
  story.history.receiptShown(t, WRITER, W, CHAT, W, n, 5000);
};
const acknowledged = (story: Story, t: number, n: number): void => {
  story.history.receiptAcknowledged(t, WRITER, W, CHAT, W, n);
};

describe("UNR2 exact, what is no send", () => {
  const { invalid } = rowsOf("UNR2");
  /** One message was tried; this is told of a second; the scan finds the mark there. */
  const told: readonly (readonly [what: string, tell: (story: Story) => void, also: string])[] = [
    ["a frame", ({ history }) => history.sendFrame(5 * S, WRITER, W, 1, CHAT, 2), "UNR3"],
    ["an unsure answer", ({ history }) => history.sendUnsure(5 * S, WRITER, W, 1, CHAT, 2), "UNR3"],
    ["an end", (story) => story.end(5 * S, 2, UNKNOWN), "UNR3"],
    ["a row of a history", ({ history }) => history.historyRow(5 * S, 1, CHAT, W, 2, 0, 0), "UNR3"],
    ["a read", (story) => readOf(story, 5 * S, 2), "UNR3 LIV1"],
    ["a read's end", (story) => readEnded(story, 5 * S, 2), "UNR3 UNR4*2 RCP1"],
    [
      "a receipt",
      ({ history }) => history.receiptFrame(5 * S, WRITER, W, 1, CHAT, W, 2, 0),
      "UNR3 RCP2 RCP3",
    ],
    ["a receipt on the screen", (story) => receiptOf(story, 5 * S, 2), "UNR3 RCP2"],
    ["an acknowledgement", (story) => acknowledged(story, 5 * S, 2), "UNR3"],
    ["its mark", ({ history }) => history.sentRaised(5 * S, READER, CHAT, W, 2), "UNR3"],
    [
      "a closed entry",
      ({ history }) => history.readRaised(5 * S, READER, CHAT, W, 2),
      "UNR1 UNR3 UNR4",
    ],
    ["a due receipt", ({ history }) => history.receiptRaised(5 * S, WRITER, CHAT, W, 2, 0), "UNR3"],
    ["a seen receipt", ({ history }) => history.seenRaised(5 * S, WRITER, CHAT, W, 2), "UNR3"],
  ];
  table(
    told.map(([what, tell, also]) =>
      invalid(
        `${what} is told of a number that nobody took`,
        "says sent 2, but only 1 were tried",
        (story) => {
          begin(story);
          story.confirm(2 * S, 1);
          story.deliver(3 * S, 1);
          tell(story);
          scan(story, 1, 2, 0);
        },
        { also },
      ),
    ),
  );
});

describe("watermarks do not fall", () => {
  table([
    rowsOf("UNR2").invalid(
      "two sends are confirmed in the other order, the mark stands at the first",
      "says sent 1, but 2 is confirmed",
      (story) => {
        begin(story);
        for (const n of [1, 2]) {
          story.invoke(2 * S, n);
          story.store(2.1 * S, n);
        }
        for (const n of [2, 1]) story.end(2.2 * S, n, OK);
        for (const n of [1, 2]) story.deliver(2.3 * S, n);
        scan(story, 2, 1, 0);
      },
      { also: "UNR1" },
    ),
    rowsOf("UNR2").invalid(
      "a second device's read of the first is confirmed last, and the entry stands there",
      "says read 1, but reading 2 is confirmed",
      (story) => {
        readTo(story, 2);
        readOf(story, 6 * S, 1, FRESH);
        readEnded(story, 7 * S, 1, FRESH);
        scan(story, 2, 2, 1);
      },
      { also: "UNR4 RCP3*2" },
    ),
    rowsOf("RCP2").valid("a second device reads the first after both were read", (story) => {
      readTo(story, 0);
      story.read(4 * S, 2);
      readOf(story, 5 * S, 1, FRESH);
      readEnded(story, 5.1 * S, 1, FRESH);
      story.receipt(6 * S, 2);
      story.finish(2, 100 * S);
    }),
    rowsOf("LIV1").invalid(
      "a read to 2 is open, one to 1 began later and ended",
      "reading the log of device 11 in chat 100 to 2, since 5.000 s, has no answer",
      (story) => {
        readTo(story, 0);
        readOf(story, 4 * S, 2);
        readOf(story, 5 * S, 1);
        story.history.readRaised(6 * S, READER, CHAT, W, 2);
        readEnded(story, 6 * S, 1);
        story.over();
      },
    ),
    rowsOf("RCP2").invalid(
      "a device shows the receipts for 2, 1 and 2",
      ["receipt for message 1 of device 11", "receipt for message 2 of device 11"],
      (story) => {
        readTo(story, 2);
        for (const n of [1, 2]) receiptOf(story, 6 * S, n);
        story.over();
      },
      { times: 2 },
    ),
    rowsOf("RCP1").valid("the first receipt is acknowledged again after the second", (story) => {
      readTo(story, 2);
      acknowledged(story, 6 * S, 1);
      scan(story, 2, 2, 2);
    }),
    rowsOf("MSG4").invalid(
      "1 and 2 were shown, and are shown again",
      ["message 1 of device 11 in chat 100 was shown again", "message 2 of device 11"],
      (story) => {
        readTo(story, 0);
        for (const n of [1, 2]) story.show(5 * S, n);
        story.over();
      },
      { times: 2 },
    ),
    rowsOf("RCP3").valid("a fresh device shows the first when the receipt is for both", (story) => {
      readTo(story, 0);
      story.read(4 * S, 2);
      story.connect(5 * S, READER, FRESH, 5, 1);
      story.history.shown(6 * S, READER, FRESH, 5, CHAT, WRITER, W, 1, 1, TEXT, 1001);
      story.receipt(7 * S, 2);
      scan(story, 2, 2, 2);
    }),
    ...[false, true].map((fresh) =>
      rowsOf("RCP3").valid(
        `${fresh ? "a fresh device" : "a device"} is told of a void, and the log is read to its end`,
        (story) => {
          const lastN = fresh ? 2 : 1;
          begin(story);
          story.invoke(2 * S, 1);
          story.end(2.1 * S, 1, REFUSED);
          story.history.rowApplied(2.2 * S, CHAT, W, 1, VOID);
          story.history.sentRaised(2.2 * S, READER, CHAT, W, 1);
          story.frame(3 * S, 1, 0, 2, VOID);
          if (fresh) {
            story.confirm(3.1 * S, 2);
            story.deliver(3.2 * S, 2);
            story.connect(5 * S, READER, FRESH, 5, 1);
            story.history.messageFrame(6 * S, READER, FRESH, 5, CHAT, WRITER, W, 1, 0, VOID, 0);
          }
          story.read(7 * S, lastN);
          story.receipt(8 * S, lastN);
          story.over();
          story.scanRow(1, 0, VOID);
          if (fresh) story.scanRow(2);
          story.scanUnread(lastN, lastN);
          story.scanReceipt(lastN, lastN);
          story.scanned();
        },
      ),
    ),
    rowsOf("MSG6").invalid(
      "a reply sorts between two that its device was shown, the later time in the first",
      ["message 2 of device 11", "message 1 of device 22"],
      (story) => {
        begin(story);
        story.invoke(2 * S, 1, 1, TEXT, 2000);
        story.invoke(2.1 * S, 2, 2, TEXT, 1500);
        for (const [n, sentAt] of [
          [1, 2000],
          [2, 1500],
        ] as const) {
          story.frame(3 * S, n);
          story.history.shown(3 * S, READER, R, 2, CHAT, WRITER, W, n, n, TEXT, sentAt);
        }
        reply(story, 4 * S, R, 1800);
        story.over(5 * S);
      },
      { times: 2 },
    ),
    rowsOf("MSG5").valid("a log is announced from its start after two came", (story) => {
      readTo(story, 0);
      story.announce(5 * S, 0);
      story.confirm(6 * S, 3);
      story.deliver(6.1 * S, 3);
      story.over();
    }),
    rowsOf("MSG4").invalid(
      "a log is announced from its start, and its first is shown again",
      "message 1 of device 11 in chat 100 was shown again on device 22, which showed 2",
      (story) => {
        readTo(story, 0);
        story.announce(5 * S, 0);
        story.show(6 * S, 1);
        story.over();
      },
    ),
  ]);
});

describe("sessions left behind", () => {
  /** Two messages are confirmed; the reader is in session 3, its log announced from the start. */
  const again = (then: (story: Story) => void) => (story: Story) => {
    story.online(0);
    for (const n of [1, 2]) story.confirm(n * S, n);
    story.history.closed(5 * S, READER, R, 2, 0);
    story.reconnect(6 * S, READER, R, 3, 1);
    story.announce(6.1 * S, 0, 3);
    then(story);
    story.over(7 * S);
  };
  table([
    rowsOf("MSG4").valid(
      "what was declared in the session before is told late",
      again((story) => {
        story.history.haveDeclared(6.2 * S, READER, R, 2, CHAT, W, 2);
        for (const n of [1, 2]) story.frame(6.3 * S, n, n, 3);
      }),
    ),
    rowsOf("MSG5").invalid(
      "the session before announces late that it begins at 1, and 2 comes first",
      "message 2 of device 11 in chat 100 came to device 22 after 0",
      again((story) => {
        story.announce(6.2 * S, 1, 2);
        story.frame(6.3 * S, 2, 2, 3);
      }),
    ),
    rowsOf("MSG5").invalid(
      "1 comes late over the session before, and 2 comes first",
      "message 2 of device 11 in chat 100 came to device 22 after 0",
      again((story) => {
        story.frame(6.2 * S, 1, 1, 2);
        story.frame(6.3 * S, 2, 2, 3);
      }),
    ),
    rowsOf("LIV3").valid(
      "the session before synced late, and the new one has not",
      (story) => {
        begin(story);
        story.history.closed(8 * S, READER, R, 2, 0);
        story.confirm(10 * S, 1);
        story.history.connecting(11 * S, READER, R, 3);
        story.history.connected(11 * S, READER, R, 3, 1);
        story.history.synced(12 * S, READER, R, 2);
        story.over();
      },
      { counted: 0 },
    ),
  ]);
});
