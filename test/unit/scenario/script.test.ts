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

  it("says which of a friend's devices is read, and which attachment is opened", () => {
    const loaded = load(
      "{ at: 1s, user: 1, do: read, to: 2, log: 2 }, { at: 2s, user: 1, do: open, to: 2, back: 1 }",
    );
    expect("scenario" in loaded && loaded.scenario.script).toMatchObject([{ log: 2 }, { back: 1 }]);
  });

  it.each([
    ["{ at: 1s, user: 1, do: open, to: 2, log: 1 }", 'open takes no "log"'],
    ["{ at: 1s, user: 1, do: read, to: 2, back: 1 }", 'read takes no "back"'],
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

describe("choices", () => {
  const problem = (choices: string): string => {
    const text = `name: a
population: { users: 3, friends: { pairs: [[1, 2]] } }
phases: [{ name: run, duration: 1m, online: 0 }]
choices: ${choices}
`;
    const loaded = loadScenario(text, { file: "a.yaml", sets: [], env: {} });
    return "problems" in loaded ? (loaded.problems[0]?.message ?? "") : "none";
  };

  it.each([
    ["{ balancer: { 0: 0.25, all: 0.5 }, network: { all: 0.5 } }", "none"],
    ["{ balancer: { first: 0.5 } }", '"first" is no ordinal'],
    ["{ balancer: { all: 1 } }", "below 1"],
    ["{ network: { 3: 0.5 } }", 'draws of network are chosen by "all"'],
  ])("of %s: %s", (choices, reason) => {
    expect(problem(choices)).toContain(reason);
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
