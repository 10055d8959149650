// LIV1 at its edges: exactly at the deadline and a microsecond beyond, devices left behind, late answers.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const IMAGE = 1;
const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;
const HISTORY = 2;
const UPLOAD = 3;
const DOWNLOAD = 4;
const FRESH = 23;

describe("LIV1 answered, nearly", () => {
  const { valid, invalid } = rowsOf("LIV1");
  const sent = (kind: number, tookUs: number) => (story: Story) => {
    begin(story);
    story.invoke(2 * S, 1, 1, kind);
    story.end(2 * S + tookUs, 1, UNKNOWN);
    story.over();
  };
  const openSend =
    (kind: number, ageUs: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      begin(story);
      story.invoke(100 * S - ageUs, 1, 1, kind);
      before(story);
      story.over(100 * S);
    };
  const read = (tookUs: number) => (story: Story) => {
    begin(story);
    story.confirm(2 * S, 1);
    story.deliver(2.1 * S, 1);
    story.history.readInvoked(3 * S, READER, R, CHAT, W, 1, 5000);
    story.history.readEnded(3 * S + tookUs, READER, R, CHAT, W, 1, UNKNOWN);
    story.over();
  };
  const openRead =
    (ageUs: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      begin(story);
      story.confirm(2 * S, 1);
      story.deliver(2.1 * S, 1);
      story.history.readInvoked(100 * S - ageUs, READER, R, CHAT, W, 1, 5000);
      before(story);
      story.over(100 * S);
    };
  const operation = (type: number, tookUs: number) => (story: Story) => {
    begin(story);
    story.history.operationBegan(2 * S, 7, type, READER, R, CHAT);
    story.history.operationEnded(2 * S + tookUs, 7, UNKNOWN);
    story.over();
  };
  const openOperation =
    (type: number, ageUs: number, before: (story: Story) => void = () => undefined) =>
    (story: Story) => {
      begin(story);
      story.history.operationBegan(100 * S - ageUs, 7, type, READER, R, CHAT);
      before(story);
      story.over(100 * S);
    };
  const left = (user: number, device: number, t: number) => (story: Story) => {
    story.history.signedOut(t, user, device, 0);
  };
  const NONE = { counted: 0 };
  table([
    valid("a text ends at 31 s", sent(TEXT, 31 * S)),
    invalid(
      "a text ends a microsecond later",
      "ended 31.000 s after it was taken",
      sent(TEXT, 31 * S + 1),
    ),
    valid("a picture ends at 61 s", sent(IMAGE, 61 * S)),
    invalid("a picture ends a microsecond later", "ended 61.000 s after", sent(IMAGE, 61 * S + 1)),
    valid("a text is open for 31 s", openSend(TEXT, 31 * S), NONE),
    invalid(
      "a text is open a microsecond longer",
      "taken at 68.999 s, has no answer",
      openSend(TEXT, 31 * S + 1000),
    ),
    valid("a picture is open for 61 s", openSend(IMAGE, 61 * S), NONE),
    invalid(
      "a picture is open a microsecond longer",
      "taken at 38.999 s, has no answer",
      openSend(IMAGE, 61 * S + 1000),
      { also: "BND1" },
    ),
    valid("its person left in that moment", openSend(TEXT, 50 * S, left(WRITER, W, 50 * S)), NONE),
    invalid("its person had left and came back before", "has no answer", (story) => {
      story.history.signedOut(0, WRITER, W, 0);
      openSend(TEXT, 50 * S)(story);
    }),
    valid(
      "its person went on on another device",
      openSend(TEXT, 50 * S, (story) => {
        story.history.signedIn(60 * S, WRITER, 12, 1);
      }),
      NONE,
    ),
    valid(
      "a late answer is no second one",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.end(32 * S, 1, UNKNOWN);
        story.store(50 * S, 1);
        story.end(60 * S, 1, OK);
        story.deliver(60 * S, 1);
        story.over();
      },
      { counted: 1 },
    ),
    valid(
      "what nobody sent ends",
      (story) => {
        begin(story);
        story.end(60 * S, 9, REFUSED);
        story.over();
      },
      NONE,
    ),
    valid("a read ends at 31 s", read(31 * S), { counted: 2 }),
    invalid(
      "a read ends a microsecond later",
      "reading the log of device 11 in chat 100 to 1 ended after 31.000 s",
      read(31 * S + 1),
    ),
    valid("a read is open for 31 s", openRead(31 * S)),
    invalid(
      "a read is open longer",
      "reading the log of device 11 in chat 100 to 1, since 68.999 s, has no answer",
      openRead(31 * S + 1000),
    ),
    valid("its reader left in that moment", openRead(50 * S, left(READER, R, 50 * S))),
    valid(
      "its reader went on on another device",
      openRead(50 * S, (story) => {
        story.history.signedIn(60 * S, READER, FRESH, 1);
      }),
    ),
    invalid("only the older of two reads ends", "has no answer", (story) => {
      story.exchange(2);
      story.history.readInvoked(3 * S, READER, R, CHAT, W, 1, 5000);
      story.history.readInvoked(3.1 * S, READER, R, CHAT, W, 3, 5000);
      story.history.readEnded(4 * S, READER, R, CHAT, W, 1, OK);
      story.over(100 * S);
    }),
    valid(
      "the newer of two reads ends both",
      (story) => {
        story.exchange(2);
        story.history.readInvoked(3 * S, READER, R, CHAT, W, 1, 5000);
        story.history.readInvoked(3.1 * S, READER, R, CHAT, W, 2, 5000);
        story.history.readEnded(4 * S, READER, R, CHAT, W, 2, OK);
        story.history.readEnded(80 * S, READER, R, CHAT, W, 1, OK);
        story.over(100 * S);
      },
      { counted: 5 },
    ),
    valid(
      "a read is answered twice, the second time late",
      (story) => {
        read(S)(story);
        story.history.readEnded(80 * S, READER, R, CHAT, W, 1, UNKNOWN);
      },
      { counted: 2 },
    ),
    invalid("a read of the first instant ends late", "to 1 ended after 31.000 s", (story) => {
      story.history.readInvoked(0, READER, R, CHAT, W, 1, 5000);
      story.history.readEnded(31 * S + 1, READER, R, CHAT, W, 1, UNKNOWN);
    }),
    invalid("a read of the first instant is open", "since 0.000 s, has no answer", (story) => {
      story.history.signedIn(0, READER, R, 0);
      story.history.readInvoked(0, READER, R, CHAT, W, 1, 5000);
      story.over(100 * S);
    }),
    valid("a history ends at 31 s", operation(HISTORY, 31 * S)),
    invalid(
      "a history ends a microsecond later",
      "history 7 ended after 31.000 s",
      operation(HISTORY, 31 * S + 1),
    ),
    ...(
      [
        [UPLOAD, "upload"],
        [DOWNLOAD, "download"],
      ] as const
    ).flatMap(([type, name]) => [
      valid(`${name} ends at 61 s`, operation(type, 61 * S)),
      invalid(
        `${name} ends a microsecond later`,
        `${name} 7 ended after 61.000 s`,
        operation(type, 61 * S + 1),
      ),
    ]),
    valid("a history is open for 31 s", openOperation(HISTORY, 31 * S), NONE),
    invalid(
      "a history is open longer",
      "history 7 of user 2, begun at 68.999 s, has no end",
      openOperation(HISTORY, 31 * S + 1000),
    ),
    valid(
      "whoever asked left in that moment",
      openOperation(HISTORY, 50 * S, left(READER, R, 50 * S)),
      NONE,
    ),
    valid(
      "an operation ends twice, the second time late",
      (story) => {
        operation(HISTORY, S)(story);
        story.history.operationEnded(200 * S, 7, OK);
      },
      { counted: 1 },
    ),
  ]);
});
