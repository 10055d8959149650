// Which of several causes decides the exit code, and how each is told.
import { describe, expect, it } from "vitest";
import type { RuleResult } from "../../../sim/history/checker.ts";
import { exitCodeOf, judgeRun, type CauseKind } from "../../../sim/run/exit-codes.ts";
import type { ThresholdResult } from "../../../sim/run/result.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import type { ResolvedScenario } from "../../../sim/scenario/types.ts";

function codeOf(...kinds: CauseKind[]): number {
  return exitCodeOf(kinds.map((kind) => ({ kind, text: kind })));
}

describe("the exit code", () => {
  it.each<[CauseKind[], number]>([
    [[], 0],
    [["threshold"], 99],
    [["count-threshold"], 99],
    [["inconclusive"], 113],
    [["regression"], 112],
    [["generator"], 113],
    [["interrupted"], 105],
    [["rule"], 111],
    [["determinism"], 114],
    [["inconclusive", "threshold"], 99],
    [["threshold", "regression"], 112],
    [["regression", "generator"], 113],
    [["generator", "interrupted"], 105],
    [["interrupted", "rule"], 111],
    [["rule", "determinism"], 114],
    [["generator", "threshold"], 113],
    [["generator", "count-threshold"], 99],
    [["generator", "rule", "count-threshold"], 111],
  ])("of %j is %d", (kinds, code) => {
    expect(codeOf(...kinds)).toBe(code);
    expect(codeOf(...kinds.toReversed())).toBe(code);
  });
});

function scenario(): ResolvedScenario {
  const loaded = loadScenario(
    `name: x
population: { users: 10 }
phases: [{ name: steady, duration: 1m, online: 5 }]
thresholds:
  message_sent: ["p(95)<1s", "p(95) vs baseline <= +10%"]
  messages_lost: ["count==0"]
`,
    { file: "x.yaml", sets: [], env: {} },
  );
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
}

const BROKEN: RuleResult = {
  id: "MSG1",
  verdict: "invalid",
  counted: 10,
  violationCount: 2,
  violations: [{ rule: "MSG1", t: 5, text: "lost 1/2/3", user: 1, chat: 1, device: 2, n: 3 }],
};

function judge(
  oks: readonly (boolean | null)[],
  rules: readonly RuleResult[] = [],
  interrupted = false,
) {
  const resolved = scenario();
  const thresholds = resolved.thresholds.map<ThresholdResult>((threshold, index) => ({
    metric: threshold.metric,
    threshold: threshold.expression,
    value: 7,
    ok: oks[index] ?? null,
    ...(threshold.place === undefined ? {} : { place: threshold.place }),
  }));
  const generator = { verdict: "valid", why: "" } as const;
  return judgeRun({ rules, thresholds, interrupted, generator, scenario: resolved });
}

describe("the verdict on a run", () => {
  it("names threshold, figure and place", () => {
    expect(judge([false, true, true])).toEqual({
      exitCode: 99,
      causes: ["message_sent: p(95)<1s (scenario 5:18) crossed: 7"],
    });
  });

  it("puts the decisive cause first", () => {
    const { exitCode, causes } = judge([false, false, null], [BROKEN]);
    expect(exitCode).toBe(111);
    expect(causes).toHaveLength(4);
    expect(causes[0]).toBe("MSG1 broken (2 times): lost 1/2/3");
    expect(causes[1]).toContain("vs baseline");
  });

  it("does not call unknown what an interruption left open", () => {
    const open: RuleResult = { ...BROKEN, verdict: "unknown", violations: [], violationCount: 0 };
    expect(judge([null, null, null], [open], true).causes).toHaveLength(1);
    expect(judge([true, true, true], [open])).toMatchObject({ exitCode: 113 });
  });
});
