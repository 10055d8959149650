// summary.md: the result as Markdown, short enough for the summary of a pipeline's job.
import { enoughSamples } from "../measure/histogram.ts";
import type { RuleResult } from "../history/checker.ts";
import type { RunResult } from "../run/result.ts";
import { escapeCell } from "./escape.ts";
import { clock, count, duration, figure } from "./figures.ts";
import { commandsOf, headline, kneeText, limitingResource } from "./headline.ts";
import { RULE_WORDS } from "./rule-words.ts";
import { metricUnit, trendsOf, TREND_COLUMNS } from "./trend-rows.ts";

const MARK = { good: "✅", bad: "❌", unsure: "❔" } as const;

export function summaryMd(result: RunResult): string {
  const { tone, verdict, text } = headline(result);
  const { scenario } = result;
  const lines = [
    `## ${MARK[tone]} ${verdict}: ${escapeCell(scenario.name)}, seed ${result.seed}`,
    "",
    text,
    "",
    ...result.causes.map((cause) => `- ${escapeCell(cause)}`),
    ...(result.causes.length > 0 ? [""] : []),
    ...thresholdLines(result),
    ...brokenRuleLines(result.rules),
    ...latencyLines(result),
    ...faultLines(result),
    `${kneeText(result)} ${limitingResource(result)}`.trim(),
    "",
    ...commandLines(result),
  ];
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

function commandLines(result: RunResult): string[] {
  const commands = commandsOf(result);
  if (commands.length === 0) return [];
  return ["```sh", ...commands.flatMap(({ text, note }) => [`# ${note}`, text]), "```"];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

function thresholdLines(result: RunResult): string[] {
  const rows = result.thresholds.map((threshold) => [
    threshold.ok === true ? MARK.good : threshold.ok === false ? MARK.bad : MARK.unsure,
    threshold.metric,
    threshold.threshold,
    threshold.value === null ? "–" : figure(threshold.value, metricUnit(threshold.metric)),
    threshold.why ?? "",
  ]);
  return table(["", "threshold on", "demanded", "measured", ""], rows);
}

function brokenRuleLines(rules: readonly RuleResult[]): string[] {
  const rows = rules
    .filter((rule) => rule.verdict !== "valid")
    .map((rule) => [
      rule.verdict === "invalid" ? MARK.bad : MARK.unsure,
      rule.id,
      RULE_WORDS[rule.id][1],
      rule.violations[0]?.text ?? rule.why ?? "",
    ]);
  return table(["", "rule", "demands", "found"], rows);
}

function latencyLines(result: RunResult): string[] {
  const rows = trendsOf(result.metrics)
    .filter(({ key }) => !key.includes("{"))
    .map(({ key, values, count: samples }) => [
      key,
      count(samples),
      ...TREND_COLUMNS.map(({ value, percentile }) => {
        const known = values[value];
        if (known === undefined) return "–";
        const sure = percentile === undefined || enoughSamples(samples, percentile);
        return sure ? duration(known) : `(${duration(known)})`;
      }),
    ]);
  return table(["time", "count", ...TREND_COLUMNS.map(({ value }) => value)], rows);
}

function faultLines(result: RunResult): string[] {
  const rows = result.faults.map((fault) => [
    fault.name,
    fault.text,
    clock(fault.beganUs),
    fault.endedUs === null ? "to the end" : clock(fault.endedUs),
  ]);
  return table(["fault", "what", "from", "to"], rows);
}
