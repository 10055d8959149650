// What a rule's checker is: it listens to the history while the run goes on, in bounded memory, and gives a
// verdict at the end. One rule, one file in sim/checks.
import type { HistoryListener } from "./history.ts";

export type RuleId =
  | "MSG1"
  | "MSG2"
  | "MSG3"
  | "MSG4"
  | "MSG5"
  | "MSG6"
  | "MSG7"
  | "MSG8"
  | "MSG9"
  | "MSG10"
  | "UNR1"
  | "UNR2"
  | "UNR3"
  | "UNR4"
  | "RCP1"
  | "RCP2"
  | "RCP3"
  | "PRE1"
  | "PRE2"
  | "PRE3"
  | "PRE4"
  | "IMG1"
  | "IMG2"
  | "SEC1"
  | "SEC2"
  | "SEC3"
  | "LIV1"
  | "LIV2"
  | "LIV3"
  | "LIV4"
  | "BND1";

export type Verdict = "valid" | "invalid" | "unknown";

export interface Violation {
  readonly rule: RuleId;
  /** Microseconds. */
  readonly t: number;
  /** One sentence with the figures, ready for a ticket. */
  readonly text: string;
  /** Whose life to show: zeros where it does not apply. */
  readonly user: number;
  readonly chat: number;
  readonly device: number;
  readonly n: number;
}

export interface RuleResult {
  readonly id: RuleId;
  readonly verdict: Verdict;
  /** How many things were judged; 0 makes a rule "unknown" only where it says so in `why`. */
  readonly counted: number;
  readonly violations: readonly Violation[];
  /** All violations, of which at most 20 are listed. */
  readonly violationCount: number;
  readonly why?: string;
}

/** How `why` begins where a rule was left out on purpose: that is no failure of the run, and no pass either. */
export const NOT_JUDGED = "not judged";

export function isLeftOut({ verdict, why }: RuleResult): boolean {
  return verdict === "unknown" && why?.startsWith(NOT_JUDGED) === true;
}

export interface Checker {
  readonly id: RuleId;
  readonly listener: HistoryListener;
  /** Called once, after `scanEnded` (or at an interruption, with `complete` false). */
  result(complete: boolean): RuleResult;
}
