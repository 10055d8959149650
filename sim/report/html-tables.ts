// The tables under the pictures: thresholds, rules, faults, latencies, counters, coverage.
import { enoughSamples } from "../measure/histogram.ts";
import type { Metric, RunResult } from "../run/result.ts";
import { escapeMarkup } from "./escape.ts";
import { clock, count, duration, figure, short } from "./figures.ts";
import { isJudged } from "./headline.ts";
import { RULE_WORDS } from "./rule-words.ts";
import { metricText, metricUnit, trendsOf, TREND_COLUMNS } from "./trend-rows.ts";

interface Cell {
  readonly html: string;
  readonly kind?: "number" | "text" | "key" | "sign-cell";
}
type Head = readonly [text: string, kind?: "number"];

export function thresholdTable(result: RunResult): string {
  const rows = result.thresholds.map((threshold) => [
    verdictCell(threshold.ok, ["met", "crossed", "unknown"]),
    key(threshold.metric),
    text(threshold.threshold, "key"),
    number(
      threshold.value === null
        ? "–"
        : figure(threshold.value, thresholdUnit(threshold.metric, threshold.threshold)),
    ),
    text(noteOf(threshold), "text"),
  ]);
  return table([["verdict"], ["metric"], ["demanded"], ["measured", "number"], ["note"]], rows);
}

export function ruleTable(result: RunResult): string {
  const rows = result.rules.map((rule) => {
    const [name, statement] = RULE_WORDS[rule.id];
    const ok = rule.verdict === "valid" ? true : rule.verdict === "invalid" ? false : null;
    const found = rule.violations.slice(0, 3).map((violation) => escapeMarkup(violation.text));
    const why = rule.why === undefined ? [] : [escapeMarkup(rule.why)];
    const detail = [...found, ...why].map((line) => `<div class="soft">${line}</div>`).join("");
    return [
      verdictCell(ok, ["holds", "broken", "unknown"]),
      { html: `<b>${rule.id}</b>` },
      { html: `${escapeMarkup(`${name}: ${statement}`)}${detail}`, kind: "text" as const },
      number(count(rule.counted)),
      number(rule.violationCount === 0 ? "–" : count(rule.violationCount)),
    ];
  });
  const head: Head[] = [["verdict"], ["rule"], ["demands"], ["judged", "number"]];
  return table([...head, ["violations", "number"]], rows);
}

export function faultTable(result: RunResult): string {
  const rows = result.faults.map((fault, index) => [
    number(String(index + 1)),
    key(fault.name),
    text(fault.text, "text"),
    number(clock(fault.beganUs)),
    number(fault.endedUs === null ? "to the end" : clock(fault.endedUs)),
    number(lengthOf(fault)),
    number(p99Of(result.metrics[`message_delivery{fault:${fault.name}}`])),
  ]);
  return table(
    [
      ["", "number"],
      ["fault"],
      ["what"],
      ["from", "number"],
      ["to", "number"],
      ["for", "number"],
      ["delivery p99", "number"],
    ],
    rows,
  );
}

