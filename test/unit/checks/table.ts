// Runs a table of hand-written histories: each says how its rule must judge it.
import { expect, it } from "vitest";
import type { RuleId, Verdict } from "../../../sim/history/checker.ts";
import { judge, type Setting, type Story } from "./judge.ts";

export interface Row {
  readonly rule: RuleId;
  readonly verdict: Verdict;
  /** Continues "RULE is <verdict>: ". */
  readonly when: string;
  readonly tell: (story: Story) => void;
  readonly setting?: Setting;
  /** What the violation's sentence must hold. */
  readonly text?: string;
}

export function table(rows: readonly Row[]): void {
  for (const { rule, verdict, when, tell, setting, text } of rows) {
    it(`${rule} is ${verdict}: ${when}`, () => {
      const result = judge(rule, tell, setting);
      const found = result.violations.map((violation) => violation.text).join("\n");
      expect(`${result.verdict} ${found}`).toBe(`${verdict} ${found}`);
      if (verdict === "valid") expect(result.counted).toBeGreaterThan(0);
      if (verdict === "unknown") expect(result.why).toBeTruthy();
      if (text !== undefined) expect(found).toContain(text);
    });
  }
}
