// The page of one broken rule: what happened in words, how far the message came, the picture with its tools, and
// what everybody believed at the moments that matter. It is a part of report.html, and a page of its own.
import type { Life, RunResult } from "../../run/result.ts";
import { escapeMarkup, scriptJson } from "../escape.ts";
import { preciseClock } from "../figures.ts";
import { commandsOf } from "../headline.ts";
import { htmlPage } from "../html-page.ts";
import { accountOf, outOfOrder, stepTime, type Account } from "./account.ts";
import { beliefsAt } from "./beliefs-at.ts";
import { layoutOf } from "./layout.ts";
import { ARROW_TIP, names, picture } from "./picture.ts";
import { FAILURE_SCRIPT } from "./script.ts";
import { FAILURE_STYLE } from "./style.ts";

/** failure-RCP2.html: one file, nothing from elsewhere. */
export function failurePage(result: RunResult, life: Life): string {
  const { headline } = accountOf(life);
  const { scenario, seed, mode } = result;
  const earlier = result.lives.slice(0, Math.max(0, result.lives.indexOf(life)));
  const commands = commandsOf(result)
    .map(
      ({ text, note }) =>
        `<p class="soft">${escapeMarkup(note)}: <code>${escapeMarkup(text)}</code></p>`,
    )
    .join("");
  const bug = scenario.bug === undefined ? "" : " · a bug is planted";
  return htmlPage({
    title: headline,
    style: FAILURE_STYLE,
    bodyClass: "failure-page",
    body: `<header class="top"><p class="mark">chatquake · ${escapeMarkup(scenario.name)} · seed ${seed} · ${mode}${bug}</p></header>
<main>${failureHtml(life, "h1", earlier)}${commands}</main>
<footer>chatquake ${escapeMarkup(result.version)} · <a href="report.html">the whole report</a></footer>`,
    script: FAILURE_SCRIPT,
  });
}

export function failureHtml(
  life: Life,
  heading: "h1" | "h3",
  earlier: readonly Life[] = [],
): string {
  const account = accountOf(life, earlier);
  return (
    `<section class="failure" data-failure>` +
    `<${heading}>${escapeMarkup(account.headline)}</${heading}>` +
    accountHtml(account, life) +
    stepsHtml(life) +
    toolsHtml() +
    `<div class="stage"><div class="life-scroll" tabindex="0" aria-label="the picture, scrolls">${ARROW_TIP}${names(life)}${picture(life)}</div>` +
    `<aside class="beliefs" aria-live="polite" hidden></aside></div>` +
    momentsHtml(life) +
    `<script type="application/json" class="failure-data">${scriptJson(dataOf(life))}</script>` +
    `</section>`
  );
}

function accountHtml(account: Account, life: Life): string {
  const { expected, happened, parting, found, others, same } = account;
  const where = parting === undefined ? "" : `, on ${parting.lane}, at ${preciseClock(parting.t)}`;
  const rows = [
    ...(same === undefined
      ? []
      : [[`Same cause as ${same.as.rule}, ${same.as.subject}`, `what differs: ${same.differs}`]]),
    ["Should have happened", expected],
    [`Happened${where}`, happened],
    ...(parting === undefined
      ? [
          [
            "Order",
            "no step was seen to leave the order that is demanded: see how far the message came",
          ],
        ]
      : []),
    ...(happened === found ? [] : [[`The rule saw it${brokenText(life)}`, found]]),
    ...others
      .slice(0, 4)
      .map(({ t, lane, happened: then }) => [`Then, on ${lane}, at ${preciseClock(t)}`, then]),
    ...(life.unseen === undefined ? [] : [["Not seen", life.unseen]]),
  ];
  const terms = rows.map(([term = "", text = ""]) => {
    const kind = term.startsWith("Happened") ? ` class="happened"` : "";
    return `<div${kind}><dt>${escapeMarkup(term)}</dt><dd>${escapeMarkup(text)}</dd></div>`;
  });
  return `<dl class="account">${terms.join("")}</dl>`;
}

function brokenText({ brokenUs }: Life): string {
  return brokenUs === undefined ? "" : ` at ${preciseClock(brokenUs)}`;
}

function stepsHtml({ steps = [] }: Life): string {
  if (steps.length === 0) return "";
  const wrong = outOfOrder(steps);
  const items = steps.map((step) => {
    const state = step.t === null ? "never" : wrong.has(step.name) ? "early" : "done";
    const note = step.text ?? (wrong.has(step.name) ? "before its turn" : "");
    return (
      `<li class="${state}"><b>${escapeMarkup(step.name)}</b><span>${escapeMarkup(stepTime(step))}${step.lane === undefined ? "" : ` · ${escapeMarkup(step.lane)}`}</span>` +
      `${note === "" ? "" : `<small>${escapeMarkup(note)}</small>`}</li>`
    );
  });
  return `<ol class="course" aria-label="How far the message came">${items.join("")}</ol>`;
}

/** Of no use without the script, which shows them. */
function toolsHtml(): string {
  return (
    `<div class="tools" hidden>` +
    `<label>Find <input type="search" data-find placeholder="text, node, n …" autocomplete="off"></label>` +
    `<button type="button" data-do="previous" title="previous (Shift+Enter)">↑</button>` +
    `<button type="button" data-do="next" title="next (Enter)">↓</button><output data-found></output>` +
    `<span class="apart"></span>` +
    `<button type="button" data-do="fold" aria-pressed="false">show everything</button>` +
    `<button type="button" data-do="out" title="smaller (−)">−</button><output data-scale>100 %</output>` +
    `<button type="button" data-do="in" title="larger (+)">+</button>` +
    `<button type="button" data-do="fit" title="as wide as the page (0)">fit</button>` +
    `<button type="button" data-do="parting" title="where expectation and fact part (p)">to the parting</button>` +
    `</div>`
  );
}

/** For paper, and for readers without the script. */
function momentsHtml(life: Life): string {
  const lanes = layoutOf(life).lanes.map(({ name }) => name);
  const parting = life.departures?.[0];
  const moments: (readonly [string, number])[] = [];
  if (parting !== undefined)
    moments.push([
      `What each believed at ${preciseClock(parting.t)}, where the two part`,
      parting.t,
    ]);
  if (life.brokenUs !== undefined)
    moments.push([
      `What each believed at ${preciseClock(life.brokenUs)}, when the rule was found broken`,
      life.brokenUs,
    ]);
  return moments
    .map(([title, us]) => {
      const cells = beliefsAt(life, us, lanes).map(
        ({ lane, beliefs }) =>
          `<div><h4>${escapeMarkup(lane)}</h4><dl>${beliefs
            .map(
              ({ about, value, t }) =>
                `<dt>${escapeMarkup(about)}</dt><dd>${escapeMarkup(value)} <small>since ${preciseClock(t)}</small></dd>`,
            )
            .join("")}</dl></div>`,
      );
      if (cells.length === 0) return "";
      return `<details class="believed" open><summary>${escapeMarkup(title)}</summary><div>${cells.join("")}</div></details>`;
    })
    .join("");
}

function dataOf(life: Life): unknown {
  return {
    lanes: layoutOf(life).lanes.map(({ name }) => name),
    texts: life.events.map(({ lane, to = "", text }) => `${lane} ${to} ${text}`),
    beliefs: (life.beliefs ?? []).map(({ t, lane, about, value }) => [t, lane, about, value]),
    partingUs: life.departures?.[0]?.t ?? life.brokenUs ?? null,
  };
}
