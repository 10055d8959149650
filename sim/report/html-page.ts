// What every page of a report is made of: one file that works offline and may load nothing, its sections, and on
// top a verdict, facts, figures and commands to copy. What stands in them is each page's.
import { escapeMarkup } from "./escape.ts";
import { STYLE } from "./html-style.ts";

const SIGN = { good: "✓", bad: "✗", unsure: "?" } as const;

export interface Page {
  readonly title: string;
  /** Behind the style that all pages share. */
  readonly style: string;
  readonly bodyClass?: string;
  readonly body: string;
  readonly script: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: string;
}

export interface Tile {
  readonly figure: string;
  readonly name: string;
  readonly note: string;
}

export interface Verdict {
  readonly tone: keyof typeof SIGN;
  readonly verdict: string;
  readonly text: string;
  readonly causes: readonly string[];
}

export function htmlPage({ title, style, bodyClass, body, script }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body${bodyClass === undefined ? "" : ` class="${bodyClass}"`}>
${body}
<script>${script}</script>
</body>
</html>
`;
}

export function sectionHtml({ id, title, lead, body }: Section): string {
  const words = lead === "" ? "" : `<p class="lead">${escapeMarkup(lead)}</p>`;
  return `<section id="${id}"><h2>${escapeMarkup(title)}</h2>${words}${body}</section>`;
}

export function verdictHtml({ tone, verdict, text, causes }: Verdict): string {
  const list = causes.map((cause) => `<li>${escapeMarkup(cause)}</li>`).join("");
  return `<div class="verdict ${tone}"><span class="sign" aria-hidden="true">${SIGN[tone]}</span><div><strong>${escapeMarkup(verdict)}</strong><span class="line">${escapeMarkup(text)}</span>${list === "" ? "" : `<ul>${list}</ul>`}</div></div>`;
}

export function factsHtml(facts: readonly (readonly [term: string, fact: string])[]): string {
  const rows = facts.map(
    ([term, fact]) => `<div><dt>${escapeMarkup(term)}</dt><dd>${escapeMarkup(fact)}</dd></div>`,
  );
  return `<dl class="facts">${rows.join("")}</dl>`;
}

export function tilesHtml(tiles: readonly Tile[]): string {
  const each = tiles.map(
    ({ figure, name, note }) =>
      `<div class="tile"><b>${escapeMarkup(figure)}</b><span>${escapeMarkup(name)}</span><small>${escapeMarkup(note)}</small></div>`,
  );
  return `<div class="tiles">${each.join("")}</div>`;
}

/** `here`: the script puts the page's own folder in. */
export function commandHtml(text: string, note: string, here = false): string {
  return (
    `<div class="command"><pre${here ? " data-here" : ""}>${escapeMarkup(text)}</pre>` +
    `<button type="button" data-copy hidden>copy</button><small>${escapeMarkup(note)}</small></div>`
  );
}
