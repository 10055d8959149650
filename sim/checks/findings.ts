// What a rule found: how much it judged, the first violations word by word, and the verdict.
import type { RuleId, RuleResult, Violation } from "../history/checker.ts";
import type { Facts } from "./facts.ts";

const LISTED_MAX = 20;

export const WHY = {
  brokenOff: "the history breaks off before its end",
  interrupted: "the run was interrupted before its end could be judged",
  notScanned: "the stores were not scanned",
  notQuiet: "the quiet phase did not reach its second step",
} as const;

/** Why a rule that is judged as the run goes on may have missed something, if so. */
export function onlineWhy(facts: Facts): string | undefined {
  return facts.endT < 0 ? WHY.brokenOff : undefined;
}

/** Why a rule that is judged at the end could not be, if so. */
export function endWhy(facts: Facts, complete: boolean, needsQuiet: boolean): string | undefined {
  if (!complete) return WHY.interrupted;
  if (needsQuiet && facts.secondQuietT < 0) return WHY.notQuiet;
  return facts.scanned ? undefined : WHY.notScanned;
}

export function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}

export class Findings {
  readonly #id: RuleId;
  readonly #violations: Violation[] = [];
  counted = 0;
  violationCount = 0;

  constructor(id: RuleId) {
    this.#id = id;
  }

  /** One sentence with the figures; zeros where a subject does not apply. */
  violated(t: number, text: string, user = 0, chat = 0, device = 0, n = 0): void {
    this.violationCount += 1;
    if (this.#violations.length < LISTED_MAX) {
      this.#violations.push({ rule: this.#id, t, text, user, chat, device, n });
    }
  }

  /** `why` names what could not be judged; a violation stands all the same. */
  result(why?: string): RuleResult {
    const broken = this.violationCount > 0;
    return {
      id: this.#id,
      verdict: broken ? "invalid" : why === undefined ? "valid" : "unknown",
      counted: this.counted,
      violations: this.#violations,
      violationCount: this.violationCount,
      ...(why === undefined || broken ? {} : { why }),
    };
  }
}
