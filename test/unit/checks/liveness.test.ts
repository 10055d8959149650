// LIV rules and BND1: a good, a bad and an unknown history each, and near-misses at the bounds.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { table, type Row } from "./table.ts";

const good = (story: Story): void => {
  story.exchange(3);
  story.finish(3);
};
const interrupted = { complete: false };

describe("LIV1 answered", () => {
  const answered =
    (afterS: number, kind = 0) =>
    (story: Story) => {
      story.online(0);
      story.invoke(2 * S, 1, 1, kind);
      story.end((2 + afterS) * S, 1, 2);
      story.history.ended(200 * S);
    };
  /** The node drains at 10 s; the send went out `ageS` before it closes. */
  const drained = (ageS: number, unsure: boolean) => (story: Story) => {
    story.online(0);
    story.history.faultBegan(8 * S, 0);
    story.invoke((10 - ageS) * S, 1);
    if (unsure) story.history.sendUnsure(9.9 * S, WRITER, W, 1, CHAT, 1);
    story.history.closed(10 * S, WRITER, W, 1, 4503);
    story.history.nodeDown(10 * S, 0, 1);
    story.reconnect(11 * S, WRITER, W, 3, 1);
    story.end(12 * S, 1, 0);
    story.history.ended(200 * S);
  };
  const setting = { faults: [{ kind: "drain", sites: ["node-1"] }] };
  table([
    { rule: "LIV1", verdict: "valid", when: "unknown at 30 s", tell: answered(30) },
    { rule: "LIV1", verdict: "invalid", when: "unknown at 32 s", tell: answered(32) },
    { rule: "LIV1", verdict: "valid", when: "a picture's at 60 s", tell: answered(60, 1) },
    { rule: "LIV1", verdict: "invalid", when: "a picture's at 62 s", tell: answered(62, 1) },
    { rule: "LIV1", verdict: "unknown", when: "interrupted", tell: good, setting: interrupted },
    {
      rule: "LIV1",
      verdict: "invalid",
      when: "a send never ends",
      also: "BND1",
      text: "has no answer",
      tell: (story) => {
        story.online(0);
        story.invoke(2 * S, 1);
        story.history.ended(200 * S);
      },
    },
    {
      rule: "LIV1",
      verdict: "invalid",
      when: "a read never ends",
      text: "has no answer",
      tell: (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.deliver(3.1 * S, 2);
        story.history.readInvoked(4 * S, READER, R, CHAT, W, 2, 5000);
        story.history.ended(200 * S);
      },
    },
    {
      rule: "LIV1",
      verdict: "invalid",
      when: "an operation never ends",
      text: "history 7",
      tell: (story) => {
        story.history.operationBegan(4 * S, 7, 2, READER, R, CHAT);
        story.history.ended(200 * S);
      },
    },
    {
      rule: "LIV1",
      verdict: "valid",
      when: "a drain answers unsure",
      also: "MSG7 UNR1 LIV3",
      tell: drained(2, true),
      setting,
    },
    {
      rule: "LIV1",
      verdict: "invalid",
      when: "a drain closes over a send of 2 s",
      also: "MSG7 UNR1 LIV3",
      text: "draining node 0",
      tell: drained(2, false),
      setting,
    },
    {
      rule: "LIV1",
      verdict: "valid",
      when: "a drain closes while a send is on its way",
      also: "MSG7 UNR1 LIV3",
      tell: drained(0.9, false),
      setting,
    },
  ]);
});

describe("LIV2 recovers", () => {
  /** The reader lost its connection at 8 s, the faults end at 10 s, it is back after so many seconds. */
  const back = (afterS: number) => (story: Story) => {
    story.exchange(1);
    story.history.closed(8 * S, READER, R, 2, 0);
    story.history.quietBegan(10 * S, 1);
    if (afterS > 0) story.reconnect((10 + afterS) * S, READER, R, 3, 0);
    story.history.quietBegan(100 * S, 2);
    story.history.ended(120 * S);
  };
  table([
    { rule: "LIV2", verdict: "valid", when: "all stayed connected", tell: good },
    { rule: "LIV2", verdict: "valid", when: "it is back after 59 s", tell: back(59) },
    { rule: "LIV2", verdict: "invalid", when: "it is back after 61 s", tell: back(61) },
    { rule: "LIV2", verdict: "invalid", when: "it never comes back", tell: back(-1) },
    {
      rule: "LIV2",
      verdict: "unknown",
      when: "the first quiet step was too short",
      tell: (story) => {
        story.exchange(1);
        story.history.quietBegan(10 * S, 1);
        story.history.quietBegan(20 * S, 2);
      },
    },
    {
      rule: "LIV2",
      verdict: "unknown",
      when: "there was no quiet phase",
      tell: (story) => story.exchange(1),
    },
    {
      rule: "LIV2",
      verdict: "invalid",
      when: "a blocked log never gets its answer",
      text: "no definite answer",
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.end(33 * S, 2, 2);
        story.quiet(40 * S);
      },
    },
    {
      rule: "LIV2",
      verdict: "invalid",
      when: "a confirmed message is not drained",
      also: "MSG1*2 LIV3",
      text: "is not shown",
      tell: (story) => {
        story.exchange(1);
        story.confirm(3 * S, 2);
        story.quiet(10 * S);
      },
    },
    {
      rule: "LIV2",
      verdict: "valid",
      when: "who means to be offline is not asked for",
      tell: (story) => {
        story.exchange(1);
        story.history.signedOut(8 * S, READER, R, 0);
        story.history.closed(8 * S, READER, R, 2, 0);
        story.quiet(10 * S);
      },
    },
  ]);
});

