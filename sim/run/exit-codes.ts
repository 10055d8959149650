// The exit codes, what each means, and which of several causes decides. A pure function of the causes; printing
// them and setting the code is the command line's.
import { isLeftOut, type RuleResult } from "../history/checker.ts";
import { needsPairs } from "../measure/paired.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import type { RunResult, ThresholdResult } from "./result.ts";

export const EXIT_CODES = [
  { code: 0, meaning: "all well" },
  { code: 1, meaning: "a defect of ours prevented a verdict" },
  { code: 99, meaning: "a threshold was crossed" },
  {
    code: 104,
    meaning: "bad scenario, flag or config, or a fault that the chosen world cannot do",
  },
  { code: 105, meaning: "interrupted" },
  { code: 111, meaning: "an audit rule was broken" },
  { code: 112, meaning: "regression against the baseline" },
  { code: 113, meaning: "inconclusive" },
  { code: 114, meaning: "determinism broken" },
  { code: 115, meaning: "environment not ready" },
] as const;

export const EXIT = {
  ok: 0,
  defect: 1,
  threshold: 99,
  badInput: 104,
  interrupted: 105,
  rule: 111,
  regression: 112,
  inconclusive: 113,
  determinism: 114,
  environment: 115,
} as const;

export type CauseKind =
  | "determinism"
  | "rule"
  | "interrupted"
  /** A threshold on a count: it holds even where the generator was late. */
  | "count-threshold"
  | "generator"
  | "regression"
  | "threshold"
  | "inconclusive";

export interface Cause {
  readonly kind: CauseKind;
  /** One line for stderr: rule or threshold, figure, place in the scenario file. */
  readonly text: string;
}

const CODES: Readonly<Record<CauseKind, number>> = {
  determinism: EXIT.determinism,
  rule: EXIT.rule,
  interrupted: EXIT.interrupted,
  "count-threshold": EXIT.threshold,
  generator: EXIT.inconclusive,
  regression: EXIT.regression,
  threshold: EXIT.threshold,
  inconclusive: EXIT.inconclusive,
};

/** The first kind of which there is a cause decides. */
const PRECEDENCE: readonly CauseKind[] = [
  "determinism",
  "rule",
  "interrupted",
  "generator",
  "regression",
  "threshold",
  "count-threshold",
  "inconclusive",
];
/** A late generator voids times and rates; a count that is wrong stays wrong. */
const PRECEDENCE_OF_LATE_GENERATOR: readonly CauseKind[] = [
  "determinism",
  "rule",
  "interrupted",
  "count-threshold",
  "generator",
];

export function exitCodeOf(causes: readonly Cause[]): number {
  const late = causes.some(({ kind }) => kind === "generator");
  const order = late ? PRECEDENCE_OF_LATE_GENERATOR : PRECEDENCE;
  const decisive = order.find((kind) => causes.some((cause) => cause.kind === kind));
  return decisive === undefined ? EXIT.ok : CODES[decisive];
}

export interface RunVerdicts {
  readonly rules: readonly RuleResult[];
  readonly thresholds: readonly ThresholdResult[];
  readonly interrupted: boolean;
  readonly generator: RunResult["generator"];
  readonly scenario: ResolvedScenario;
  /** Latencies against the baseline are left to the paired seeds. */
  readonly oneOfMany?: true;
}

/** The verdict on a whole run: its code and a line for each cause, the decisive ones first. */
export function judgeRun(verdicts: RunVerdicts): {
  readonly exitCode: number;
  readonly causes: readonly string[];
} {
  const causes = causesOf(verdicts);
  const rank = ({ kind }: Cause): number => PRECEDENCE.indexOf(kind);
  const sorted = causes.toSorted((a, b) => rank(a) - rank(b));
  return { exitCode: exitCodeOf(causes), causes: sorted.map(({ text }) => text) };
}

function causesOf(verdicts: RunVerdicts): Cause[] {
  const { rules, thresholds, interrupted, generator, scenario, oneOfMany } = verdicts;
  const causes: Cause[] = [];
  for (const rule of rules) {
    const cause = ruleCause(rule, interrupted);
    if (cause !== undefined) causes.push(cause);
  }
  if (interrupted) causes.push({ kind: "interrupted", text: "interrupted: the report is partial" });
  if (generator.verdict === "invalid")
    causes.push({ kind: "generator", text: `load generator invalid: ${generator.why}` });
  thresholds.forEach((result, index) => {
    const threshold = scenario.thresholds[index];
    if (oneOfMany === true && threshold !== undefined && needsPairs(threshold)) return;
    const isCount = threshold?.aggregate === "count";
    const versus = threshold?.baseline !== undefined;
    const cause = thresholdCause(result, isCount, versus, interrupted);
    if (cause !== undefined) causes.push(cause);
  });
  return causes;
}

function ruleCause(rule: RuleResult, interrupted: boolean): Cause | undefined {
  if (rule.verdict === "invalid") {
    const [first] = rule.violations;
    const more = rule.violationCount > 1 ? ` (${rule.violationCount} times)` : "";
    return { kind: "rule", text: `${rule.id} broken${more}: ${first?.text ?? rule.why ?? ""}` };
  }
  // Nothing can be known to the end when the end was not reached.
  if (rule.verdict === "valid" || interrupted || isLeftOut(rule)) return undefined;
  return { kind: "inconclusive", text: `${rule.id} unknown: ${rule.why ?? "not judged"}` };
}

function thresholdCause(
  result: ThresholdResult,
  isCount: boolean,
  versusBaseline: boolean,
  interrupted: boolean,
): Cause | undefined {
  if (result.ok === true || (result.ok === null && interrupted)) return undefined;
  const place = result.place === undefined ? "" : ` (scenario ${result.place})`;
  const text = `${result.metric}: ${result.threshold}${place}`;
  const why = result.why === undefined ? "" : `, ${result.why}`;
  if (result.ok === null) return { kind: "inconclusive", text: `${text} cannot be judged${why}` };
  const kind = versusBaseline ? "regression" : isCount ? "count-threshold" : "threshold";
  return { kind, text: `${text} crossed: ${result.value ?? "no value"}${why}` };
}
