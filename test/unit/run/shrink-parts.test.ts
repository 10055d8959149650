// The parts of a shrink, one by one: what people did as a script, a scenario made smaller, the nearest passing run,
// and what is kept for good.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInWords } from "../../../sim/run/shrink/event-words.ts";
import { keepRegression } from "../../../sim/run/shrink/keep-regression.ts";
import { nearestPassing } from "../../../sim/run/shrink/nearest-passing.ts";
import { readProfile } from "../../../sim/run/read-scenario.ts";
import { drawnIn, fixable, fixed, nudged } from "../../../sim/run/shrink/shrink-draws.ts";
import * as edit from "../../../sim/run/shrink/shrink-edits.ts";
import { placements } from "../../../sim/run/shrink/shrink-placements.ts";
import { tryScenario, type Tried } from "../../../sim/run/shrink/shrink-trial.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import { writeMinimal } from "../../../sim/scenario/write-minimal.ts";
import type { ResolvedScenario, ScriptAction } from "../../../sim/scenario/types.ts";

const SECOND_US = 1_000_000;

function load(text: string): ResolvedScenario {
  const loaded = loadScenario(text, { file: "a.yaml", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
}

function lan() {
  const read = readProfile("lan", ".");
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.profile;
}

const DRAWN = load(`name: drawn
bug: unread-audit-only-if-offline
population: { users: 12, friends: { per_user: 3 } }
phases: [{ name: steady, duration: 30s, online: 9, messages: { rate: 4/s } }]
behaviour:
  stay_online: { dist: exponential, mean: 8s }
  attachments: [{ kind: image, share: 20%, bytes: 20KiB }]
  befriend: 20/min
  history: 20/min
faults: [{ at: 12s, pause: redis, for: 4s }]
`);

const SCRIPTED = load(`name: scripted
bug: read-not-bounded
cluster: { nodes: 1 }
population: { users: 4, friends: { pairs: [[1, 2], [3, 4]] } }
phases: [{ name: run, duration: 9s, online: 0 }]
faults: [{ at: 2s, delay: [node-1, redis], p50: 20ms, for: 3s }]
script:
  - { at: 1s, user: 3, do: sign_in }
  - { at: 2s, user: 4, do: sign_in }
  - { at: 3s, user: 3, do: send, to: 4 }
  - { at: 6s, user: 4, do: read_beyond }
`);

/** What devices and stores did before that, in words. */
async function whatIsTold(scenario: ResolvedScenario, beforeUs = Infinity) {
  const actions: ScriptAction[] = [];
  const { events } = await runInWords({
    ...{ scenario, profile: lan(), scenarioFile: "" },
    onAction: (action) => actions.push(action),
  });
  // A script reads back other pages than the people who check what was kept.
  const readBack = actions.find((action) => action.do === "history");
  const endUs = Math.min(beforeUs, readBack?.atUs ?? edit.endOf(scenario));
  const told = events
    .filter(({ t, who }) => t < endUs && who !== "run")
    .map(({ t, who, text }) => `${t} ${who} ${text}`);
  return { actions, told, endUs };
}

describe("what people did, as a script", () => {
  it("breaks the rule at the same moment, and again from that script", async () => {
    const trial = { scenario: DRAWN, eventsMax: 0, untilUs: null, records: true } as const;
    const drawn = await tryScenario(trial, lan(), "UNR1");
    expect(drawn.broken).toBe(true);
    expect(drawn.online).toBe(true);
    const { actions = [] } = drawn;
    const done = new Set(actions.map((action) => action.do));
    expect([...done]).toEqual(expect.arrayContaining(["sign_in", "send"]));
    const script = edit.scripted(DRAWN, actions);
    const again = await tryScenario({ ...trial, scenario: script }, lan(), "UNR1");
    expect(again.violation?.t).toBe(drawn.violation?.t);
    expect(again.violation?.text).toBe(drawn.violation?.text);
    expect(again.people).toEqual(drawn.people);
    expect(again.people).toHaveLength(2);
    expect(again.actions?.map((action) => action.do)).toEqual(actions.map((action) => action.do));
  });

  it("reads the one device that was read, and opens the attachment that was opened", async () => {
    const busy = load(`name: busy
population: { users: 6, friends: { per_user: 5 } }
phases: [{ name: steady, duration: 60s, online: 5, messages: { rate: 4/s } }]
behaviour:
  read_after: { dist: lognormal, median: 3s, p99: 20s }
  stay_online: { dist: exponential, mean: 5s }
  fresh_device: 50%
  attachments: [{ kind: image, share: 40%, bytes: 20KiB, opened: 90% }]
`);
    const { actions, told, endUs } = await whatIsTold(busy);
    expect(actions.some(({ log = 0 }) => log > 1)).toBe(true);
    expect(actions.some(({ back = 0 }) => back > 0)).toBe(true);
    const again = await whatIsTold(edit.scripted(busy, actions), endUs);
    // Where two things happen in one microsecond, which comes first may differ.
    expect(again.told.toSorted()).toEqual(told.toSorted());
    expect(told.length).toBeGreaterThan(1_000);
  });

  it("is tried with other seeds as long as they may cost something", async () => {
    const { bug: _, ...right } = SCRIPTED;
    const trial = { scenario: right, untilUs: 8 * SECOND_US };
    const once = await tryScenario({ ...trial, eventsMax: 0 }, lan(), "UNR2");
    expect([once.broken, once.seed]).toEqual([false, 1]);
    const more = await tryScenario({ ...trial, eventsMax: 20_000 }, lan(), "UNR2");
    expect(more.broken).toBe(false);
    expect(more.seed).toBeGreaterThan(2);
  });
});

describe("a smaller scenario", () => {
  it("ends earlier, without what would begin later", () => {
    const cut = edit.cutEnd(DRAWN, 10 * SECOND_US);
    expect(edit.endOf(cut)).toBe(10 * SECOND_US);
    expect(cut.faults).toEqual([]);
    expect(cut.phases[0]?.online).toEqual([
      [0, 9],
      [10 * SECOND_US, 9],
    ]);
  });

  it("has fewer people, numbered anew", () => {
    const fewer = edit.onlyUsers(SCRIPTED, [3, 4]);
    expect(fewer.population).toMatchObject({ users: 2, friendPairs: [[1, 2]] });
    expect(fewer.script?.map(({ user, to }) => [user, to])).toEqual([
      [1, undefined],
      [2, undefined],
      [1, 2],
      [2, undefined],
    ]);
    // Two are the fewest that there may be.
    expect(edit.onlyUsers(SCRIPTED, [3]).population.users).toBe(2);
  });

  it("begins later, with those signed in who were online by then", () => {
    const { scenario, earlierUs } = edit.beginAt(SCRIPTED, 5 * SECOND_US);
    expect(earlierUs).toBe(3 * SECOND_US);
    expect(scenario.script?.map(({ atUs, user, do: what }) => [atUs, user, what])).toEqual([
      [100_000, 3, "sign_in"],
      [100_000, 4, "sign_in"],
      [3 * SECOND_US, 4, "read_beyond"],
    ]);
    // What was in force by then begins at once.
    expect(scenario.faults[0]).toMatchObject({ atUs: 0, forUs: 2 * SECOND_US });
    expect(edit.beginAt(SCRIPTED, 7 * SECOND_US).scenario.faults).toEqual([]);
  });

  it("takes less time, and rounder times, in the same order", () => {
    const squeezed = edit.allSqueezed(SCRIPTED, 100_000);
    expect(squeezed.script?.map(({ atUs }) => atUs)).toEqual([1, 2, 3, 5].map((n) => n * 100_000));
    expect(squeezed.faults[0]).toMatchObject({ atUs: 200_000, forUs: 200_000 });
    const [rounded] = edit.rounder(squeezed);
    expect(rounded?.script?.map(({ atUs }) => atUs / SECOND_US)).toEqual([1, 2, 3, 5]);
    expect(rounded?.faults[0]).toMatchObject({ atUs: 2 * SECOND_US, forUs: 2 * SECOND_US });
  });

  it("has its faults on other nodes, under other balancers", () => {
    const faults = [{ name: "a", atUs: 0, kind: "kill", target: "node-3" } as const];
    const placed = placements({ ...DRAWN, faults });
    expect(placed).toHaveLength(12);
    expect(placed[0]).toEqual({ ...DRAWN, faults });
    const targets = new Set(
      placed.map(({ faults: [fault] }) => (fault as { target: string }).target),
    );
    expect([...targets].sort()).toEqual(["node-1", "node-2", "node-3"]);
  });
});

describe("a scenario without chance", () => {
  const whole = fixed(SCRIPTED, fixable(SCRIPTED));

  it("goes the same way whatever its seed, and breaks the same rule", async () => {
    expect(drawnIn(SCRIPTED)).toEqual(["network", "stores", "world", "people", "bodies"]);
    expect(drawnIn(whole)).toEqual([]);
    const trial = { eventsMax: 0, untilUs: null } as const;
    const broken: Tried[] = [];
    for (const seed of [1, 2, 3])
      broken.push(await tryScenario({ ...trial, scenario: { ...whole, seed } }, lan(), "UNR2"));
    expect(broken.map(({ violation }) => violation?.t)).toEqual(
      Array.from({ length: 3 }, () => broken[0]!.violation?.t),
    );
    expect(broken[0]!.broken).toBe(true);
    expect(new Set(broken.map(({ events }) => events)).size).toBe(1);
  });

  it("is written as one line of the file, and loads again", () => {
    const text = writeMinimal(whole, { comment: [] });
    expect(text).toContain("choices: { network: { all: 0.5 }, stores: { all: 0.5 }");
    expect(load(text).choices).toEqual(whole.choices);
  });

  it("leaves the names of attachments to chance where there are several", () => {
    const send = { atUs: 1, user: 3, do: "send", to: 4, attach: "image" } as const;
    expect(fixable({ ...SCRIPTED, script: [send] })).toContain("people");
    expect(fixable({ ...SCRIPTED, script: [send, send] })).not.toContain("people");
  });

  it("has its last actions moved, one by one, in the order of their times", () => {
    const moved = nudged(SCRIPTED);
    expect(moved).toHaveLength(40 * 4);
    for (const { script = [] } of moved) {
      const times = script.map(({ atUs }) => atUs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    expect(moved[0]!.script!.at(-1)!.atUs).toBe(6 * SECOND_US + 1000);
  });
});

describe("the nearest passing run", () => {
  it("is the one that goes the same way the longest, and parts at an event in words", async () => {
    const asked = {
      scenario: SCRIPTED,
      profile: lan(),
      rule: "UNR2",
      isOver: () => false,
    } as const;
    const parting = await nearestPassing(asked);
    expect(parting?.change).toBe('without "user 4: read beyond at 6s"');
    expect(parting?.here?.t).toBeGreaterThanOrEqual(6 * SECOND_US);
    expect(parting?.alike).toBeGreaterThan(50);
    expect(parting?.there).not.toEqual(parting?.here);
  });
});

describe("a regression that is kept", () => {
  it("is a file of its own and a row in the table", () => {
    const folder = mkdtempSync(join(tmpdir(), "chatquake-keep-"));
    try {
      writeFileSync(
        join(folder, "README.md"),
        "# R\n\n| scenario | rule | fixed | planted |\n|---|---|---|---|\n| `a` | LIV3 | so | – |\n\nTo add one.\n",
      );
      const comment = ["UNR2 broken", "Run it:    npx chatquake run reports/x/shrunk.yaml"];
      const file = keepRegression({ scenario: SCRIPTED, comment }, "UNR2", "beyond", folder);
      const text = readFileSync(file, "utf8");
      expect(file).toBe(join(folder, "unr2-beyond.yaml"));
      expect(text).toContain("npx chatquake run scenarios/regressions/unr2-beyond.yaml");
      expect(text).toContain("$schema: ../schema/scenario-1.json\nname: unr2-beyond\n");
      expect(text).not.toContain("bug:");
      const table = readFileSync(join(folder, "README.md"), "utf8");
      expect(table).toContain(
        "| `a` | LIV3 | so | – |\n| `unr2-beyond` | UNR2 | not yet | `read-not-bounded` |\n\nTo add",
      );
      expect(() =>
        keepRegression({ scenario: SCRIPTED, comment }, "UNR2", "beyond", folder),
      ).toThrow("is there already");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
