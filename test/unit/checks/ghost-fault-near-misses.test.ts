// What a fault adds to the time in which somebody who is gone may be shown online, told by PRE1: the last
// instant that is still in time, and the microsecond after it.
import { describe } from "vitest";
import { R, READER, S, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const OFFLINE = 0;
const ONLINE = 1;

describe("PRE1 no ghost, with a fault", () => {
  const { valid, invalid } = rowsOf("PRE1");
  /** The reader signs out at 10 s, the fault ends at 40 s; the writer is told at `t`. */
  const told = (t: number) => (story: Story) => {
    story.online(0);
    story.presence(S, ONLINE);
    story.history.faultBegan(5 * S, 0);
    story.history.signedOut(10 * S, READER, R, 0);
    story.history.closed(10 * S, READER, R, 2, 0);
    story.history.faultEnded(40 * S, 0);
    story.presence(t, OFFLINE);
    story.over();
  };
  const added: readonly (readonly [kind: string, sites: string[], addedS: number])[] = [
    ["cut", ["node-1", "node-2"], 37],
    ["lose_writes", ["cassandra"], 45],
    ["cut", ["nodes", "redis"], 45],
    ["lose_writes", ["redis"], 127],
  ];
  table(
    added.flatMap(([kind, sites, addedS]) => {
      const what = `${kind} of ${sites.join(" and ")} adds ${addedS} s to its end`;
      const more = { setting: { faults: [{ kind, sites }] } };
      const dueT = (40 + addedS) * S;
      return [
        valid(`${what}, in time`, told(dueT), more),
        invalid(`${what}, a microsecond late`, "shown it online", told(dueT + 1), more),
      ];
    }),
  );
});
