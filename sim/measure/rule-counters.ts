// Counters that are the violations of a rule: known when the rules are judged, at the end.
import type { RuleId, RuleResult } from "../history/checker.ts";

export const RULE_COUNTERS: Readonly<Record<string, RuleId>> = {
  messages_lost: "MSG1",
  messages_duplicated: "MSG4",
  messages_reordered: "MSG5",
  unread_mismatch: "UNR2",
  receipts_missing: "RCP2",
};

/** The rule whose violations a counter of this name is; undefined where it is none, or its rule was not judged. */
export function ruleOfCounter(name: string, rules: readonly RuleResult[]): RuleResult | undefined {
  const id = RULE_COUNTERS[name];
  return rules.find((rule) => rule.id === id);
}
