// LIV1's drains at their edges: what a draining node left unanswered, and what may hide an answer.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { begin, reply } from "./passages.ts";
import { rowsOf, table } from "./table.ts";

const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;
const FENCED = 4503;

describe("LIV1 drains, nearly", () => {
  const { valid, invalid } = rowsOf("LIV1");
  const drain = (kind: string, other: readonly { kind: string; sites: string[] }[] = []) => ({
    setting: { faults: [{ kind, sites: ["node-1"] }, ...other] },
  });
  const DRAIN = drain("drain");
  /** Sent at 8 s over session 1 to node 0, closed so; answered by another node at 12 s. */
  const closed =
    (code: number, closeT: number, before: (story: Story) => void = () => undefined, session = 1) =>
    (story: Story) => {
      begin(story);
      story.history.faultBegan(7 * S, 0);
      story.invoke(8 * S, 1);
      before(story);
      story.history.closed(closeT, WRITER, W, session, code);
      story.reconnect(closeT + S, WRITER, W, 3, 1);
      story.store(closeT + 2 * S, 1);
      story.end(closeT + 2 * S, 1, OK);
      story.deliver(closeT + 2 * S, 1);
      story.over();
    };
  const down = (t: number, planned: number) => (story: Story) => {
    story.history.nodeDown(t, 0, planned);
  };
  const alsoActive = (kind: string, sites: string[]) =>
    [
      drain("drain", [{ kind, sites }]),
      (story: Story) => story.history.faultBegan(8.1 * S, 1),
    ] as const;
  table([
    valid("it is a second old", closed(FENCED, 9 * S), DRAIN),
    invalid(
      "it is a microsecond older",
      "message 1 of device 11 in chat 100 went out at 8.000 s and had no answer when the draining node 0 closed",
      closed(FENCED, 9 * S + 1),
      DRAIN,
    ),
    invalid(
      "the drain is one of a rolling restart",
      "draining node 0",
      closed(FENCED, 10 * S),
      drain("rolling"),
    ),
    invalid(
      "the first of two got an unsure answer after the second went out",
      "message 2 of device 11 in chat 100 went out at 8.100 s",
      closed(FENCED, 10 * S, (story) => {
        story.invoke(8.1 * S, 2);
        story.history.sendUnsure(8.5 * S, WRITER, W, 1, CHAT, 1);
        story.history.signedOut(8.6 * S, WRITER, W, 0);
      }),
      DRAIN,
    ),
    invalid(
      "the first of two goes out again after the second was answered",
      "message 1 of device 11 in chat 100 went out at 8.500 s",
      closed(FENCED, 10 * S, (story) => {
        story.history.sendUnsure(8.1 * S, WRITER, W, 1, CHAT, 1);
        story.invoke(8.2 * S, 2);
        story.end(8.3 * S, 2, REFUSED);
        story.history.sendFrame(8.5 * S, WRITER, W, 1, CHAT, 1);
      }),
      DRAIN,
    ),
    valid("no node drains", closed(FENCED, 10 * S), drain("kill")),
    valid("another node drains, and this one fences itself", closed(FENCED, 10 * S), {
      setting: { faults: [{ kind: "drain", sites: ["node-2"] }] },
    }),
    valid(
      "it is the void behind a refusal",
      closed(FENCED, 10 * S, (story) => {
        story.end(8.5 * S, 1, REFUSED);
        story.history.sendFrame(8.5 * S, WRITER, W, 1, 100, 1);
      }),
      { ...DRAIN, also: "MSG3" },
    ),
    valid("it is closed for another reason", closed(4408, 10 * S), DRAIN),
    valid(
      "it is closed for another reason just after the drain",
      closed(4408, 12 * S, down(10 * S, 1)),
      DRAIN,
    ),
    invalid(
      "two sends have no answer",
      ["message 1 of device 11", "message 2 of device 11"],
      closed(FENCED, 10 * S, (story) => {
        story.invoke(8.5 * S, 2);
        story.history.signedOut(8.6 * S, WRITER, W, 0);
      }),
      { ...DRAIN, times: 2 },
    ),
    valid(
      "what went out is a number that nobody took",
      (story) => {
        begin(story);
        story.history.faultBegan(7 * S, 0);
        story.history.sendFrame(8 * S, WRITER, W, 1, CHAT, 9);
        story.history.closed(10 * S, WRITER, W, 1, FENCED);
        story.over();
      },
      { ...DRAIN, counted: 0 },
    ),
    valid(
      "whoever sent nothing is closed",
      (story) => {
        begin(story);
        story.history.faultBegan(7 * S, 0);
        story.history.closed(10 * S, READER, R, 2, FENCED);
        story.over();
      },
      { ...DRAIN, counted: 0 },
    ),
    valid(
      "a reply is answered whose frame nobody saw",
      (story) => {
        begin(story);
        reply(story, 8 * S, R, 1000);
        story.over(9 * S);
      },
      DRAIN,
    ),
    invalid(
      "it broke 5 s after the drain's end",
      "draining node 0",
      closed(0, 15 * S, down(10 * S, 1)),
      DRAIN,
    ),
    valid("it broke a microsecond later", closed(0, 15 * S + 1, down(10 * S, 1)), DRAIN),
    valid("it broke after its node was killed", closed(0, 15 * S, down(10 * S, 0)), DRAIN),
    valid(
      "another connection is closed",
      closed(FENCED, 10 * S, () => undefined, 9),
      DRAIN,
    ),
    valid(
      "it was refused",
      closed(FENCED, 10 * S, (story) => story.end(8.5 * S, 1, REFUSED)),
      { ...DRAIN, also: "MSG3" },
    ),
    invalid(
      "it ended unknown on its device before",
      "draining node 0",
      closed(FENCED, 10 * S, (story) => story.end(8.5 * S, 1, UNKNOWN)),
      DRAIN,
    ),
    ...["half_open", "pause", "slow", "isolate", "slow_reader", "vanish"].map((kind) => {
      const [more, before] = alsoActive(kind, ["node-1"]);
      return valid(`beside it the fault ${kind} is active`, closed(FENCED, 10 * S, before), more);
    }),
    ...[["cut", ["users"]]].map(([kind, sites]) => {
      const [more, before] = alsoActive(kind as string, sites as string[]);
      return valid("beside it the users are cut off", closed(FENCED, 10 * S, before), more);
    }),
    ...[["cut", ["node-1", "node-2"]]].map(([kind, sites]) => {
      const [more, before] = alsoActive(kind as string, sites as string[]);
      return invalid(
        "beside it two nodes are cut apart",
        "draining node 0",
        closed(FENCED, 10 * S, before),
        more,
      );
    }),
  ]);
});