describe("LIV3 prompt", () => {
  /** Confirmed at 10 s, shown so much later. */
  const shownAfter = (afterS: number) => (story: Story) => {
    story.online(0);
    story.announce(S, 0);
    story.confirm(10 * S - 2000, 1);
    story.deliver((10 + afterS) * S, 1);
    story.history.ended(300 * S);
  };
  const cut = (afterS: number) => (story: Story) => {
    story.history.faultBegan(8 * S, 0);
    story.history.faultEnded(20 * S, 0);
    shownAfter(afterS)(story);
  };
  const setting = { faults: [{ kind: "cut", sites: ["node-1", "node-2"] }] };
  table([
    { rule: "LIV3", verdict: "valid", when: "shown after 5 s", tell: shownAfter(5) },
    { rule: "LIV3", verdict: "invalid", when: "shown after 5.1 s", tell: shownAfter(5.1) },
    { rule: "LIV3", verdict: "valid", when: "20 s after a cut", tell: cut(30), setting },
    { rule: "LIV3", verdict: "invalid", when: "21 s after a cut", tell: cut(31), setting },
    {
      rule: "LIV3",
      verdict: "unknown",
      when: "the history breaks off",
      tell: (story) => story.exchange(1),
    },
    {
      rule: "LIV3",
      verdict: "invalid",
      when: "it is not shown when the session ends",
      text: "was not shown",
      tell: (story) => {
        story.online(0);
        story.confirm(10 * S, 1);
        story.history.closed(20 * S, READER, R, 2, 4503);
      },
    },
    {
      rule: "LIV3",
      verdict: "valid",
      when: "the recipient was offline and is told at its next sign-in",
      tell: (story) => {
        story.exchange(1);
        story.history.signedOut(8 * S, READER, R, 0);
        story.history.closed(8 * S, READER, R, 2, 0);
        story.confirm(10 * S, 2);
        story.connect(100 * S, READER, R, 3, 0);
        story.announce(101 * S, 1, 3);
        story.frame(101 * S, 2, 2, 3);
        story.show(101 * S, 2, 2, 3);
        story.history.ended(300 * S);
      },
    },
  ]);
});

describe("LIV4 degraded", () => {
  const setting = { faults: [{ kind: "kill", sites: ["redis"] }] };
  /** Redis dies at 10 s and is back at 60 s. */
  const outage = (during: (story: Story) => void) => (story: Story) => {
    story.online(0);
    story.history.faultBegan(10 * S, 0);
    during(story);
    story.history.faultEnded(60 * S, 0);
    story.history.ended(90 * S);
  };
  const row = (
    verdict: "valid" | "invalid",
    when: string,
    during: (story: Story) => void,
    text = "",
  ): Row => ({ rule: "LIV4", verdict, when, text, tell: outage(during), setting });
  const confirmed = (story: Story): void => story.confirm(25 * S, 1);
  table([
    row("valid", "text goes on being confirmed", confirmed),
    row(
      "invalid",
      "a node fences itself",
      (story) => story.history.closed(25 * S, READER, R, 2, 4503),
      "only Redis was away",
    ),
    row("valid", "a node fences itself within 9 s", (story) => {
      story.history.closed(18 * S, READER, R, 2, 4503);
      confirmed(story);
    }),
    row(
      "invalid",
      "a text ends unknown",
      (story) => {
        story.invoke(20 * S, 1);
        story.end(50 * S, 1, 2);
      },
      "was not confirmed",
    ),
    row("valid", "a node died beside it", (story) => {
      confirmed(story);
      story.history.nodeDown(30 * S, 1, 0);
      story.history.closed(40 * S, READER, R, 2, 0);
    }),
    {
      rule: "LIV4",
      verdict: "unknown",
      when: "the history breaks off",
      tell: (s) => s.exchange(1),
    },
  ]);
});

describe("BND1 bounded", () => {
  const sampled = (value: number) => (story: Story) => {
    story.exchange(1);
    story.history.limitSampled(5 * S, 0, 2, value, 1_048_576);
    story.history.ended(9 * S);
  };
  table([
    { rule: "BND1", verdict: "valid", when: "a queue is full", tell: sampled(1_048_576) },
    { rule: "BND1", verdict: "invalid", when: "it is fuller", tell: sampled(1_048_577) },
    { rule: "BND1", verdict: "unknown", when: "interrupted", tell: good, setting: interrupted },
    {
      rule: "BND1",
      verdict: "invalid",
      when: "a send has no end",
      also: "LIV1",
      text: "1 have no end",
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.history.ended(200 * S);
      },
    },
    {
      rule: "BND1",
      verdict: "valid",
      when: "a send was left behind by its person",
      tell: (story) => {
        story.exchange(1);
        story.invoke(3 * S, 2);
        story.history.signedOut(4 * S, WRITER, W, 1);
        story.history.ended(200 * S);
      },
    },
  ]);
});