export function failoverTable(result: RunResult): string {
  const rows = trendsOf(result.metrics)
    .filter(({ key: name }) => /^failover\w*\{/.test(name))
    .map(trendCells);
  return table(TREND_HEAD, rows);
}

export function latencyTable(result: RunResult, tagged: boolean): string {
  const rows = trendsOf(result.metrics).filter(({ key: name }) => isTagged(name) === tagged);
  return table(TREND_HEAD, rows.map(trendCells));
}

export function countTable(result: RunResult, tagged: boolean): string {
  const rows: Cell[][] = [];
  for (const [name, metric] of Object.entries(result.metrics)) {
    if (isTagged(name) !== tagged) continue;
    const unit = metricUnit(name);
    if (metric.type === "counter") {
      const { count: total, rate } = metric.values;
      const known = total > 0 || isJudged(name, result.rules);
      const whole = unit === "bytes" ? figure(total, unit) : count(total);
      rows.push([
        key(name),
        text(tagged ? "" : metricText(name), "text"),
        number(known ? whole : "–"),
        number(known ? `${short(rate)}/s` : "–"),
      ]);
    } else if (metric.type === "gauge") {
      const { min, max, value } = metric.values;
      const range = `${figure(min, unit)} to ${figure(max, unit)}`;
      rows.push([
        key(name),
        text(tagged ? "" : metricText(name), "text"),
        number(figure(value, unit)),
        number(range),
      ]);
    }
  }
  return table(
    [["metric"], ["is"], ["total or last", "number"], ["rate or range", "number"]],
    rows,
  );
}

export function coverageTable(result: RunResult): string {
  const rows = result.coverage.map(({ what, counts }) => [
    text(what, "key"),
    {
      html: Object.entries(counts)
        .map(([name, times]) => {
          const item = `${escapeMarkup(name)}\u00a0${count(times)}`;
          return times === 0 ? `<b class="bad">${item}</b>` : item;
        })
        .join(" · "),
      kind: "text" as const,
    },
  ]);
  return table([["what"], ["how often"]], rows);
}

const TREND_HEAD: readonly Head[] = [
  ["time"],
  ["count", "number"],
  ...TREND_COLUMNS.map(({ value }): Head => [value, "number"]),
];

function trendCells(row: ReturnType<typeof trendsOf>[number]): Cell[] {
  const figures = TREND_COLUMNS.map(({ value, percentile }) => {
    const known = row.values[value];
    if (known === undefined) return number("–");
    const sure = percentile === undefined || enoughSamples(row.count, percentile);
    const shown = escapeMarkup(duration(known));
    const pale = `<span class="pale" title="fewer than ten samples beyond it">${shown}</span>`;
    return { html: sure ? shown : pale, kind: "number" as const };
  });
  return [key(row.key), number(count(row.count)), ...figures];
}

function isTagged(name: string): boolean {
  return name.includes("{");
}

function noteOf({ why, place }: RunResult["thresholds"][number]): string {
  const at = place === undefined ? undefined : `line ${place}`;
  return [why, at].filter((part) => part !== undefined).join(" · ");
}

function lengthOf({ beganUs, endedUs }: RunResult["faults"][number]): string {
  if (endedUs === null) return "–";
  return endedUs === beganUs ? "at once" : duration((endedUs - beganUs) / 1000);
}

/** A count is a count, also of times. */
function thresholdUnit(metric: string, threshold: string): string {
  return /^\s*(count|rate)/.test(threshold) ? "" : metricUnit(metric);
}

function p99Of(metric: Metric | undefined): string {
  const value = metric?.type === "trend" ? metric.values["p(99)"] : undefined;
  return value === undefined ? "–" : duration(value);
}

function verdictCell(
  ok: boolean | null,
  [yes, no, unsure]: readonly [string, string, string],
): Cell {
  const [tone, sign, word] =
    ok === true ? ["good", "✓", yes] : ok === false ? ["bad", "✗", no] : ["unsure", "?", unsure];
  return { html: `<span class="${tone}">${sign} ${word}</span>`, kind: "sign-cell" };
}

function text(content: string, kind: "text" | "key"): Cell {
  return { html: escapeMarkup(content), kind };
}

function key(name: string): Cell {
  const breakable = escapeMarkup(name).replace(/[_{]/g, (mark) =>
    mark === "_" ? "_<wbr>" : "<wbr>{",
  );
  return { html: `<code>${breakable}</code>`, kind: "key" };
}

function number(content: string): Cell {
  return { html: escapeMarkup(content), kind: "number" };
}

function table(head: readonly Head[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return "";
  const heads = head.map(
    ([name, kind]) =>
      `<th${kind === undefined ? "" : ` class="${kind}"`}>${escapeMarkup(name)}</th>`,
  );
  const body = rows.map((cells) => {
    const row = cells.map(
      ({ html, kind }) => `<td${kind === undefined ? "" : ` class="${kind}"`}>${html}</td>`,
    );
    return `<tr>${row.join("")}</tr>`;
  });
  return `<div class="table"><table><thead><tr>${heads.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}
