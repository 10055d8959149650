// IMG and SEC rules: a good, a bad and an unknown history each.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { table, type Row } from "./table.ts";

const BLOB = 900;
const STRANGER = 3;

/** A picture, uploaded, named by message 1 and confirmed; `durableS`: when its blob is applied. */
function picture(story: Story, durableS: number): void {
  story.online(0);
  story.announce(0.5 * S, 0);
  story.history.operationBegan(S, 1, 3, WRITER, W, CHAT);
  story.history.uploaded(1.8 * S, 1, WRITER, CHAT, BLOB, 5_000_000, 0);
  story.history.operationEnded(1.8 * S, 1, 0);
  if (durableS < 3) story.history.blobApplied(durableS * S, BLOB);
  story.invoke(2 * S, 1, 1, 1);
  story.history.blobNamed(2 * S, CHAT, W, 1, BLOB);
  story.store(2.1 * S, 1);
  story.end(3 * S, 1, 0);
  if (durableS >= 3) story.history.blobApplied(durableS * S, BLOB);
  story.frame(4 * S, 1, 1, 2, 1);
  story.show(4 * S, 1, 1, 2, 1);
}
const download =
  (result: number, member = 1) =>
  (story: Story) => {
    picture(story, 1.5);
    story.history.downloaded(
      5 * S,
      2,
      member === 1 ? READER : STRANGER,
      CHAT,
      BLOB,
      result,
      member,
    );
    ended(story);
  };
/** The scan finds the picture's message, unread. */
function messageScanned(story: Story): void {
  story.history.ended(800 * S);
  story.scanRow(1, 1, 1);
  story.scanUnread(1, 0);
  story.scanned();
}
function ended(story: Story): void {
  story.history.scanBlob(900 * S, BLOB, CHAT, WRITER);
  messageScanned(story);
}
/** The scan finds a blob, and no message. */
function blobScanned(story: Story): void {
  story.history.ended(800 * S);
  story.history.scanBlob(900 * S, BLOB, CHAT, WRITER);
  story.scanned();
}

describe("IMG1 intact", () => {
  table([
    {
      rule: "IMG1",
      verdict: "valid",
      when: "it downloads as it was uploaded",
      tell: download(0),
    },
    {
      rule: "IMG1",
      verdict: "unknown",
      when: "the stores were not scanned",
      tell: (story) => picture(story, 1.5),
    },
    {
      rule: "IMG1",
      verdict: "invalid",
      when: "the blob is durable after `sent` only",
      text: "not durable",
      tell: (story) => {
        picture(story, 3.5);
        ended(story);
      },
    },
    ...[1, 2, 3].map((result): Row => ({
      rule: "IMG1",
      verdict: "invalid",
      when: `its download ends ${["", "corrupt", "missing", "denied"][result]}`,
      tell: download(result),
    })),
    {
      rule: "IMG1",
      verdict: "valid",
      when: "its download ends unknown",
      tell: download(4),
    },
    {
      rule: "IMG1",
      verdict: "invalid",
      when: "the scan does not find it",
      text: "final scan",
      tell: (story) => {
        picture(story, 1.5);
        messageScanned(story);
      },
    },
  ]);
});

describe("IMG2 members only", () => {
  table([
    {
      rule: "IMG2",
      verdict: "valid",
      when: "a stranger is denied",
      tell: download(3, 0),
    },
    {
      rule: "IMG2",
      verdict: "invalid",
      when: "a stranger is served",
      tell: download(0, 0),
    },
    {
      rule: "IMG2",
      verdict: "unknown",
      when: "the stores were not scanned",
      tell: (story) => picture(story, 1.5),
    },
    {
      rule: "IMG2",
      verdict: "invalid",
      when: "an old blob is accepted",
      text: "old or foreign",
      tell: (story) => story.history.plantedBlobSend(S, WRITER, CHAT, 0),
    },
    {
      rule: "IMG2",
      verdict: "invalid",
      when: "a blob belongs to nobody",
      text: "1 blobs belong to no confirmed message, but only 0",
      tell: (story) => {
        story.history.uploaded(S, 1, WRITER, CHAT, BLOB, 1, 0);
        blobScanned(story);
      },
    },
    {
      rule: "IMG2",
      verdict: "valid",
      when: "a blob was left by an upload of unknown end",
      tell: (story) => {
        story.history.uploaded(S, 1, WRITER, CHAT, BLOB, 1, 2);
        blobScanned(story);
      },
    },
  ]);
});

