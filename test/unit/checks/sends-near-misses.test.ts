// Sends that are told twice or in another order, and what of a refused one counts as seen.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin, BLOB, pictureScanned, reply } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const TEXT = 0;
const IMAGE = 1;
const VOID = 4;
const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;

describe("sends told twice, and in another order", () => {
  const msg3 = rowsOf("MSG3");
  table([
    msg3.invalid("its number is told twice as taken", "visible to device 22", (story) => {
      begin(story);
      for (const t of [2 * S, 3 * S]) story.invoke(t, 1);
      story.end(4 * S, 1, REFUSED);
      story.frame(5 * S, 1);
      story.over();
      story.scanned();
    }),
    msg3.invalid("a void takes its number", "visible to device 22", (story) => {
      begin(story);
      story.invoke(2 * S, 1);
      story.end(3 * S, 1, REFUSED);
      story.invoke(3 * S, 1, 0, VOID, 0);
      story.frame(5 * S, 1);
      story.over();
      story.scanned();
    }),
    msg3.invalid("it ended unknown first and refused then", "visible to device 22", (story) => {
      begin(story);
      story.invoke(2 * S, 1);
      story.end(3 * S, 1, UNKNOWN);
      story.end(4 * S, 1, REFUSED);
      story.frame(5 * S, 1);
      story.over();
      story.scanned();
    }),
    msg3.valid(
      "it ended unknown twice, and is delivered",
      (story) => {
        begin(story);
        story.invoke(2 * S, 1);
        story.end(3 * S, 1, UNKNOWN);
        story.end(4 * S, 1, UNKNOWN);
        story.frame(5 * S, 1);
        story.over();
        story.scanned();
      },
      { counted: 0 },
    ),
    ...(
      [
        ["a frame of it came", 1, TEXT, "already", ""],
        ["a frame of it came with a void's content", 0, TEXT, "already", "MSG2"],
        ["a frame of it came that does not decrypt", -1, TEXT, "", ""],
        ["a void of it came", 0, VOID, "", ""],
      ] as const
    ).map(([when, content, kind, text, also]) => {
      const tell = (story: Story): void => {
        begin(story);
        story.invoke(2 * S, 1);
        story.frame(3 * S, 1, content, 2, kind);
        story.end(4 * S, 1, REFUSED);
        story.over();
        story.scanned();
      };
      const more = { also };
      return text === "" ? msg3.valid(when, tell, more) : msg3.invalid(when, text, tell, more);
    }),
    ...(
      [
        ["a history held it", 1, "already"],
        ["a history held a void in its place", 0, ""],
        ["a history held what does not decrypt", -1, ""],
      ] as const
    ).map(([when, content, text]) => {
      const tell = (story: Story): void => {
        begin(story);
        story.invoke(2 * S, 1);
        story.history.historyRow(3 * S, 1, CHAT, W, 1, content, 1001);
        story.end(4 * S, 1, REFUSED);
        story.over();
        story.scanned();
      };
      return text === "" ? msg3.valid(when, tell) : msg3.invalid(when, text, tell);
    }),
    rowsOf("MSG2").valid("three contents were sent under one number, the second comes", (story) => {
      begin(story);
      for (const content of [1, 2, 3]) story.invoke(content * S, 1, content);
      story.frame(5 * S, 1, 2);
      story.over(6 * S);
      story.scanned();
    }),
    rowsOf("MSG10").valid(
      "two histories hold two contents of a number that nobody took: MSG2's",
      (story) => {
        begin(story);
        for (const content of [1, 2]) {
          story.history.historyRow(3 * S, content, CHAT, W, 9, content, 1009);
        }
        story.over();
        story.scanned();
      },
      { counted: 0, also: "MSG2*2" },
    ),
    rowsOf("MSG7").valid("the store told of its row before its device took the number", (story) => {
      begin(story);
      story.store(S, 1);
      story.invoke(2 * S, 1);
      story.end(3 * S, 1, OK);
      story.over(4 * S);
    }),
    rowsOf("MSG1").invalid(
      "a device showed it as a void that did not come as one",
      "was delivered as a void to user 2",
      (story) => {
        begin(story);
        story.confirm(2 * S, 1);
        story.show(3 * S, 1, 0, 2, VOID);
        story.quiet(10 * S);
        story.scanRow(1);
        story.scanUnread(1, 0);
        story.scanned();
      },
    ),
    rowsOf("MSG1").invalid(
      "the reader's reply is shown to nobody",
      "was never shown to user 1",
      (story) => {
        begin(story);
        reply(story, 2 * S, R, 1000);
        story.quiet(10 * S);
        story.history.scanRow(900 * S, CHAT, READER, R, 1, 1, TEXT, 1000);
        story.history.scanUnread(900 * S, WRITER, CHAT, R, READER, 1, 0);
        story.scanned();
      },
      { times: 2, also: "LIV2 LIV3" },
    ),
    rowsOf("LIV3").invalid(
      "it is confirmed twice, and late for the first",
      "was shown",
      (story) => {
        begin(story);
        story.confirm(10 * S, 1);
        story.end(14 * S, 1, OK);
        story.deliver(16 * S, 1);
        story.over();
      },
    ),
    rowsOf("IMG1").invalid(
      "its blob was named before its device took the number, and is missing",
      "missing from the final scan",
      (story) => {
        begin(story);
        story.history.blobApplied(1.5 * S, BLOB);
        story.history.blobNamed(1.9 * S, CHAT, W, 1, BLOB);
        story.invoke(2 * S, 1, 1, IMAGE);
        story.store(2.1 * S, 1);
        story.end(3 * S, 1, OK);
        story.frame(4 * S, 1, 1, 2, IMAGE);
        story.show(4 * S, 1, 1, 2, IMAGE);
        pictureScanned(story, []);
      },
    ),
  ]);
});
