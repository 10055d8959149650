// Runs a table of hand-written histories: each says how its rule must judge it, and which other rules it
// breaks on the way. A rule that is not named must stay silent: a false alarm fails as well as a miss.
import { expect, it } from "vitest";
import type { RuleId, RuleResult, Verdict } from "../../../sim/history/checker.ts";
import { judgeAll, type Setting, type Story } from "./judge.ts";

/** More violations than these are counted, not listed. */
const LISTED_MAX = 20;

export interface Row {
  readonly rule: RuleId;
  readonly verdict: Verdict;
  /** Continues "RULE is <verdict>: ". */
  readonly when: string;
  readonly tell: (story: Story) => void;
  readonly setting?: Setting;
  /** What the violations' sentences must hold. */
  readonly text?: string | readonly string[];
  /** How many violations an invalid history has; 1 unless told. */
  readonly times?: number;
  /** How many things were judged, where it matters. */
  readonly counted?: number;
  /** What `why` of an unknown history must hold. */
  readonly why?: string;
  /** Other rules that the history breaks, in their order: "UNR2 LIV3*2" is UNR2 once and LIV3 twice. */
  readonly also?: string;
}

function broken(results: readonly RuleResult[], rule: RuleId): string {
  return results
    .filter(({ id, violationCount }) => id !== rule && violationCount > 0)
    .map(({ id, violationCount }) => (violationCount === 1 ? id : `${id}*${violationCount}`))
    .join(" ");
}

export function table(rows: readonly Row[]): void {
  for (const { rule, verdict, when, tell, setting, text, times, counted, why, also } of rows) {
    it(`${rule} is ${verdict}: ${when}`, () => {
      const results = judgeAll(tell, setting);
      const result = results.find(({ id }) => id === rule)!;
      const found = result.violations.map((violation) => violation.text).join("\n");
      expect(`${result.verdict} ${found}`).toBe(`${verdict} ${found}`);
      expect(result.violationCount).toBe(verdict === "invalid" ? (times ?? 1) : 0);
      expect(result.violations.length).toBe(Math.min(result.violationCount, LISTED_MAX));
      expect("why" in result).toBe(verdict === "unknown");
      if (verdict === "valid" && counted === undefined) {
        expect(result.counted).toBeGreaterThan(0);
      }
      if (verdict === "unknown") expect(result.why).toContain(why ?? " ");
      if (counted !== undefined) expect(result.counted).toBe(counted);
      for (const part of text === undefined ? [] : [text].flat()) expect(found).toContain(part);
      expect(broken(results, rule)).toBe(also ?? "");
    });
  }
}

type Tell = (story: Story) => void;
type More = Omit<Partial<Row>, "rule" | "verdict" | "when" | "tell">;

/** Short forms for the rows of one rule; an invalid one says what its sentence must hold. */
export function rowsOf(rule: RuleId): {
  readonly valid: (when: string, tell: Tell, more?: More) => Row;
  readonly invalid: (when: string, text: string | string[], tell: Tell, more?: More) => Row;
  readonly unknown: (when: string, why: string, tell: Tell, more?: More) => Row;
} {
  return {
    valid: (when, tell, more) => ({ rule, verdict: "valid", when, tell, ...more }),
    invalid: (when, text, tell, more) => ({ rule, verdict: "invalid", when, text, tell, ...more }),
    unknown: (when, why, tell, more) => ({ rule, verdict: "unknown", when, why, tell, ...more }),
  };
}
