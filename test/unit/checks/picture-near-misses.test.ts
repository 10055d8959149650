// IMG1 and IMG2 at their edges: whose fault a spoilt picture is, and which blobs may be left over.
import { describe } from "vitest";
import { CHAT, READER, S, W, WRITER, type Story } from "./judge.ts";
import { BLOB, picture, pictureScanned } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;
const INTACT = 0;
const CORRUPT = 1;
const MISSING = 2;
const DENIED = 3;
const STRANGER = 3;
const OTHER_BLOB = 901;
const DURABLE = 1.5 * S;

/** A member or a stranger asks for the picture in operation 2. */
const download = (story: Story, result: number, member = 1): void => {
  const user = member === 1 ? READER : STRANGER;
  story.history.downloaded(5 * S, 2, user, CHAT, BLOB, result, member);
};

describe("IMG1 intact, nearly", () => {
  const { valid, invalid } = rowsOf("IMG1");
  const duringFault = (result: number) => (story: Story) => {
    story.history.faultBegan(0, 0);
    picture(story, DURABLE);
    download(story, result);
    pictureScanned(story);
  };
  const fault = (kind: string) => ({ setting: { faults: [{ kind, sites: ["s3"] }] } });
  table([
    valid(
      "it is durable, comes intact and is scanned",
      (story) => {
        picture(story, DURABLE);
        download(story, INTACT);
        pictureScanned(story);
      },
      { counted: 3 },
    ),
    valid("it comes corrupt while S3 spoils bytes", duringFault(CORRUPT), fault("corrupt")),
    invalid(
      "it is missing while S3 spoils bytes",
      "is missing at its download",
      duringFault(MISSING),
      fault("corrupt"),
    ),
    invalid(
      "it comes corrupt while S3 is slow",
      "is corrupt at its download",
      duringFault(CORRUPT),
      fault("slow"),
    ),
    valid(
      "nobody confirmed its message, and it is not durable, comes corrupt and is not scanned",
      (story) => {
        picture(story, 3.5 * S, UNKNOWN);
        download(story, CORRUPT);
        pictureScanned(story, []);
      },
      { counted: 0 },
    ),
    valid(
      "live, nobody sees it become durable but the scan",
      (story) => {
        picture(story, Infinity);
        download(story, INTACT);
        pictureScanned(story);
      },
      { setting: { mode: "live" }, counted: 2 },
    ),
    invalid("it is confirmed twice before it is durable", "was not durable", (story) => {
      picture(story, 3.5 * S);
      story.end(3.6 * S, 1, OK);
      pictureScanned(story);
    }),
    valid(
      "it is confirmed twice, counted once",
      (story) => {
        picture(story, DURABLE);
        story.end(3.6 * S, 1, OK);
        pictureScanned(story);
      },
      { counted: 2 },
    ),
    valid(
      "its message was refused, and a late answer confirms it",
      (story) => {
        picture(story, Infinity, REFUSED);
        story.end(3.6 * S, 1, OK);
        pictureScanned(story);
      },
      { counted: 0, also: "MSG3*2" },
    ),
    valid(
      "a blob that no message names comes corrupt",
      (story) => {
        picture(story, DURABLE);
        story.history.downloaded(5 * S, 2, READER, CHAT, OTHER_BLOB, CORRUPT, 1);
        pictureScanned(story);
      },
      { counted: 2 },
    ),
    invalid("a number that no message has names it too", "message 1 of device 11", (story) => {
      picture(story, DURABLE);
      story.history.blobNamed(4.5 * S, CHAT, W, 0, BLOB);
      download(story, CORRUPT);
      pictureScanned(story);
    }),
  ]);
});

describe("IMG2 members only, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("IMG2");
  const blobs = (count: number, tell: (story: Story) => void) => (story: Story) => {
    tell(story);
    pictureScanned(story, [BLOB, OTHER_BLOB].slice(0, count));
  };
  const dropped = (story: Story): void => {
    story.history.sendDropped(2 * S, WRITER, CHAT, 1, UNKNOWN);
  };
  const uploadedUnknown = (story: Story): void => {
    story.history.uploaded(2 * S, 1, WRITER, CHAT, BLOB, 1, UNKNOWN);
  };
  const orphans = (count: number, sends: number): string =>
    `${count} blobs belong to no confirmed message, but only ${sends} sends can have left one`;
  const noMessage = { also: "MSG2" };
  table([
    ...(
      [
        [INTACT, "intact"],
        [CORRUPT, "corrupt"],
      ] as const
    ).map(([result, how]) =>
      invalid(
        `a stranger is served it, ${how}`,
        "user 3, no member of chat 100, was served blob 900 by operation 2",
        (story) => {
          picture(story, DURABLE);
          download(story, result, 0);
          pictureScanned(story);
        },
      ),
    ),
    valid(
      "a stranger finds it missing or is denied it, and old blobs are refused or unknown",
      (story) => {
        picture(story, DURABLE);
        download(story, MISSING, 0);
        download(story, DENIED, 0);
        story.history.plantedBlobSend(6 * S, WRITER, CHAT, REFUSED);
        story.history.plantedBlobSend(7 * S, WRITER, CHAT, UNKNOWN);
        pictureScanned(story);
      },
      { counted: 5 },
    ),
    valid(
      "the one blob is of a send that ended unknown",
      blobs(1, (story) => picture(story, DURABLE, UNKNOWN)),
    ),
    invalid(
      "there are two blobs, and one send that ended unknown",
      orphans(2, 1),
      blobs(2, (story) => picture(story, DURABLE, UNKNOWN)),
    ),
    invalid(
      "there are two blobs, and one send that was confirmed",
      orphans(1, 0),
      blobs(2, (story) => picture(story, DURABLE)),
    ),
    valid("the one blob is of a send that was dropped", blobs(1, dropped), noMessage),
    invalid(
      "there are two blobs, and one send that was dropped",
      orphans(2, 1),
      blobs(2, dropped),
      noMessage,
    ),
    invalid(
      "there are two blobs, and one upload that ended unknown",
      orphans(2, 1),
      blobs(2, uploadedUnknown),
      noMessage,
    ),
    invalid(
      "a blob is named by a number that no message has",
      orphans(1, 0),
      blobs(2, (story) => {
        picture(story, DURABLE);
        story.history.blobNamed(4 * S, CHAT, W, 0, OTHER_BLOB);
      }),
    ),
    unknown("the scan breaks off after a blob that belongs to nobody", "not scanned", (story) => {
      story.history.scanBlob(900 * S, BLOB, CHAT, WRITER);
    }),
    unknown(
      "the run is interrupted after a blob that belongs to nobody",
      "interrupted",
      blobs(2, (story) => picture(story, DURABLE)),
      { setting: { complete: false } },
    ),
  ]);
});
