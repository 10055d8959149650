// IMG and SEC rules: a good, a bad and an unknown history each.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { BLOB, picture, pictureScanned } from "./passages.ts";
import { table, type Row } from "./table.ts";

const STRANGER = 3;
/** Who wants the picture of user 1 and 2 in operation 2, and how that ends. */
const download =
  (result: number, member = 1) =>
  (story: Story) => {
    picture(story, 1.5 * S);
    const user = member === 1 ? READER : STRANGER;
    story.history.downloaded(5 * S, 2, user, CHAT, BLOB, result, member);
    pictureScanned(story);
  };
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
      tell: (story) => picture(story, 1.5 * S),
    },
    {
      rule: "IMG1",
      verdict: "invalid",
      when: "the blob is durable after `sent` only",
      text: "not durable",
      tell: (story) => {
        picture(story, 3.5 * S);
        pictureScanned(story);
      },
    },
    ...["corrupt", "missing", "denied to a member"].map((harm, index): Row => ({
      rule: "IMG1",
      verdict: "invalid",
      when: `its download ends ${harm}`,
      text: `the blob of message 1 of device 11 in chat 100 is ${harm} at its download`,
      tell: download(index + 1),
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
        picture(story, 1.5 * S);
        pictureScanned(story, []);
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
      tell: (story) => picture(story, 1.5 * S),
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
  const places = ["a store", "the trace", "an error", "a metric", "a report"];
  /** One is found in this place, or in none. */
  const searched =
    (found = "") =>
    (story: Story) => {
      places.forEach((name, place) =>
        story.history.canarySearched(9 * S, place, name === found ? 1 : 0),
      );
    };
  table([
    { rule: "SEC2", verdict: "valid", when: "none is found", tell: searched() },
    ...places.map((place): Row => ({
      rule: "SEC2",
      verdict: "invalid",
      when: `one is found in ${place}`,
      text: `a secret marker stands in ${place}`,
      tell: searched(place),
    })),
    {
      rule: "SEC2",
      verdict: "unknown",
      when: "the run was interrupted",
      tell: searched(),
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
