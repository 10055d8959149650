// explore.md: an exploration as Markdown: verdict, failures with their commands, and what was tried how often.
import type { Cell, ExploreResult, FailedSeed } from "../run/explore/explore-result.ts";
import { escapeCell } from "./escape.ts";
import { exploreHeadline, metText } from "./explore-headline.ts";
import { count } from "./figures.ts";

const MARK = { good: "✅", bad: "❌", unsure: "❔" } as const;
const FAILURES_MAX = 30;
const LEAST_MAX = 12;

export function exploreMd(result: ExploreResult): string {
  const { tone, verdict, text } = exploreHeadline(result);
  const lines = [
    `## ${MARK[tone]} ${verdict}: ${escapeCell(result.scenario)}, seeds ${result.asked}`,
    "",
    text,
    "",
    ...result.causes.map((cause) => `- ${escapeCell(cause)}`),
    "",
    ...failureLines(result.failures),
    ...inconclusiveLines(result),
    ...canaryLines(result),
    ...coverageLines(result),
    "```sh",
    result.command,
    "```",
  ];
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

function failureLines(failures: readonly FailedSeed[]): string[] {
  const shown = failures
    .slice(0, FAILURES_MAX)
    .flatMap(({ seed, what, causes, commands }) => [
      `**Seed ${seed}: ${escapeCell(what)}**`,
      "",
      ...causes.map((cause) => `- ${escapeCell(cause)}`),
      "",
      "```sh",
      ...commands,
      "```",
      "",
    ]);
  const more = failures.length - FAILURES_MAX;
  return more > 0 ? [...shown, `and ${count(more)} more, in explore.json`, ""] : shown;
}

function inconclusiveLines({ inconclusive }: ExploreResult): string[] {
  return inconclusive
    .slice(0, FAILURES_MAX)
    .map(({ seed, causes }) => `- seed ${seed}: ${escapeCell(causes[0] ?? "a rule is unknown")}`);
}

function canaryLines({ canaries }: ExploreResult): string[] {
  if (canaries.length === 0) return [];
  const caught = canaries.filter((one) => one.caught).length;
  return [`Canaries: ${caught} of ${canaries.length} planted bugs caught by their rule.`, ""];
}

function coverageLines({ coverage, wanted }: ExploreResult): string[] {
  const cells = coverage.faults.flatMap((each) => each.cells);
  const lines = [
    "| tried | |",
    "|---|---|",
    `| fault × operation | ${metText(cells)} |`,
    `| crash points | ${metText(coverage.crashPoints)} |`,
    `| ends of port calls | ${metText(coverage.callEnds)} |`,
    `| rare situations | ${metText(coverage.situations)} |`,
    `| rules that counted something | ${metText(coverage.rules)} |`,
    "",
  ];
  const least = leastMet(coverage.faults);
  if (least !== "") lines.push(`Met least: ${least}.`, "");
  if (wanted === 0)
    lines.push("So few seeds say nothing of what was left untried: it is not demanded.", "");
  return lines;
}

function leastMet(faults: ExploreResult["coverage"]["faults"]): string {
  const all = faults.flatMap(({ row, cells }) =>
    cells.flatMap((cell: Cell) =>
      cell.note === undefined ? [{ name: `${row} × ${cell.name}`, count: cell.count }] : [],
    ),
  );
  return all
    .toSorted((a, b) => a.count - b.count)
    .slice(0, LEAST_MAX)
    .map(({ name, count: met }) => `${name} ${count(met)}`)
    .join(", ");
}
