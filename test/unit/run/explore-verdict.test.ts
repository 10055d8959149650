// The verdict on an exploration: what counts as a failed seed, what each cause makes of the exit code, canaries.
import { describe, expect, it } from "vitest";
import { Canaries } from "../../../sim/run/explore/canaries.ts";
import {
  exploreCauses,
  exploreCode,
  failureOf,
  type ExploreVerdicts,
} from "../../../sim/run/explore/explore-verdict.ts";
import type { SeedOutcome } from "../../../sim/run/seeds/seed-orders.ts";

const WELL: SeedOutcome = {
  ...{ seed: 5, exitCode: 0, causes: [], broken: [], traceHash: "00", wallMs: 1, events: 1 },
  ...{ confirmed: 1, coverage: [], folder: undefined },
};
const AGAIN = "npx chatquake run swarm.yaml --seed 5";
const CLEAN: ExploreVerdicts = {
  ...{ failures: [], interrupted: false, blind: undefined, gaps: [], inconclusive: 0 },
};

describe("a failed seed", () => {
  it("is none that ended well, nor one with a rule unknown", () => {
    expect(failureOf(WELL, AGAIN)).toBeUndefined();
    expect(failureOf({ ...WELL, exitCode: 113 }, AGAIN)).toBeUndefined();
  });

  it("names the rules that broke, and how to see and shrink it", () => {
    const outcome = { ...WELL, exitCode: 111, broken: ["MSG1", "UNR1"] as const, folder: "out/s" };
    expect(failureOf(outcome, AGAIN)).toMatchObject({
      what: "MSG1 UNR1",
      folder: "out/s",
      commands: ["npx chatquake replay out/s", "npx chatquake shrink out/s"],
    });
    expect(failureOf({ ...outcome, folder: undefined }, AGAIN)?.commands).toEqual([AGAIN]);
  });

  it.each([
    [{ lost: "timed out" as const, exitCode: 111 }, "timed out"],
    [{ lost: "crashed" as const, exitCode: 111 }, "crashed"],
    [{ exitCode: 1 }, "defect"],
    [{ exitCode: 114, broken: ["MSG1" as const] }, "determinism"],
    [{ exitCode: 99 }, "threshold"],
  ])("%j is told as %s", (part, what) => {
    expect(failureOf({ ...WELL, ...part }, AGAIN)?.what).toBe(what);
  });

  it("that never came to its end has no hash to replay: its scenario is run again", () => {
    const lost = { ...WELL, exitCode: 111, lost: "timed out" as const, folder: "out/s" };
    expect(failureOf(lost, AGAIN)?.commands).toEqual([
      "npx chatquake run out/s/scenario.resolved.yml",
    ]);
  });
});

describe("the exit code of an exploration", () => {
  it.each<[Partial<ExploreVerdicts>, number]>([
    [{}, 0],
    [{ failures: [{ what: "MSG1" }] }, 111],
    [{ failures: [{ what: "timed out" }], interrupted: true }, 111],
    [{ failures: [{ what: "determinism" }, { what: "MSG1" }] }, 114],
    [{ interrupted: true, gaps: ["x"] }, 105],
    [{ gaps: ["x"] }, 113],
    [{ blind: "the checkers are blind" }, 113],
    [{ inconclusive: 1 }, 113],
    [{ found: true, failures: [{ what: "MSG1" }] }, 111],
    [{ found: false }, 113],
    // Another rule than the one searched for.
    [{ found: false, failures: [{ what: "LIV1" }] }, 113],
    [{ found: false, interrupted: true }, 105],
  ])("of %j is %i", (part, code) => {
    expect(exploreCode({ ...CLEAN, ...part })).toBe(code);
  });

  it("has a line a cause", () => {
    const tried = { seeds: "1..9", rules: ["MSG1"] };
    expect(exploreCauses(CLEAN, tried)).toEqual([]);
    const all = {
      ...{ failures: [{ what: "MSG1" }], interrupted: true, blind: "blind", gaps: ["a", "b"] },
      inconclusive: 2,
    };
    expect(exploreCauses(all, tried)).toEqual([
      "1 seed failed",
      "interrupted: what is told is what came to its end",
      "blind",
      "tried too seldom: a",
      "tried too seldom: b",
      "2 seeds left a rule unknown",
    ]);
    expect(exploreCauses({ ...CLEAN, found: true }, tried)).toEqual(["MSG1 broke again"]);
    expect(exploreCauses({ ...CLEAN, found: false }, tried)).toEqual([
      "not seen again in seeds 1..9: none broke MSG1",
    ]);
  });
});

describe("canaries", () => {
  it("come first, then one before every 500 seeds, each with its rule", () => {
    const canaries = new Canaries(true);
    const due: number[] = [];
    const bugs = new Set<string>();
    let given = 0;
    for (let seed = 1; seed <= 1_600; seed++) {
      const order = canaries.due(seed);
      if (order === undefined) continue;
      given += 1;
      due.push(seed);
      bugs.add(order.canary!.bug);
      expect(order.keep).toBe(false);
      seed -= 1;
    }
    expect(due).toEqual([1, 501, 1_001, 1_501]);
    expect(given).toBe(4);
    expect(bugs.size).toBe(3);
  });

  it("are left out where a bug is planted already", () => {
    const canaries = new Canaries(false);
    for (let seed = 1; seed < 1_000; seed++) expect(canaries.due(seed)).toBeUndefined();
  });

  it("are planted again in the next seeds where one was missed, three times at most", () => {
    const canaries = new Canaries(true);
    const { bug, rule } = canaries.due(1)!.canary!;
    for (const seed of [1, 2, 3]) {
      expect(canaries.blindness(false)).toBe(
        seed === 1
          ? "no canary came to its end: a clean seed proves nothing"
          : `the checkers are blind: the planted bug ${bug} did not break ${rule} in seed ${seed - 1}, so a clean seed proves nothing`,
      );
      canaries.ended({ bug, rule, seed, caught: false });
      if (seed < 3) expect(canaries.due(seed + 1)?.canary?.bug).toBe(bug);
    }
    expect(canaries.due(4)).toBeUndefined();
    expect(canaries.runs).toHaveLength(3);
  });

  it("that were caught at a later try make no checkers blind", () => {
    const canaries = new Canaries(true);
    const { bug, rule } = canaries.due(1)!.canary!;
    canaries.ended({ bug, rule, seed: 1, caught: false });
    canaries.ended({ bug, rule, seed: 2, caught: true });
    expect(canaries.blindness(false)).toBeUndefined();
  });

  it("are not missed where an exploration was interrupted, or a bug is planted already", () => {
    expect(new Canaries(true).blindness(true)).toBeUndefined();
    expect(new Canaries(false).blindness(false)).toBeUndefined();
  });
});
