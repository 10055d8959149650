// junit.xml: a case for each threshold and each rule, so that any build server shows which one failed. What
// could not be judged is an error, not a failure.
import { isLeftOut, type RuleResult } from "../history/checker.ts";
import type { RunResult, ThresholdResult } from "../run/result.ts";
import { escapeMarkup } from "./escape.ts";
import { commandsOf } from "./headline.ts";
import { RULE_WORDS } from "./rule-words.ts";

interface Case {
  readonly suite: string;
  readonly name: string;
  readonly state: "held" | "failed" | "unknown" | "left out";
  readonly message: string;
  readonly detail: string;
}

export function junitXml(result: RunResult): string {
  const { name } = result.scenario;
  const replay = commandsOf(result)
    .map(({ text, note }) => `${text}  # ${note}`)
    .join("\n");
  const suites = [
    suite(
      `${name}.thresholds`,
      result.thresholds.map((it) => thresholdCase(name, it, replay)),
    ),
    suite(
      `${name}.rules`,
      result.rules.map((it) => ruleCase(name, it, replay)),
    ),
  ];
  const cases = suites.flatMap(({ cases }) => cases);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<testsuites name="chatquake ${escapeMarkup(name)} seed ${result.seed}" ${totals(cases)}>\n` +
    `${suites.map(({ text }) => text).join("")}</testsuites>\n`
  );
}

function suite(name: string, cases: readonly Case[]): { text: string; cases: readonly Case[] } {
  const text =
    `  <testsuite name="${escapeMarkup(name)}" ${totals(cases)}>\n` +
    `${cases.map(caseXml).join("")}  </testsuite>\n`;
  return { text, cases };
}

function totals(cases: readonly Case[]): string {
  const failed = cases.filter(({ state }) => state === "failed").length;
  const unknown = cases.filter(({ state }) => state === "unknown").length;
  const leftOut = cases.filter(({ state }) => state === "left out").length;
  const skipped = leftOut === 0 ? "" : ` skipped="${leftOut}"`;
  return `tests="${cases.length}" failures="${failed}" errors="${unknown}"${skipped}`;
}

function caseXml({ suite, name, state, message, detail }: Case): string {
  const open = `    <testcase classname="${escapeMarkup(suite)}" name="${escapeMarkup(name)}"`;
  if (state === "held") return `${open}/>\n`;
  if (state === "left out")
    return `${open}>\n      <skipped message="${escapeMarkup(message)}"/>\n    </testcase>\n`;
  const element = state === "failed" ? "failure" : "error";
  return (
    `${open}>\n      <${element} message="${escapeMarkup(message)}">` +
    `${escapeMarkup(detail)}</${element}>\n    </testcase>\n`
  );
}

function thresholdCase(scenario: string, threshold: ThresholdResult, replay: string): Case {
  const { metric, ok, value, why, place } = threshold;
  const measured = value === null ? "nothing was measured" : `measured ${value}`;
  return {
    suite: `${scenario}.thresholds`,
    name: `${metric} ${threshold.threshold}`,
    state: ok === true ? "held" : ok === false ? "failed" : "unknown",
    message: why === undefined ? measured : `${measured}: ${why}`,
    detail: [...(place === undefined ? [] : [`scenario ${place}`]), replay].join("\n"),
  };
}

function ruleCase(scenario: string, rule: RuleResult, replay: string): Case {
  const [name, statement] = RULE_WORDS[rule.id];
  const found = rule.violations.map(({ text }) => text);
  return {
    suite: `${scenario}.rules`,
    name: `${rule.id} ${name}: ${statement}`,
    state: stateOf(rule),
    message: found[0] ?? rule.why ?? "could not be judged",
    detail: [`${rule.violationCount} violations, ${rule.counted} judged`, ...found, replay].join(
      "\n",
    ),
  };
}

function stateOf(rule: RuleResult): Case["state"] {
  if (isLeftOut(rule)) return "left out";
  return rule.verdict === "valid" ? "held" : rule.verdict === "invalid" ? "failed" : "unknown";
}