describe("SEC1 isolation", () => {
  const good = (story: Story): void => {
    story.exchange(1);
    story.history.friendShown(S, READER, R, WRITER, CHAT, 5, 1);
    story.presence(2 * S, 1);
    story.history.ended(9 * S);
  };
  table([
    { rule: "SEC1", verdict: "valid", when: "both get their own", tell: good },
    {
      rule: "SEC1",
      verdict: "unknown",
      when: "the history breaks off",
      tell: (s) => s.exchange(1),
    },
    {
      rule: "SEC1",
      verdict: "invalid",
      when: "a stranger gets a message",
      text: "user 3 received a message of chat 100",
      tell: (story) => {
        story.exchange(1);
        story.history.messageFrame(4 * S, STRANGER, 33, 9, CHAT, WRITER, W, 1, 1, 0, 1001);
      },
    },
    {
      rule: "SEC1",
      verdict: "invalid",
      when: "a stranger gets a key",
      tell: (story) => story.history.friendShown(S, STRANGER, 33, WRITER, CHAT, 5, 1),
    },
    {
      rule: "SEC1",
      verdict: "invalid",
      when: "a stranger gets somebody's presence",
      text: "the presence of user 1",
      tell: (story) => {
        story.history.presenceShown(S, STRANGER, WRITER, 1, 0, 1, 33);
        story.history.ended(9 * S);
      },
    },
    {
      rule: "SEC1",
      verdict: "valid",
      when: "a new friend's key comes before the friendship was announced",
      tell: (story) => {
        story.history.friendShown(S, STRANGER, 33, WRITER, 101, 6, 1);
        story.history.friendship(2 * S, WRITER, STRANGER, 101);
        story.history.ended(9 * S);
      },
    },
  ]);
});

describe("SEC2 canaries", () => {
  const searched = (found: number) => (story: Story) => {
    for (let place = 0; place < 5; place += 1) {
      story.history.canarySearched(9 * S, place, place === 1 ? found : 0);
    }
  };
  table([
    { rule: "SEC2", verdict: "valid", when: "none is found", tell: searched(0) },
    {
      rule: "SEC2",
      verdict: "invalid",
      when: "one is found",
      text: "the trace",
      tell: searched(1),
    },
    {
      rule: "SEC2",
      verdict: "unknown",
      when: "the run was interrupted",
      tell: searched(0),
      setting: { complete: false },
    },
  ]);
});

describe("SEC3 binding", () => {
  const row = (
    verdict: "valid" | "invalid",
    when: string,
    tell: (story: Story) => void,
    text = "",
  ): Row => ({
    rule: "SEC3",
    verdict,
    when,
    text,
    tell: (story) => {
      story.history.sealed(S, 5, W, 1, 0, 1);
      tell(story);
      story.history.ended(9 * S);
    },
  });
  table([
    row("valid", "a swap fails", (story) => story.history.swapTried(2 * S, READER, 0, 0)),
    row(
      "invalid",
      "a swap opens",
      (story) => story.history.swapTried(2 * S, READER, 0, 1),
      "another chat",
    ),
    row("valid", "the next n is sealed", (story) => story.history.sealed(2 * S, 5, W, 2, 0, 2)),
    row("valid", "the same bytes again", (story) => story.history.sealed(2 * S, 5, W, 1, 0, 1)),
    row("valid", "a thumbnail of the same n", (story) =>
      story.history.sealed(2 * S, 5, W, 1, 1, 1),
    ),
    row("valid", "another key", (story) => story.history.sealed(2 * S, 6, W, 1, 0, 2)),
    row(
      "invalid",
      "the nonce starts again after a reinstall",
      (story) => story.history.sealed(2 * S, 5, W, 1, 0, 2),
      "used before",
    ),
    row(
      "invalid",
      "two friends hold two keys",
      (story) => {
        story.history.friendShown(2 * S, WRITER, W, READER, CHAT, 5, 1);
        story.history.friendShown(2 * S, READER, R, WRITER, CHAT, 6, 1);
      },
      "different keys",
    ),
    row(
      "invalid",
      "a message does not decrypt on a device with the key",
      (story) => {
        story.history.friendShown(2 * S, READER, R, WRITER, CHAT, 5, 1);
        story.frame(3 * S, 1, -1);
      },
      "did not decrypt",
    ),
    {
      rule: "SEC3",
      verdict: "unknown",
      when: "the history breaks off",
      tell: (story) => story.history.sealed(S, 5, W, 1, 0, 1),
    },
  ]);
});
