// MSG6 to MSG10, order, storage and content: a good, a bad and an unknown history each, and near-misses.
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

describe("MSG6 cause before effect", () => {
  const reply = (sentAt: number) => (story: Story) => {
    story.exchange(2);
    story.history.sendInvoked(4 * S, READER, R, CHAT, 1, 1, 0, sentAt, 4 * S);
    story.finish(2);
  };
  table([
    {
      rule: "MSG6",
      verdict: "valid",
      when: "the reply sorts one later",
      also: "LIV1 LIV2 BND1",
      tell: reply(1003),
    },
    {
      rule: "MSG6",
      verdict: "invalid",
      when: "the reply sorts with its question",
      also: "LIV1 LIV2 BND1",
      text: "had seen 1002 ms",
      tell: reply(1002),
    },
    {
      rule: "MSG6",
      verdict: "invalid",
      when: "one side sorts by another time",
      text: "sorts at 1007 ms",
      tell: (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        story.history.shown(3 * S, READER, R, 2, CHAT, WRITER, W, 1, 1, 0, 1007);
      },
    },
    { rule: "MSG6", verdict: "unknown", when: "the scan is missing", tell: noScan },
  ]);
});

describe("MSG7 stored before confirmed", () => {
  table([
    { rule: "MSG7", verdict: "valid", when: "each row is durable at `sent`", tell: good },
    { rule: "MSG7", verdict: "unknown", when: "the history breaks off", tell: brokenOff },
    {
      rule: "MSG7",
      verdict: "invalid",
      when: "`sent` comes before the append",
      also: "UNR1",
      text: "durable to 0 only",
      tell: (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.end(2.1 * S, 1, 0);
        story.store(2.2 * S, 1);
      },
    },
    {
      rule: "MSG7",
      verdict: "invalid",
      when: "n + 1 is confirmed over a hole",
      text: "durable to 1 only",
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.confirm(3.1 * S, 3);
      },
    },
    {
      rule: "MSG7",
      verdict: "invalid",
      when: "live, no row stands at the end",
      also: "MSG1 MSG8 UNR2 UNR4",
      setting: { mode: "live" },
      tell: (story) => {
        story.exchange(1);
        story.quiet(10 * S);
        story.scanned();
      },
    },
  ]);
});

describe("MSG8 stored before shown", () => {
  table([
    { rule: "MSG8", verdict: "valid", when: "what was shown stands", tell: good },
    { rule: "MSG8", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "MSG8",
      verdict: "invalid",
      when: "an unknown send was shown and is not stored",
      also: "LIV1 LIV2 BND1",
      text: "not in the store",
      tell: (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.deliver(3 * S, 1);
        story.quiet(10 * S);
        story.scanned();
      },
    },
  ]);
});

describe("MSG9 known stays known", () => {
  const history =
    (rows: readonly number[], more: number, before = 0) =>
    (story: Story) => {
      story.exchange(3);
      story.history.operationBegan(5 * S, 1, 2, READER, R, CHAT);
      for (const n of rows) story.history.historyRow(5.1 * S, 1, CHAT, W, n, n, 1000 + n);
      const at = before === 0 ? 0 : 1000 + before;
      const beforeDevice = before === 0 ? 0 : W;
      story.history.historyPage(5.1 * S, 1, CHAT, at, beforeDevice, before, rows.length, more);
      story.history.operationEnded(5.1 * S, 1, 0);
      story.history.ended(9 * S);
    };
  table([
    {
      rule: "MSG9",
      verdict: "valid",
      when: "the history has all three",
      tell: history([3, 2, 1], 0),
    },
    {
      rule: "MSG9",
      verdict: "valid",
      when: "the rest is on the next page",
      tell: history([3, 2], 1),
    },
    { rule: "MSG9", verdict: "valid", when: "it asked below 3", tell: history([2, 1], 0, 3) },
    { rule: "MSG9", verdict: "unknown", when: "the history breaks off", tell: brokenOff },
    {
      rule: "MSG9",
      verdict: "invalid",
      when: "one in the middle is missing",
      text: "message 2",
      tell: history([3, 1], 0),
    },
    {
      rule: "MSG9",
      verdict: "invalid",
      when: "the newest is missing",
      text: "message 3",
      tell: history([2, 1], 0),
    },
    {
      rule: "MSG9",
      verdict: "invalid",
      when: "an empty page ends it",
      times: 3,
      tell: history([], 0),
    },
  ]);
});

describe("MSG10 same content", () => {
  const fork = (story: Story): void => {
    begin(story);
    story.confirm(2 * S, 1);
    story.frame(2.1 * S, 1);
    story.invoke(3 * S, 1, 5);
  };
  table([
    { rule: "MSG10", verdict: "valid", when: "all see the same", tell: good },
    { rule: "MSG10", verdict: "unknown", when: "the scan is missing", tell: noScan },
    {
      rule: "MSG10",
      verdict: "invalid",
      when: "a repeat with other bytes overwrote the row",
      also: "UNR1 UNR2",
      text: "was content 1 and is content 5",
      tell: (story) => {
        fork(story);
        story.scanRow(1, 5);
        story.scanned();
      },
    },
    {
      rule: "MSG10",
      verdict: "valid",
      when: "a repeat with other bytes was refused",
      also: "MSG1*2 UNR1 UNR2 RCP1 LIV2 LIV3",
      tell: (story) => {
        fork(story);
        story.end(3.1 * S, 1, 1);
        story.finish(1);
      },
    },
    {
      rule: "MSG10",
      verdict: "invalid",
      when: "a late append lands on a void that was seen",
      text: "was a void and is content 1",
      tell: (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.frame(3 * S, 1, 0, 2, 4);
        story.scanRow(1);
      },
    },
  ]);
});
