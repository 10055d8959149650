// How a report looks: system fonts, one column of figures, a palette that colour-blind readers can tell apart
// (Okabe and Ito, lightened for dark pages), and paper.

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --ink: #1c2126; --soft: #5b6570; --faint: #8a949e;
  --rule: #e3e6e9; --grid: #eceef0; --band: #d5550018; --edge: #c2410c; --code: #f2f4f5;
  --good: #0b7a4b; --good-back: #e6f4ec; --bad: #b3261e; --bad-back: #fceceb;
  --unsure: #8a6100; --unsure-back: #fdf4dc;
  --c1: #0072b2; --c2: #d55e00; --c3: #009e73; --c4: #a8558a; --c5: #b98600; --c6: #3a9bdc; --inside: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --card: #1b2025; --ink: #e6eaee; --soft: #a3adb7; --faint: #78838d;
    --rule: #2d343b; --grid: #262c32; --band: #ff8a3d1f; --edge: #ff9d5c; --code: #22282e;
    --good: #5fd39b; --good-back: #15301f; --bad: #ff8a80; --bad-back: #3a1b19;
    --unsure: #f0c75e; --unsure-back: #33290f;
    --c1: #56b4e9; --c2: #ff8f3f; --c3: #35c79a; --c4: #de94c3; --c5: #e9c046; --c6: #9ed3f5; --inside: #10151a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main, header.top, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 28px; }
