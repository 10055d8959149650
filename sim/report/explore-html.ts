// explore.html: one file that works offline: the verdict, each failure with its commands, and what was tried how
// often, above all which fault met which operation.
import type { Cell, ExploreResult, FailedSeed } from "../run/explore-result.ts";
import { escapeMarkup } from "./escape.ts";
import { exploreHeadline, hours, metText } from "./explore-headline.ts";
import { count } from "./figures.ts";
import { SCRIPT } from "./html-script.ts";
import { STYLE } from "./html-style.ts";

const SIGN = { good: "✓", bad: "✗", unsure: "?" } as const;
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}${OWN_STYLE}</style>
</head>
<body>
${topOf(result)}
<main>
${sectionsOf(result)
  .filter(({ body }) => body !== "")
  .map(
    ({ id, title: name, lead, body }) =>
      `<section id="${id}"><h2>${escapeMarkup(name)}</h2><p class="lead">${escapeMarkup(lead)}</p>${body}</section>`,
  )
  .join("\n")}
</main>
<footer>chatquake ${escapeMarkup(result.version)} · scenario ${escapeMarkup(result.sha)}</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: string;
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
  const causes = result.causes.map((cause) => `<li>${escapeMarkup(cause)}</li>`).join("");
  const facts: (readonly [string, string])[] = [
    ["seeds", result.asked],
    ["done", result.seeds === "" ? "none" : result.seeds],
    ["workers", String(result.workers)],
    ["time", hours(result.wallMs)],
    ...(result.bug === undefined ? [] : ([["planted bug", result.bug]] as const)),
    ...(result.like === undefined ? [] : ([["like", result.like]] as const)),
    ["exit code", String(result.exitCode)],
  ];
  const tiles: (readonly [string, string, string])[] = [
    [count(result.seedCount), "seeds", `${count(result.seedsPerHour)} an hour`],
    [count(result.failedCount), "failed", `${count(result.inconclusive.length)} inconclusive`],
    [count(result.confirmed), "messages confirmed", `${count(result.events)} events`],
    [count(result.gaps.length), "tried too seldom", metText(allCells(result))],
  ];
  return `<header class="top">
<p class="mark">chatquake explore · ${escapeMarkup(result.scenario)}</p>
<h1>${escapeMarkup(result.title)}</h1>
<div class="verdict ${tone}"><span class="sign" aria-hidden="true">${SIGN[tone]}</span><div><strong>${escapeMarkup(verdict)}</strong><span class="line">${escapeMarkup(text)}</span>${causes === "" ? "" : `<ul>${causes}</ul>`}</div></div>
<dl class="facts">${facts
    .map(
      ([term, fact]) => `<div><dt>${escapeMarkup(term)}</dt><dd>${escapeMarkup(fact)}</dd></div>`,
    )
    .join("")}</dl>
${commandHtml(result.command, "the same exploration again")}
<div class="tiles">${tiles
    .map(
      ([figure, name, note]) =>
        `<div class="tile"><b>${escapeMarkup(figure)}</b><span>${escapeMarkup(name)}</span><small>${escapeMarkup(note)}</small></div>`,
    )
    .join("")}</div>
</header>`;
}

function allCells({ coverage }: ExploreResult): readonly Cell[] {
  const { faults, situations, crashPoints, callEnds, rules } = coverage;
  const ofFaults = faults.flatMap(({ cells }) => cells);
  return [...ofFaults, ...situations, ...crashPoints, ...callEnds, ...rules];
}

function commandHtml(command: string, note: string): string {
  return `<div class="command"><pre>${escapeMarkup(command)}</pre><button type="button" data-copy hidden>copy</button><small>${escapeMarkup(note)}</small></div>`;
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
