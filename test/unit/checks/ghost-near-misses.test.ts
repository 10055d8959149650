// PRE1 at its edges: how a connection was lost, who was watching, until when.
import { describe } from "vitest";
import { FRESH, heard, OFFLINE, ONLINE, signOut, watched } from "./friends.ts";
import { R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const UNKNOWN = 2;

describe("PRE1 no ghost, nearly", () => {
  const { valid, invalid } = rowsOf("PRE1");
  /** The reader is lost at 10 s in this way; the writer is told `afterUs` later. */
  const told = (lose: (story: Story) => void, afterUs: number) => (story: Story) => {
    watched(story);
    lose(story);
    story.presence(10 * S + afterUs, OFFLINE);
    story.over();
  };
  const ways: readonly (readonly [
    how: string,
    boundS: number,
    lose: (story: Story) => void,
    faults?: { kind: string; sites: string[] }[],
  ])[] = [
    ["signed out", 37, signOut],
    ["was closed by its node", 37, (story) => story.history.closed(10 * S, READER, R, 2, 4408)],
    [
      "closed first and then signed out",
      37,
      (story) => {
        story.history.closed(10 * S, READER, R, 2, 0);
        story.history.signedOut(10 * S, READER, R, 0);
      },
    ],
    [
      "closed first and then vanished",
      112,
      (story) => {
        story.history.closed(10 * S, READER, R, 2, 0);
        story.history.signedOut(10 * S, READER, R, 1);
      },
    ],
    ["broke off", 112, (story) => story.history.closed(10 * S, READER, R, 2, 0)],
    [
      "broke off and signed out later",
      112,
      (story) => {
        story.history.closed(10 * S, READER, R, 2, 0);
        story.history.signedOut(11 * S, READER, R, 0);
      },
    ],
    [
      "vanished",
      112,
      (story) => {
        story.history.signedOut(10 * S, READER, R, 1);
        story.history.closed(10 * S, READER, R, 2, 0);
      },
    ],
    [
      "lost its node",
      47,
      (story) => {
        story.history.nodeDown(10 * S, 1, 0);
        story.history.closed(12 * S, READER, R, 2, 0);
      },
    ],
    [
      "was on a node that drained",
      37,
      (story) => {
        story.history.nodeDown(10 * S, 1, 1);
        story.history.closed(12 * S, READER, R, 2, 0);
      },
    ],
  ];
  table(
    ways.flatMap(([how, boundS, lose]) => {
      const added = how.includes("node") && !how.includes("by its") ? Math.max(boundS, 37) : boundS;
      return [
        valid(`it ${how}, and is shown offline in time`, told(lose, added * S)),
        invalid(
          `it ${how}, and is shown offline a microsecond late`,
          `user 2 has no connection since 10.000 s, but user 1 is shown it online for ${added}.000 s`,
          told(lose, added * S + 1),
        ),
      ];
    }),
  );
  const hides = ["half_open", "vanish", "isolate", "pause", "stall", "slow"];
  table([
    ...hides.flatMap((kind) => {
      const setting = { faults: [{ kind, sites: ["node-1"] }] };
      const hidden = (endedS: number, afterUs: number) => (story: Story) => {
        story.history.faultBegan(1, 0);
        story.history.faultEnded(endedS * S, 0);
        told(signOut, afterUs)(story);
      };
      return [
        valid(`it signed out while the fault ${kind} was active`, hidden(5, 112 * S), { setting }),
        invalid(
          `it signed out while the fault ${kind} was active, and is shown offline a microsecond late`,
          "online for 112.000 s",
          hidden(5, 112 * S + 1),
          { setting },
        ),
      ];
    }),
    ...[
      [40, 112, "as the time ended that a fault adds"] as const,
      [40 + 1e-6, 37, "a microsecond after the time that a fault adds"] as const,
      [2, 112, "as a fault began"] as const,
      [2 - 1e-6, 37, "a microsecond before a fault began"] as const,
    ].flatMap(([signOutS, boundS, when]) => {
      const setting = { faults: [{ kind: "half_open", sites: ["users"] }] };
      const t = Math.round(signOutS * S);
      const toldAt = (toldT: number) => (story: Story) => {
        watched(story);
        if (t < 2 * S) signOut(story, t);
        story.history.faultBegan(2 * S, 0);
        story.history.faultEnded(5 * S, 0);
        if (t >= 2 * S) signOut(story, t);
        story.presence(toldT, OFFLINE);
        story.over();
      };
      const dueT = Math.max(t + boundS * S, 42 * S);
      return [
        valid(`it signed out ${when}, and is shown offline in time`, toldAt(dueT), { setting }),
        invalid(
          `it signed out ${when}, and is shown offline a microsecond late`,
          "user 2 has no connection",
          toldAt(dueT + 1),
          { setting },
        ),
      ];
    }),
    ...[["skewed", "skew", "valid"] as const, ["slow", "slow", "invalid"] as const].map(
      ([what, kind, verdict]) => ({
        rule: "PRE1" as const,
        verdict,
        when: `Redis' clock was ${what} just before it signed out`,
        tell: (story: Story) => {
          story.history.faultBegan(5 * S, 0);
          story.history.faultEnded(6 * S, 0);
          told(signOut, 200 * S)(story);
        },
        setting: { faults: [{ kind, sites: ["redis"] }] },
      }),
    ),
    invalid(
      "Redis' clock is skewed after the writer was last heard",
      "online for 50.000 s",
      (story) => {
        watched(story);
        signOut(story);
        heard(story, 60 * S);
        story.history.faultBegan(65 * S, 0);
        story.over(70 * S);
      },
      { setting: { faults: [{ kind: "skew", sites: ["redis"] }] } },
    ),
    valid(
      "two faults are planned, and a third node goes down in between",
      (story) => {
        watched(story);
        story.history.nodeDown(9 * S, 2, 0);
        signOut(story);
        story.presence(47 * S, OFFLINE);
        story.over();
      },
      { setting: { faults: Array(2).fill({ kind: "half_open", sites: ["users"] }) } },
    ),
    invalid(
      "two faults are planned and do not come, a third node goes down, and it takes a microsecond too long",
      "online for 37.000 s",
      (story) => {
        watched(story);
        story.history.nodeDown(9 * S, 2, 0);
        signOut(story);
        story.presence(47 * S + 1, OFFLINE);
      },
      { setting: { faults: Array(2).fill({ kind: "half_open", sites: ["users"] }) } },
    ),
    valid(
      "it signed out while the users were cut off",
      (story) => {
        story.history.faultBegan(5 * S, 0);
        story.history.faultEnded(11 * S, 0);
        told(signOut, 112 * S)(story);
      },
      { setting: { faults: [{ kind: "cut", sites: ["users", "nodes"] }] } },
    ),
    invalid(
      "it signed out while two nodes were cut apart",
      "user 2 has no connection",
      (story) => {
        story.history.faultBegan(5 * S, 0);
        story.history.faultEnded(11 * S, 0);
        told(signOut, 100 * S)(story);
      },
      { setting: { faults: [{ kind: "cut", sites: ["node-1", "node-2"] }] } },
    ),
    invalid(
      "a clock is skewed, but not Redis'",
      "user 2 has no connection",
      (story) => {
        story.history.faultBegan(5 * S, 0);
        story.history.faultEnded(6 * S, 0);
        told(signOut, 200 * S)(story);
      },
      { setting: { faults: [{ kind: "skew", sites: ["node-1"] }] } },
    ),
    invalid(
      "Redis is slow, not skewed, and over",
      "user 2 has no connection",
      (story) => {
        story.history.faultBegan(5 * S, 0);
        story.history.faultEnded(6 * S, 0);
        told(signOut, 200 * S)(story);
      },
      { setting: { faults: [{ kind: "cut", sites: ["redis"] }] } },
    ),
    valid(
      "another device of it that was left on is closed",
      (story) => {
        watched(story);
        story.history.signedIn(5 * S, READER, FRESH, 1);
        story.history.connecting(5 * S, READER, FRESH, 7);
        story.history.connected(5 * S, READER, FRESH, 7, 1);
        story.history.closed(6 * S, READER, R, 2, 4409);
        heard(story, 200 * S);
        story.presence(201 * S, ONLINE);
        story.over();
      },
      { counted: 0 },
    ),
    valid("the writer reads slowly", (story) => {
      watched(story);
      signOut(story);
      story.history.readerSlow(11 * S, WRITER, 1);
      story.presence(200 * S, OFFLINE);
      story.over();
    }),
    valid("the writer read slowly until 15 s ago", (story) => {
      watched(story);
      signOut(story);
      story.history.readerSlow(11 * S, WRITER, 1);
      story.history.readerSlow(100 * S, WRITER, 0);
      story.presence(115 * S, OFFLINE);
      story.over();
    }),
    invalid(
      "the writer read slowly until a microsecond before",
      "online for 105.000 s",
      (story) => {
        watched(story);
        signOut(story);
        story.history.readerSlow(11 * S, WRITER, 1);
        story.history.readerSlow(100 * S, WRITER, 0);
        story.presence(115 * S + 1, OFFLINE);
      },
    ),
    invalid("a new notice says online of somebody who is gone", "online for 60.000 s", (story) => {
      watched(story);
      signOut(story);
      story.presence(11 * S, OFFLINE);
      story.presence(70 * S, ONLINE);
    }),
    valid("a second notice says offline, late", (story) => {
      watched(story);
      signOut(story);
      story.presence(11 * S, OFFLINE);
      story.presence(200 * S, OFFLINE);
      story.over();
    }),
    invalid(
      "it comes back too late, and was shown online until then",
      "online for 50.000 s",
      (story) => {
        watched(story);
        signOut(story);
        heard(story, 60 * S);
        story.connect(70 * S, READER, R, 3, 0);
      },
    ),
    invalid(
      "the writer leaves, and was shown it online until then",
      "online for 50.000 s",
      (story) => {
        watched(story);
        signOut(story);
        heard(story, 60 * S);
        story.history.closed(70 * S, WRITER, W, 1, 4408);
      },
    ),
    invalid(
      "the run ends, and the writer was shown it online until then",
      "online for 50.000 s",
      (story) => {
        watched(story);
        signOut(story);
        heard(story, 60 * S);
        story.over(70 * S);
      },
    ),
    valid(
      "the writer came back, and was shown nothing in its new session",
      (story) => {
        watched(story);
        signOut(story);
        story.history.closed(11 * S, WRITER, W, 1, 0);
        story.reconnect(12 * S, WRITER, W, 5, 0);
        story.history.heartbeat(100 * S, WRITER, 5);
        story.history.closed(101 * S, WRITER, W, 5, 4408);
        story.over();
      },
      { counted: 1 },
    ),
    invalid(
      "somebody who never connected is shown online",
      "user 2 was never connected, but user 1 is shown it online",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.presence(S, ONLINE);
      },
    ),
    valid(
      "somebody who never connected is shown offline, then unknown",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.presence(S, OFFLINE);
        story.presence(2 * S, UNKNOWN);
        story.over();
      },
      { counted: 0 },
    ),
  ]);
});
