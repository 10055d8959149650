// MSG1 to MSG5, what arrives: a good, a bad and an unknown history each, and near-misses.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { table } from "./table.ts";

const good = (story: Story): void => {
  story.exchange(3);
  story.finish(3);
};
const noScan = (story: Story): void => {
  story.exchange(3);
  story.quiet(10 * S);
};
const brokenOff = (story: Story): void => {
  story.exchange(3);
};

describe("MSG1 no loss", () => {
  table([
    { rule: "MSG1", verdict: "valid", when: "all three are shown and stored", tell: good },
    { rule: "MSG1", verdict: "unknown", when: "nobody scanned the stores", tell: noScan },
    {
      rule: "MSG1",
      verdict: "invalid",
      when: "a confirmed message is never shown",
      also: "UNR1 UNR2 RCP1 LIV2 LIV3",
      times: 2,
      text: "never shown",
      tell: (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        story.finish(1);
      },
    },
    {
      rule: "MSG1",
      verdict: "invalid",
      when: "its row is gone at the end",
      also: "MSG8 UNR2 UNR4",
      text: "missing from the store",
      tell: (story) => {
        story.exchange(2);
        story.quiet(10 * S);
        story.scanRow(1);
        story.scanned();
      },
    },
    {
      rule: "MSG1",
      verdict: "invalid",
      when: "a fresh device lacks what nobody read",
      also: "UNR1 UNR2",
      text: "holds it to 0 only",
      tell: (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        story.deliver(2.1 * S, 1);
        story.connect(3 * S, READER, 23, 3, 1);
        story.quiet(10 * S);
        story.scanRow(1);
        story.scanned();
      },
    },
    {
      rule: "MSG1",
      verdict: "valid",
      when: "an unknown send is not shown, an honest one is",
      also: "LIV2",
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(33 * S, 2, 2);
        story.finish(1, 40 * S);
      },
    },
    {
      rule: "MSG1",
      verdict: "invalid",
      when: "a later `sent` turned the unknown send into a confirmed one",
      also: "MSG7 UNR1*2 UNR2 LIV2 LIV3",
      times: 2,
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(33 * S, 2, 2);
        story.end(35 * S, 2, 0);
        story.finish(1, 40 * S);
      },
    },
  ]);
});

describe("MSG2 no phantom", () => {
  const phantom = (tell: (story: Story) => void, when: string, text: string, also = "") =>
    ({
      rule: "MSG2",
      verdict: "invalid",
      when,
      text,
      also,
      tell: (story: Story) => {
        begin(story);
        story.confirm(2 * S, 1);
        tell(story);
      },
    }) as const;
  table([
    { rule: "MSG2", verdict: "valid", when: "what arrives was sent", tell: good },
    { rule: "MSG2", verdict: "unknown", when: "the scan is missing", tell: noScan },
    phantom((story) => story.frame(3 * S, 2), "n was never taken", "nobody sent", "MSG5"),
    phantom((story) => story.frame(3 * S, 1, 7), "another content arrives", "content 7 where 1"),
    phantom(
      (story) => story.history.messageFrame(3 * S, READER, R, 2, CHAT, READER, W, 1, 1, 0, 1001),
      "another sender is named",
      "come from user 2",
    ),
    phantom((story) => story.scanRow(1, 9), "the store holds other bytes", "content 9"),
  ]);
});

describe("MSG3 honest refusal", () => {
  const refused = (story: Story): void => {
    story.exchange(1);
    story.invoke(3 * S, 2);
    story.end(4 * S, 2, 1);
  };
  table([
    {
      rule: "MSG3",
      verdict: "valid",
      when: "the refused n is filled with a void",
      also: "UNR2",
      tell: (story) => {
        refused(story);
        story.history.rowApplied(5 * S, CHAT, W, 2, 4);
        story.frame(6 * S, 2, 0, 2, 4);
        story.quiet(10 * S);
        story.scanRow(1);
        story.scanRow(2, 0, 4);
        story.scanUnread(2, 2);
        story.scanned();
      },
    },
    {
      rule: "MSG3",
      verdict: "valid",
      when: "a refused row stands above sent_n, where the log shows nothing",
      tell: (story) => {
        refused(story);
        story.quiet(10 * S);
        story.scanRow(1);
        story.scanRow(2);
        story.scanUnread(1, 1);
        story.scanned();
      },
    },
    {
      rule: "MSG3",
      verdict: "invalid",
      when: "the refused row stands within sent_n",
      also: "MSG1 MSG8 UNR3",
      text: "reaches to 2",
      tell: (story) => {
        refused(story);
        story.scanRow(2);
        story.scanUnread(2, 1);
        story.scanned();
      },
    },
    {
      rule: "MSG3",
      verdict: "invalid",
      when: "it is delivered after the refusal",
      tell: (story) => {
        refused(story);
        story.frame(6 * S, 2);
      },
    },
    {
      rule: "MSG3",
      verdict: "invalid",
      when: "it was delivered before the refusal",
      text: "already",
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.deliver(4 * S, 2);
        story.end(5 * S, 2, 1);
      },
    },
    { rule: "MSG3", verdict: "unknown", when: "the scan is missing", tell: refused },
  ]);
});

