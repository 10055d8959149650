// Scripts and written-out friendships: what is taken, and what is refused with its reason.
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../../sim/scenario/load.ts";

function load(action: string, friends = "pairs: [[1, 2]]") {
  const text = `name: a
population: { users: 3, friends: { ${friends} } }
phases: [{ name: run, duration: 1m, online: 0 }]
script: [${action}]
`;
  return loadScenario(text, { file: "a.yaml", sets: [], env: {} });
}

function problemOf(action: string, friends?: string): string {
  const loaded = load(action, friends);
  return "problems" in loaded ? (loaded.problems[0]?.message ?? "") : "none";
}

describe("a script", () => {
  it("says what people do, with whom, and with what", () => {
    const loaded = load(
      "{ at: 1s, user: 1, do: sign_in, fresh: true }, { at: run+2s, user: 2, do: send, to: 1, attach: voice, bytes: 3KiB }",
    );
    expect("scenario" in loaded && loaded.scenario.script).toEqual([
      { atUs: 1_000_000, user: 1, do: "sign_in", fresh: true },
      { atUs: 2_000_000, user: 2, do: "send", to: 1, attach: "voice", bytes: 3_072 },
    ]);
    expect("scenario" in loaded && loaded.scenario.population.friendPairs).toEqual([[1, 2]]);
  });

  it.each([
    ["{ at: 1s, user: 1, do: dance }", 'action "dance"'],
    ["{ at: 1s, user: 1, do: send }", 'send needs "to"'],
    ["{ at: 1s, user: 1, do: sign_out, to: 2 }", 'sign_out takes no "to"'],
    ["{ at: 1s, user: 1, do: read, to: 2, fresh: true }", 'read takes no "fresh"'],
    ["{ at: 1s, user: 1, do: sign_in, attach: image }", 'sign_in takes no "attach"'],
    [
      "{ at: 1s, user: 1, do: send, to: 2, bytes: 1KiB }",
      'bytes is the size of what "attach" names',
    ],
    ["{ at: 2m, user: 1, do: sign_in }", "not before the end of the last phase"],
  ])("refuses %s", (action, reason) => {
    expect(problemOf(action)).toContain(reason);
  });
});

describe("friendships written out", () => {
  const action = "{ at: 1s, user: 1, do: sign_in }";

  it.each([
    ["pairs: [[1, 2], [2, 1]]", "stand in pairs twice"],
    ["pairs: [[1, 1]]", "no friend of its own"],
    ["pairs: [[1]]", "a member of pairs is [user, friend]"],
    ["pairs: [[1, 4]]", "4"],
    ["pairs: [[1, 2]], per_user: 3", "not both"],
  ])("refuse %s", (friends, reason) => {
    expect(problemOf(action, friends)).toContain(reason);
  });
});
