// explore.html: one file that works offline: the verdict, each failure with its commands, and what was tried how
// often, above all which fault met which operation.
import type { Cell, ExploreResult, FailedSeed } from "../run/explore/explore-result.ts";
import { escapeMarkup } from "./escape.ts";
import { exploreHeadline, hours, metText } from "./explore-headline.ts";
import { count } from "./figures.ts";
import {
  commandHtml,
  factsHtml,
  htmlPage,
  sectionHtml,
  tilesHtml,
  verdictHtml,
  type Section,
} from "./html-page.ts";
import { SCRIPT } from "./html-script.ts";

const OWN_STYLE = `
table.heat { font-size: 12.5px; } table.heat th, table.heat td { padding: 5px 9px; }
table.heat thead th { text-align: right; } table.heat thead th:first-child { text-align: left; }
table.heat tbody th { font-weight: 600; border-top: 1px solid var(--rule); white-space: nowrap; text-align: left; }
td.zero { background: var(--bad-back); color: var(--bad); font-weight: 600; }
td.few { background: var(--unsure-back); color: var(--unsure); }
td.met { background: color-mix(in srgb, var(--c1) var(--share, 0%), transparent); }
.failure { border: 1px solid var(--rule); border-left: 5px solid var(--bad); border-radius: 10px; background: var(--card); padding: 12px 16px; margin-top: 12px; }
.failure ul { margin: 6px 0 8px; padding-left: 20px; }
`;

export function exploreHtml(result: ExploreResult): string {
  const title = `${result.scenario}: ${exploreHeadline(result).verdict}`;
  const sections = sectionsOf(result).filter(({ body }) => body !== "");
  return htmlPage({
    title,
    style: OWN_STYLE,
    body: `${topOf(result)}
<main>
${sections.map(sectionHtml).join("\n")}
</main>
<footer>chatquake ${escapeMarkup(result.version)} · scenario ${escapeMarkup(result.sha)}</footer>`,
    script: SCRIPT,
  });
}

function sectionsOf(result: ExploreResult): Section[] {
  const { coverage, wanted } = result;
  const faultCells = coverage.faults.flatMap(({ cells }) => cells);
  const demand =
    wanted === 0
      ? "So few seeds say nothing of what was left untried; nothing is demanded."
      : `Each is demanded ${count(wanted)} times; a pale one is not, and says why under the pointer.`;
  return [
    {
      id: "failures",
      title: "Failures",
      lead: result.failedCount > result.failures.length ? "Only the first are listed." : "",
      body: result.failures.map(failureHtml).join(""),
    },
    {
      id: "inconclusive",
      title: "Rules unknown",
      lead: "Seeds of which a rule could not be judged.",
      body: result.inconclusive.length === 0 ? "" : inconclusiveHtml(result),
    },
    {
      id: "faults",
      title: "Which fault met which operation",
      lead: `Operations that began or were under way while a fault was in force, over all seeds. ${demand} ${metText(faultCells)}.`,
      body: heatTable(result),
    },
    {
      id: "situations",
      title: "Rare situations",
      lead: `What must come up now and then. ${metText(coverage.situations)}.`,
      body: cellTable("situation", coverage.situations),
    },
    {
      id: "crash-points",
      title: "Crash points",
      lead: `Nodes that died between two port calls. ${metText(coverage.crashPoints)}.`,
      body: cellTable("between", coverage.crashPoints),
    },
    {
      id: "calls",
      title: "Ends of port calls",
      lead: `Calls that did not end ok. ${metText(coverage.callEnds)}.`,
      body: cellTable("call and end", coverage.callEnds),
    },
    {
      id: "rules",
      title: "What the rules counted",
      lead: "A rule that counted nothing has proved nothing.",
      body: cellTable("rule", coverage.rules),
    },
    {
      id: "canaries",
      title: "Canaries",
      lead: "Planted bugs that must be caught, or a clean seed means nothing.",
      body: canaryHtml(result),
    },
  ];
}

function topOf(result: ExploreResult): string {
  const { tone, verdict, text } = exploreHeadline(result);
  const facts: (readonly [string, string])[] = [
    ["seeds", result.asked],
    ["done", result.seeds === "" ? "none" : result.seeds],
    ["workers", String(result.workers)],
    ["time", hours(result.wallMs)],
    ...(result.bug === undefined ? [] : ([["planted bug", result.bug]] as const)),
    ...(result.like === undefined ? [] : ([["like", result.like]] as const)),
    ["exit code", String(result.exitCode)],
  ];
  const tiles = [
    {
      figure: count(result.seedCount),
      name: "seeds",
      note: `${count(result.seedsPerHour)} an hour`,
    },
    {
      figure: count(result.failedCount),
      name: "failed",
      note: `${count(result.inconclusive.length)} inconclusive`,
    },
    {
      figure: count(result.confirmed),
      name: "messages confirmed",
      note: `${count(result.events)} events`,
    },
    {
      figure: count(result.gaps.length),
      name: "tried too seldom",
      note: metText(allCells(result)),
    },
  ];
  return `<header class="top">
<p class="mark">chatquake explore · ${escapeMarkup(result.scenario)}</p>
<h1>${escapeMarkup(result.title)}</h1>
${verdictHtml({ tone, verdict, text, causes: result.causes })}
${factsHtml(facts)}
${commandHtml(result.command, "the same exploration again")}
${tilesHtml(tiles)}
</header>`;
}

