// chatquake compare: two runs of a scenario, or two sets of runs, metric by metric.
import type { Judgement, MetricComparison } from "../../measure/compare.ts";
import { figure } from "../../report/figures.ts";
import { compareFolders, type Comparison, type SideRead } from "../../run/compare.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { required, text, UsageError, yes, type Command, type Flags } from "../command.ts";
import { err, out, paint, printProblems } from "../console.ts";

const WITHIN_PERCENT = 5;
const CODES: Readonly<Record<Judgement, number>> = {
  clean: EXIT.ok,
  regressed: EXIT.regression,
  inconclusive: EXIT.inconclusive,
};
const COLOURS = { clean: "green", regressed: "red", inconclusive: "yellow" } as const;

export const compareCommand: Command = {
  name: "compare",
  positional: "<base> <head>",
  describe: "compare two run directories, or two folders of them: regressed, clean or inconclusive",
  options: {
    within: {
      type: "string",
      describe: `how much worse a time or load may be (default ${WITHIN_PERCENT}%)`,
    },
    json: { type: "boolean", describe: "print the comparison as JSON on stdout" },
  },
  example: [
    "chatquake compare reports/before reports/after",
    "0 clean, 112 regressed, 113 inconclusive",
  ],
  run: (flags) => {
    const compared = compareFolders(
      required(flags, "base"),
      required(flags, "head"),
      within(flags),
    );
    if ("problems" in compared) {
      printProblems(compared.problems);
      return Promise.resolve(EXIT.badInput);
    }
    const { comparison } = compared;
    if (yes(flags, "json")) out(JSON.stringify(comparison, null, 2));
    else print(comparison);
    return Promise.resolve(CODES[comparison.verdict]);
  },
};

function within(flags: Flags): number {
  const written = text(flags, "within");
  if (written === undefined) return WITHIN_PERCENT;
  const match = /^(\d+(?:\.\d+)?)%$/.exec(written);
  if (match === null)
    throw new UsageError(`--within needs a percentage such as 5%, not "${written}"`);
  return Number(match[1]);
}

function print({ scenario, mode, base, head, verdict, rules, metrics }: Comparison): void {
  out(`${scenario}, ${mode}: ${sideText(base)} against ${sideText(head)}`);
  for (const { rule, base: was, head: is, verdict: judged, why } of rules)
    out(line([rule, "rule", was, is, "", judged, why]));
  out(line(["metric", "figure", "base", "head", "worse by", "verdict", "why"]));
  for (const one of metrics) out(line(cells(one)));
  out(`${paint(COLOURS[verdict], verdict, process.stdout)}`);
  const worst = [...rules, ...metrics].filter((one) => one.verdict === "regressed");
  for (const one of worst)
    err(`${"rule" in one ? one.rule : `${one.metric} ${one.figure}`} regressed: ${one.why}`);
}

function sideText({ folder, version, seeds, leftOut }: SideRead): string {
  const runs = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} runs`;
  const cut = leftOut === 0 ? "" : `, ${leftOut} left out`;
  return `${folder} (${version}, ${runs}${cut})`;
}

const WIDTHS = [24, 7, 12, 12, 10, 13, 0];

function line(words: readonly string[]): string {
  return words
    .map((word, at) => word.padEnd(WIDTHS[at]!))
    .join(" ")
    .trimEnd();
}

function cells(one: MetricComparison): readonly string[] {
  const shown = (value: number | null): string => (value === null ? "–" : figure(value, one.unit));
  const change = one.changePercent === undefined ? "" : `${one.changePercent} %`;
  return [one.metric, one.figure, shown(one.base), shown(one.head), change, one.verdict, one.why];
}