.mark { font-size: 13px; letter-spacing: .04em; color: var(--soft); margin: 0; }
h1 { font-size: 27px; line-height: 1.2; font-weight: 650; letter-spacing: -.015em; margin: 2px 0 18px; overflow-wrap: anywhere; }
h2 { font-size: 19px; font-weight: 650; letter-spacing: -.01em; margin: 44px 0 4px; }
h3 { font-size: 15px; font-weight: 600; margin: 0; }
p { margin: 6px 0; }
.soft { color: var(--soft); }
.lead { color: var(--soft); max-width: 76ch; margin: 0 0 14px; }
a { color: var(--c1); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre, kbd { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.verdict { display: flex; gap: 14px; align-items: flex-start; border-radius: 10px; padding: 14px 18px; border-left: 5px solid; }
.verdict .sign { font-size: 21px; line-height: 1.25; font-weight: 700; }
.verdict strong { display: block; font-size: 18px; line-height: 1.35; }
.verdict ul { margin: 8px 0 0; padding-left: 18px; color: var(--ink); overflow-wrap: anywhere; }
.verdict .line { color: var(--ink); }
.good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
.verdict.good { background: var(--good-back); border-color: var(--good); }
.verdict.bad { background: var(--bad-back); border-color: var(--bad); }
.verdict.unsure { background: var(--unsure-back); border-color: var(--unsure); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 16px 0 0; padding: 0; font-size: 13px; }
.facts div { display: flex; gap: 6px; min-width: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.command { display: flex; flex-wrap: wrap; align-items: stretch; gap: 4px 8px; margin-top: 12px; }
.command small { flex-basis: 100%; color: var(--soft); padding-left: 2px; }
.command pre { flex: 1; min-width: 0; margin: 0; padding: 8px 12px; background: var(--code); border-radius: 7px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.command button { font: inherit; font-size: 13px; color: var(--soft); background: none; border: 1px solid var(--rule); border-radius: 7px; padding: 0 12px; cursor: pointer; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 18px; padding: 10px 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); font-size: 13px; }
.tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 12px; margin-top: 18px; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.tile b { display: block; font-size: 23px; font-weight: 620; letter-spacing: -.02em; line-height: 1.25; }
.tile span { font-size: 12.5px; color: var(--soft); }
.tile small { display: block; font-size: 12px; color: var(--faint); }
figure { margin: 14px 0 0; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 14px 16px 10px; min-width: 0; position: relative; }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 12px; margin-bottom: 6px; }
figcaption .unit { color: var(--soft); font-size: 12.5px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0 0 0 auto; padding: 0; list-style: none; font-size: 12.5px; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend i { width: 14px; height: 3px; border-radius: 2px; background: var(--c); display: block; }
.legend i.dashed { background: repeating-linear-gradient(90deg, var(--c) 0 5px, transparent 5px 8px); }
.legend i.box { height: 11px; width: 11px; border-radius: 3px; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 14px; }
.note { font-size: 12.5px; color: var(--soft); margin: 6px 0 2px; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--ink); }
svg.narrow { display: none; }
svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--faint); }
svg .tick { fill: var(--soft); } svg .value { fill: var(--ink); font-weight: 600; }
svg .name { fill: var(--ink); font-weight: 600; font-size: 12px; } svg .inside { fill: var(--inside); font-weight: 600; }
svg .line { fill: none; stroke: var(--c); stroke-width: 1.7; stroke-linejoin: round; stroke-linecap: round; }
svg .fill { fill: var(--c); opacity: .13; } svg .solid { fill: var(--c); }
svg .dot { fill: var(--c); } svg .hollow { fill: none; stroke: var(--c); stroke-width: 1.5; }
.c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); }
svg .band { fill: var(--band); } svg .edge { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 2 3; }
svg .fault { fill: var(--edge); font-size: 11px; font-weight: 600; }
svg .phase { stroke: var(--rule); stroke-width: 3; }
svg .lane { stroke: var(--rule); stroke-width: 2; } svg .head { fill: var(--code); stroke: var(--rule); }
svg .fault, svg .step, svg .value { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
svg .arrow { fill: none; stroke: var(--c1); stroke-width: 1.5; } svg .tip { fill: var(--c1); } svg .step { fill: var(--ink); }
.wide-scroll { overflow-x: auto; } .wide-scroll svg { min-width: 960px; }
svg .cross { stroke: var(--soft); stroke-width: 1; }
.read { position: absolute; pointer-events: none; background: var(--ink); color: var(--page); border-radius: 6px; padding: 6px 10px; font-size: 12px; line-height: 1.45; white-space: nowrap; z-index: 2; }
.table { overflow-x: auto; margin-top: 12px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { padding: 7px 14px; text-align: left; vertical-align: top; border-top: 1px solid var(--rule); }
thead th { border-top: 0; font-weight: 600; color: var(--soft); font-size: 12.5px; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.key { overflow-wrap: break-word; } td.text { min-width: 20ch; overflow-wrap: anywhere; }
.pale { color: var(--faint); }
.sign-cell { white-space: nowrap; font-weight: 600; }
details { margin-top: 14px; border: 1px solid var(--rule); border-radius: 10px; background: var(--card); }
summary { cursor: pointer; padding: 10px 16px; font-weight: 600; }
details pre { margin: 0; padding: 4px 16px 14px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
details figure { margin: 0 14px 14px; }
details .table { border: 0; border-radius: 0; margin: 0; border-top: 1px solid var(--rule); }
footer { color: var(--faint); font-size: 12.5px; padding-top: 36px; padding-bottom: 36px; }
@media (max-width: 1000px) { .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); } .pair { grid-template-columns: minmax(0, 1fr); gap: 0; } }
@media (max-width: 640px) {
  body { font-size: 14.5px; } main, header.top, footer { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 22px; } .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; } .tile b { font-size: 20px; }
  figure { padding: 12px 10px 8px; } .legend { margin-left: 0; } svg.wide { display: none; } svg.narrow { display: block; }
  th, td { padding: 6px 10px; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --faint: #666; --rule: #ccc; --grid: #e6e6e6;
    --band: #d5550018; --edge: #a33a00; --code: #f4f4f4; --good: #0b6b42; --good-back: #fff; --bad: #a01d16; --bad-back: #fff; --unsure: #705000; --unsure-back: #fff;
    --c1: #0072b2; --c2: #d55e00; --c3: #009e73; --c4: #a8558a; --c5: #b98600; --c6: #3a9bdc; --inside: #fff; }
  @page { margin: 14mm 12mm; }
  body { font-size: 10.5pt; } main, header.top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav, .command button, .read { display: none !important; }
  figure, .tile, .verdict, tr { break-inside: avoid; } h2 { break-after: avoid; margin-top: 24px; }
  svg.wide { display: block; } svg.narrow { display: none; } .wide-scroll svg { min-width: 0; }
  .table, .wide-scroll { overflow: visible; } table { font-size: 8.5pt; } th, td { padding: 3px 6px; } td.text, td.key { min-width: 0; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