function allCells({ coverage }: ExploreResult): readonly Cell[] {
  const { faults, situations, crashPoints, callEnds, rules } = coverage;
  const ofFaults = faults.flatMap(({ cells }) => cells);
  return [...ofFaults, ...situations, ...crashPoints, ...callEnds, ...rules];
}

function failureHtml({ seed, what, causes, commands, folder }: FailedSeed): string {
  const list = causes.map((cause) => `<li>${escapeMarkup(cause)}</li>`).join("");
  const shown = commands.map((command) => commandHtml(command, "")).join("");
  // Its run directory lies beside this page.
  const link = folder === undefined ? "" : ` · <a href="seed-${seed}/report.html">its report</a>`;
  return `<div class="failure"><h3>Seed ${seed}: ${escapeMarkup(what)}${link}</h3><ul>${list}</ul>${shown}</div>`;
}

function inconclusiveHtml({ inconclusive }: ExploreResult): string {
  const rows = inconclusive.map(
    ({ seed, causes }) =>
      `<tr><td class="number">${seed}</td><td class="text">${escapeMarkup(causes.join("; "))}</td></tr>`,
  );
  return tableOf(`<th class="number">seed</th><th>unknown</th>`, rows);
}

/** Few and many on one scale: the share of colour grows with the number of digits. */
function heatCell({ name, count: met, wanted, note }: Cell, row: string): string {
  const title = `${row} × ${name}${note === undefined ? "" : `: not demanded, ${note}`}`;
  const kind = note !== undefined ? "pale" : met === 0 ? "zero" : met < wanted ? "few" : "met";
  const digits = String(Math.round(met)).length;
  const share = kind === "met" ? ` style="--share: ${Math.min(60, digits * 7)}%"` : "";
  return `<td class="number ${kind}"${share} title="${escapeMarkup(title)}">${note === undefined || met > 0 ? count(met) : "–"}</td>`;
}

function heatTable({ coverage }: ExploreResult): string {
  if (coverage.faults.length === 0) return "";
  const head = coverage.operations.map((name) => `<th>${escapeMarkup(name)}</th>`).join("");
  const rows = coverage.faults.map(
    ({ row, cells }) =>
      `<tr><th scope="row">${escapeMarkup(row)}</th>${cells.map((cell) => heatCell(cell, row)).join("")}</tr>`,
  );
  return `<div class="table"><table class="heat"><thead><tr><th>fault</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function cellTable(what: string, cells: readonly Cell[]): string {
  if (cells.length === 0) return "";
  const noted = cells.some(({ note }) => note !== undefined);
  const rows = cells.map(({ name, count: met, wanted, note = "" }) => {
    const kind = met < wanted ? (met === 0 ? "zero" : "few") : wanted === 0 ? "pale" : "";
    const words = escapeMarkup(name.replaceAll("_", " "));
    const last = noted ? `<td class="text">${escapeMarkup(note)}</td>` : "";
    return `<tr><td class="key">${words}</td><td class="number ${kind}">${count(met)}</td>${last}</tr>`;
  });
  const head = `<th>${escapeMarkup(what)}</th><th class="number">times</th>${noted ? "<th>what it is</th>" : ""}`;
  const table = tableOf(head, rows);
  return cells.length > 12
    ? `<details${cells.some((cell) => cell.count < cell.wanted) ? " open" : ""}><summary>${escapeMarkup(metText(cells))}</summary>${table}</details>`
    : table;
}

function canaryHtml({ canaries }: ExploreResult): string {
  if (canaries.length === 0) return "";
  const rows = canaries.map(
    ({ bug, rule, seed, caught }) =>
      `<tr><td class="key">${escapeMarkup(bug)}</td><td>${escapeMarkup(rule)}</td><td class="number">${seed}</td><td class="sign-cell">${caught ? "caught" : "NOT caught"}</td></tr>`,
  );
  return tableOf(
    `<th>planted bug</th><th>rule</th><th class="number">seed</th><th>verdict</th>`,
    rows,
  );
}

function tableOf(head: string, rows: readonly string[]): string {
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
