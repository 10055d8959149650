// Counters that are the violations of a rule: known when the rules are judged, at the end.
import type { RuleId } from "../history/checker.ts";

export const RULE_COUNTERS: Readonly<Record<string, RuleId>> = {
  messages_lost: "MSG1",
  messages_duplicated: "MSG4",
  messages_reordered: "MSG5",
  unread_mismatch: "UNR2",
  receipts_missing: "RCP2",
};
