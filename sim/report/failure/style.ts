// How a failure's page looks, on top of the report's own style: the same palette, screen and paper.

export const FAILURE_STYLE = `
.failure-page main, .failure-page header.top, .failure-page footer { max-width: 1500px; }
.failure { margin-top: 14px; }
.account { margin: 10px 0 14px; border-left: 4px solid var(--bad); background: var(--bad-back); border-radius: 8px; padding: 10px 16px; }
.account div { display: grid; grid-template-columns: 210px minmax(0, 1fr); gap: 2px 16px; padding: 3px 0; }
.account dt { color: var(--soft); font-size: 13px; padding-top: 1px; }
.account dd { margin: 0; overflow-wrap: anywhere; max-width: 100ch; }
.account .happened dd { font-weight: 600; }
.course { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; padding: 0; margin: 12px 0; font-size: 12px; }
.course li { border: 1px solid var(--rule); border-top: 3px solid var(--good); border-radius: 6px; padding: 5px 9px; background: var(--card); max-width: 210px; }
.course li.never { border-top-color: var(--faint); border-style: dashed; border-top-style: dashed; color: var(--soft); }
.course li.early { border-top-color: var(--bad); }
.course b { display: block; font-weight: 600; } .course span { color: var(--soft); } .course small { display: block; color: var(--soft); overflow-wrap: anywhere; }
.course li.early small, .course li.never span { color: var(--bad); }
.tools { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 8px 0; background: var(--page); font-size: 13px; }
.tools[hidden] { display: none; }
.tools input, .tools button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 3px 9px; }
.tools button { cursor: pointer; } .tools button:hover { border-color: var(--c1); }
.tools output { color: var(--soft); min-width: 4.5em; text-align: center; } .tools .apart { flex: 1; }
.stage { display: grid; grid-template-columns: minmax(0, 1fr); gap: 12px; align-items: start; }
.stage.with { grid-template-columns: minmax(0, 1fr) 290px; }
.life-scroll { overflow: auto; max-height: 84vh; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
.beliefs { position: sticky; top: 48px; max-height: 84vh; overflow: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 8px 12px; font-size: 12.5px; }
.beliefs h4, .believed h4 { margin: 8px 0 2px; font-size: 12.5px; }
.beliefs p { color: var(--soft); margin: 2px 0; }
.beliefs dl, .believed dl { margin: 0; } .beliefs dt, .believed dt { color: var(--soft); } .beliefs dd, .believed dd { margin: 0 0 3px; overflow-wrap: anywhere; }
.beliefs dd.new { color: var(--c2); font-weight: 600; }
.believed { margin-top: 14px; } .believed summary { cursor: pointer; font-weight: 600; font-size: 14px; }
.believed > div { padding: 0 16px 10px; display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 4px 20px; font-size: 12.5px; } .believed small { color: var(--faint); }
svg.defs { position: absolute; } svg.defs path { fill: var(--c1); }
.life-picture { display: block; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.life-names { display: block; position: sticky; top: 0; z-index: 1; background: var(--card); border-bottom: 1px solid var(--rule); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.life-names text { fill: var(--ink); font-weight: 600; } .life-names rect { fill: var(--code); stroke: var(--rule); } .life-names .user rect { stroke: var(--c3); } .life-names .node rect { stroke: var(--c1); } .life-names .store rect { stroke: var(--c5); } .life-names .links rect, .life-names .faults rect { stroke: var(--c2); }
.life-picture, .life-names { max-width: none; }
.life-picture text { fill: var(--ink); }
.life-picture .lane { stroke: var(--rule); stroke-width: 1.5; } .life-picture .lane.links, .life-picture .lane.faults { stroke-dasharray: 2 5; }

.life-picture .bar.session { fill: var(--c3); opacity: .34; } .life-picture .bar.down { fill: var(--bad); opacity: .5; }
.life-picture .bar.cut { fill: var(--c2); opacity: .42; } .life-picture .bar.fault { fill: var(--c5); opacity: .42; }
.life-picture .hit { fill: transparent; } .life-picture .row { cursor: default; outline: none; }
.life-picture .row:hover .hit, .life-picture .row.chosen .hit { fill: var(--c1); opacity: .09; }
.life-picture .row.found .hit { fill: var(--c5); opacity: .28; } .life-picture .row.now .hit { fill: var(--c5); opacity: .6; }
.life-picture .time, .life-picture .later { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; } .life-picture .later { fill: var(--faint); font-style: italic; }
.life-picture .dot { fill: var(--c1); } .life-picture .step { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.life-picture .around .dot { fill: var(--soft); } .life-picture .around .step, .life-picture .other .step { fill: var(--soft); } .life-picture .other .dot { fill: var(--faint); r: 3px; }
.life-picture .bad .dot { fill: var(--bad); } .life-picture .bad .step { fill: var(--bad); font-weight: 600; }
.life-picture .unsure .dot { fill: var(--c2); } .life-picture .unsure .step { fill: var(--unsure); font-weight: 600; }
.life-picture .flight, .life-picture .hop { fill: none; stroke: var(--c1); stroke-width: 1.4; } .life-picture .around .hop, .life-picture .other .hop { stroke: var(--faint); }
.life-picture .unsure .hop { stroke: var(--c2); stroke-dasharray: 5 4; }
.life-picture .fold { cursor: pointer; } .life-picture .fold rect { fill: var(--code); } .life-picture .fold text { fill: var(--soft); font-size: 11.5px; } .life-picture .fold:hover text { fill: var(--c1); }
.life-picture .moment line { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; } .life-picture .moment text { fill: var(--bad); font-weight: 600; font-size: 11.5px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.life-picture .moment.broken line { stroke-dasharray: none; }
@media (max-width: 900px) { .stage.with { grid-template-columns: minmax(0, 1fr); } .account div { grid-template-columns: minmax(0, 1fr); } .beliefs { position: static; max-height: none; } .tools { position: static; } }
@media print {
  .tools, .beliefs { display: none !important; } .stage.with { grid-template-columns: minmax(0, 1fr); }
  .life-scroll { overflow: visible; max-height: none; border: 0; } .life-picture, .life-names { width: 100% !important; height: auto !important; position: static; }
  .account { background: none; } .believed { break-inside: avoid; }
}
`;