describe("MSG4 no duplicate", () => {
  table([
    { rule: "MSG4", verdict: "valid", when: "each n comes once", tell: good },
    { rule: "MSG4", verdict: "unknown", when: "the history breaks off", tell: brokenOff },
    {
      rule: "MSG4",
      verdict: "invalid",
      when: "a frame comes twice in a session though it is shown once",
      text: "a second time in session 2",
      tell: (story) => {
        story.exchange(2);
        story.frame(4 * S, 2);
      },
    },
    {
      rule: "MSG4",
      verdict: "valid",
      when: "a fresh session repeats what the device has not declared",
      tell: (story) => {
        story.exchange(2);
        story.history.closed(3 * S, READER, R, 2, 0);
        story.reconnect(4 * S, READER, R, 3, 1);
        story.history.haveDeclared(4 * S, READER, R, 3, CHAT, W, 1);
        story.announce(5 * S, 1, 3);
        story.frame(5 * S, 2, 2, 3);
        story.history.ended(10 * S);
      },
    },
    {
      rule: "MSG4",
      verdict: "invalid",
      when: "the backlog begins below what the device declared",
      text: "had declared 2",
      tell: (story) => {
        story.exchange(2);
        story.history.closed(3 * S, READER, R, 2, 0);
        story.reconnect(4 * S, READER, R, 3, 1);
        story.history.haveDeclared(4 * S, READER, R, 3, CHAT, W, 2);
        story.announce(5 * S, 1, 3);
        story.frame(5 * S, 2, 2, 3);
      },
    },
    {
      rule: "MSG4",
      verdict: "invalid",
      when: "a device shows n again",
      text: "shown again",
      tell: (story) => {
        story.exchange(2);
        story.show(4 * S, 2);
      },
    },
    {
      rule: "MSG4",
      verdict: "invalid",
      when: "one send takes a second n after a reconnect",
      text: "has n 2 already",
      tell: (story) => {
        story.exchange(2);
        story.invoke(4 * S, 3, 2);
      },
    },
    {
      rule: "MSG4",
      verdict: "invalid",
      when: "a store's driver repeats a row under the next n",
      also: "MSG2",
      text: "has n 2 already",
      tell: (story) => {
        story.exchange(2);
        story.frame(4 * S, 3, 2);
      },
    },
    {
      rule: "MSG4",
      verdict: "valid",
      when: "a picture takes n after a younger text",
      tell: (story) => {
        begin(story);
        story.invoke(2 * S, 1, 2);
        story.invoke(3 * S, 2, 1, 1);
        story.frame(4 * S, 1, 2);
        story.frame(4 * S, 2, 1, 2, 1);
        story.history.ended(9 * S);
      },
    },
  ]);
});

describe("MSG5 gapless order", () => {
  table([
    { rule: "MSG5", verdict: "valid", when: "1, 2, 3 come in order", tell: good },
    { rule: "MSG5", verdict: "unknown", when: "the history breaks off", tell: brokenOff },
    {
      rule: "MSG5",
      verdict: "invalid",
      when: "a live message overtakes the backlog",
      text: "after 1",
      tell: (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.confirm(3.1 * S, 3);
        story.frame(3.2 * S, 3);
      },
    },
    {
      rule: "MSG5",
      verdict: "invalid",
      when: "the start lies above what was read and declared",
      text: "announced to device 22 from 1",
      tell: (story) => {
        story.online(0);
        story.confirm(2 * S, 1);
        story.announce(3 * S, 1);
      },
    },
    {
      rule: "MSG5",
      verdict: "valid",
      when: "a fresh device starts at what another one read",
      tell: (story) => {
        story.exchange(2);
        story.connect(3 * S, READER, 23, 3, 1);
        story.history.logFrame(3.5 * S, READER, 23, 3, CHAT, W, 2);
        story.confirm(4 * S, 3);
        story.history.messageFrame(4.1 * S, READER, 23, 3, CHAT, WRITER, W, 3, 3, 0, 1003);
        story.history.ended(9 * S);
      },
    },
    {
      rule: "MSG5",
      verdict: "valid",
      when: "a void is received and not shown",
      also: "MSG7",
      tell: (story) => {
        story.exchange(1);
        story.frame(3 * S, 2, 0, 2, 4);
        story.confirm(3.1 * S, 3);
        story.deliver(3.2 * S, 3);
        story.history.ended(9 * S);
      },
    },
    {
      rule: "MSG5",
      verdict: "invalid",
      when: "the screen skips one",
      text: "was shown on device 22 after 1",
      tell: (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.confirm(3.1 * S, 3);
        story.frame(3.2 * S, 2);
        story.frame(3.3 * S, 3);
        story.show(3.4 * S, 3);
      },
    },
  ]);
});
