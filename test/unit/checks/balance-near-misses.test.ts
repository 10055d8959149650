// BND1 at its edges: each limit by its name, and the sends that may be without an end.
import { describe } from "vitest";
import { S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const IMAGE = 1;
const TABLET = 12;

describe("BND1 bounded, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("BND1");
  const limits = [
    "client queue bytes",
    "requests in flight of a session",
    "store calls in flight of a node",
    "link queue",
    "deliver attempts of one message",
    "device outbox",
  ];
  /** Message 2, taken at 3 s, never ends. */
  const open = (before: (story: Story) => void) => (story: Story) => {
    story.exchange(1);
    story.invoke(3 * S, 2);
    before(story);
    story.over(200 * S);
  };
  table([
    ...limits.map((name, what) =>
      invalid(`${name}: one too many`, `${name} of 7: 11 above the limit of 10`, (story) => {
        story.history.limitSampled(5 * S, what, 7, 10, 10);
        story.history.limitSampled(6 * S, what, 7, 11, 10);
      }),
    ),
    valid(
      "each send has an end, and a queue is as long as it may be",
      (story) => {
        story.exchange(2);
        story.history.limitSampled(5 * S, 0, 7, 10, 10);
        story.over(9 * S);
      },
      { counted: 3 },
    ),
    valid(
      "its person went on on another device",
      open((story) => story.connect(4 * S, WRITER, TABLET, 5, 0)),
    ),
    valid(
      "its person left as it was taken",
      open((story) => story.history.signedOut(3 * S, WRITER, W, 0)),
    ),
    invalid(
      "of two open sends one is young",
      "3 sends, but 1 confirmed, 0 refused, 0 unknown and 1 of young or left devices: 1 have no end",
      open((story) => story.invoke(139 * S, 3, 3, IMAGE)),
      { also: "LIV1" },
    ),
    unknown(
      "the run is interrupted over an open send",
      "interrupted",
      open(() => undefined),
      { setting: { complete: false }, also: "LIV1" },
    ),
  ]);
});
