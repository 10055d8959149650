// What a fault adds to the waiting times, told by LIV3: the last instant that is still prompt, and the
// microsecond after it.
import { describe } from "vitest";
import { S, type Story } from "./judge.ts";
import { rowsOf, table, type Row } from "./table.ts";

const { valid, invalid } = rowsOf("LIV3");

type Fault = NonNullable<NonNullable<Row["setting"]>["faults"]>[number];

/** Confirmed at 10 s, shown at `shownT`. */
const shown = (shownT: number, faults: (story: Story) => void) => (story: Story) => {
  story.online(0);
  story.announce(S, 0);
  faults(story);
  story.confirm(10 * S - 2000, 1);
  story.deliver(shownT, 1);
  story.over(900 * S);
};

/** A message is due until `dueT` and no longer. */
function due(
  when: string,
  faults: readonly Fault[],
  dueT: number,
  tell: (story: Story) => void,
): Row[] {
  const setting = { setting: { faults } };
  return [
    valid(`${when}, in time`, shown(dueT, tell), setting),
    invalid(`${when}, a microsecond late`, "was shown", shown(dueT + 1, tell), setting),
  ];
}
const active =
  (fromT: number, toT: number, fault = 0) =>
  (story: Story) => {
    story.history.faultBegan(fromT, fault);
    story.history.faultEnded(toT, fault);
  };
const begun = (t: number) => (story: Story) => {
  story.history.faultBegan(t, 0);
};
const CUT: Fault = { kind: "cut", sites: ["node-1", "node-2"] };

describe("what a fault adds", () => {
  const lasting: readonly (readonly [kind: string, sites: string[], addedS: number])[] = [
    ["cut", ["node-1", "node-2"], 15],
    ["slow", ["cassandra"], 15],
    ["kill", ["cassandra"], 15],
    ["kill", ["node-1", "cassandra"], 15],
    ["crash", ["s3"], 15],
    ["drain", ["cassandra"], 15],
    ["pause", ["node-1"], 35],
    ["half_open", ["users"], 35],
    ["stall", ["node-1", "cassandra"], 35],
    ["cut", ["nodes", "redis"], 45],
    ["kill", ["redis"], 45],
    ["pause", ["redis"], 45],
    ["lose_writes", ["cassandra"], 45],
    ["lose_writes", ["redis"], 45],
  ];
  table(
    lasting.flatMap(([kind, sites, addedS]) =>
      due(
        `${kind} of ${sites.join(" and ")} adds ${addedS} s to its end`,
        [{ kind, sites }],
        (20 + addedS + 5) * S,
        active(8 * S, 20 * S),
      ),
    ),
  );

  const instant: readonly (readonly [kind: string, sites: string[], addedS: number])[] = [
    ["kill", ["node-1"], 15],
    ["crash", ["node-1", "node-2"], 15],
    ["drain", ["node-1"], 15],
    ["wipe", ["redis"], 45],
    ["reconnect_all", ["users"], 15],
    ["rotate", ["vault"], 15],
    ["vanish", ["users"], 15],
    ["reset", ["users"], 15],
  ];
  table(
    instant.flatMap(([kind, sites, addedS]) =>
      due(
        `${kind} of ${sites.join(" and ")} adds ${addedS} s to its instant`,
        [{ kind, sites }],
        (9 + addedS + 5) * S,
        begun(9 * S),
      ),
    ),
  );
});

describe("which faults count", () => {
  table([
    ...due("one that is known by nobody adds as any", [], 40 * S, active(8 * S, 20 * S)),
    ...due("one that began as the wait ended", [CUT], 40 * S, active(15 * S, 20 * S)),
    ...due(
      "one that began a microsecond later adds nothing",
      [CUT],
      15 * S,
      active(15 * S + 1, 20 * S),
    ),
    ...due(
      "two in a row, the second within the addition of the first",
      [CUT, CUT],
      75 * S,
      (story) => {
        active(8 * S, 20 * S)(story);
        active(40 * S, 55 * S, 1)(story);
      },
    ),
    ...due("two in a row, told in the other order", [CUT, CUT], 75 * S, (story) => {
      active(40 * S, 55 * S, 1)(story);
      active(8 * S, 20 * S)(story);
    }),
    ...due("two, the second after the addition of the first", [CUT, CUT], 40 * S, (story) => {
      active(8 * S, 20 * S)(story);
      active(40 * S + 1, 55 * S, 1)(story);
    }),
    ...due("one that ended twice, the second time another", [CUT], 40 * S, (story) => {
      active(1 * S, 2 * S)(story);
      active(8 * S, 20 * S)(story);
    }),
    ...due("one that ended without having begun", [CUT], 15 * S, (story) => {
      story.history.faultEnded(12 * S, 0);
    }),
    ...due(
      "a node that never comes back ends with its kill",
      [{ kind: "kill", sites: ["node-1"], staysDown: true }],
      29 * S,
      active(9 * S, 60 * S),
    ),
    ...due(
      "a node that does come back ends with its return",
      [{ kind: "kill", sites: ["node-1"] }],
      80 * S,
      active(9 * S, 60 * S),
    ),
    ...due("a node that came up is an end of its own", [], 32 * S, (story) =>
      story.history.nodeUp(12 * S, 2, 9),
    ),
    ...due("a node that went down is an end of its own", [], 32 * S, (story) =>
      story.history.nodeDown(12 * S, 2, 1),
    ),
    ...due("a node that was up from the start adds nothing", [], 15 * S, (story) =>
      story.history.nodeUp(0, 2, 9),
    ),
    ...due("the quiet phase ends what is active", [CUT], 50 * S, (story) => {
      story.history.faultBegan(8 * S, 0);
      story.history.quietBegan(30 * S, 1);
    }),
    ...due("the quiet phase leaves alone what ended before", [CUT], 40 * S, (story) => {
      active(8 * S, 20 * S)(story);
      story.history.quietBegan(30 * S, 1);
    }),
    ...due("the second step of the quiet phase ends nothing more", [CUT], 50 * S, (story) => {
      story.history.faultBegan(8 * S, 0);
      story.history.quietBegan(30 * S, 1);
      story.history.quietBegan(60 * S, 2);
    }),
    ...[15, 16].flatMap((endedS) => {
      const more = { setting: { faults: [CUT] } };
      const later = (shownT: number) => (story: Story) => {
        story.online(0);
        story.announce(S, 0);
        active(2 * S, endedS * S)(story);
        story.confirm(30 * S - 2000, 1);
        story.deliver(shownT, 1);
        story.over();
      };
      const dueT = (endedS + 20) * S;
      return [
        valid(`one that ended ${30 - endedS} s before, in time`, later(dueT), more),
        invalid(
          `one that ended ${30 - endedS} s before, a microsecond late`,
          "was shown",
          later(dueT + 1),
          more,
        ),
      ];
    }),
  ]);
});
