// Which pictures a report holds: throughput, latency, people, distributions, load, failover, nodes, stores.
// Each is drawn twice, for wide and for narrow pages; the style shows one of them.
import type { RunResult } from "../run/result.ts";
import { stackedBars, type Bar } from "./bar-chart.ts";
import { escapeMarkup, scriptJson } from "./escape.ts";
import { count, decade, duration, share, short } from "./figures.ts";
import { loadChart, loadPoints } from "./load-chart.ts";
import { percentileChart, type Curve } from "./percentile-chart.ts";
import {
  columnOf,
  grouped,
  timeChart,
  type Line,
  type TimeAxis,
  type TimeChart,
} from "./time-chart.ts";

const FULL_PX = 1120;
const HALF_PX = 540;
const NARROW_PX = 340;
const READ_POINTS = 600;

interface Key {
  readonly name: string;
  readonly colour: number;
  readonly shape?: "dashed" | "box";
}

export function timelineFigures(result: RunResult): string {
  return (
    overTime(result, FULL_PX, {
      id: "throughput",
      title: "Throughput",
      unit: "messages a second",
      scale: "linear",
      text: short,
      lines: [
        line(result, "offered", "messages_intended", 5, { dashed: true }),
        line(result, "confirmed", "messages_confirmed", 1, { filled: true }),
        line(result, "shown", "messages_shown", 3),
        line(result, "read", "messages_read", 4),
      ],
    }) +
    overTime(result, FULL_PX, {
      id: "latency",
      title: "Delivery latency",
      unit: "ms",
      scale: "log",
      text: decade,
      lines: [
        line(result, "p50", "message_delivery.p(50)", 1, { group: "highest" }),
        line(result, "p95", "message_delivery.p(95)", 3, { group: "highest" }),
        line(result, "p99", "message_delivery.p(99)", 2, { group: "highest" }),
      ],
    }) +
    overTime(result, FULL_PX, {
      id: "online",
      title: "Users online",
      unit: "users",
      scale: "linear",
      text: count,
      lines: [
        line(result, "mean to be", "users_meaning_online", 5, { dashed: true }),
        line(result, "connected", "users_connected", 1, { group: "lowest", filled: true }),
      ],
    })
  );
}

export function distributionFigures(result: RunResult): string {
  const curves = [
    curve(result, "delivery from the real send", "message_delivery_raw", 6, true),
    curve(result, "delivery", "message_delivery", 2),
    curve(result, "confirmation", "message_sent", 1),
    curve(result, "receipt", "receipt", 4),
    curve(result, "catch-up", "catch_up", 3),
  ].filter((one) => one !== undefined);
  const points = loadPoints(result.series, result.faults);
  const distribution =
    curves.length === 0
      ? ""
      : figure({
          id: "percentiles",
          title: "Latency by percentile",
          unit: "ms, logarithmic",
          keys: curves.map(({ name, colour, dashed }) => ({
            name,
            colour,
            ...(dashed === true ? { shape: "dashed" as const } : {}),
          })),
          draw: (widthPx) => percentileChart("Latency by percentile", curves, widthPx),
          widePx: HALF_PX,
        });
  const load =
    points.length < 2
      ? ""
      : figure({
          id: "load",
          title: "Load against latency",
          unit: "p99 of delivery, a dot for each 10 s",
          keys: [
            { name: "undisturbed", colour: 1, shape: "box" },
            { name: "under a fault", colour: 2, shape: "box" },
          ],
          draw: (widthPx) => loadChart("Load against latency", points, widthPx),
          widePx: HALF_PX,
        });
  return `<div class="pair">${distribution}${load}</div>`;
}

const FAILOVER_PARTS = [
  { name: "detect", metric: "failover_detect", colour: 2 },
  { name: "reconnect", metric: "failover_reconnect", colour: 5 },
  { name: "resume", metric: "failover_resume", colour: 1 },
  { name: "catch-up", metric: "failover_catch_up", colour: 3 },
] as const;

/** "" where nobody failed over. */
export function failoverFigure(result: RunResult): string {
  const bars: Bar[] = [];
  for (const fault of result.scenario.faults) {
    const whole = result.metrics[`failover{fault:${fault.name}}`];
    if (whole?.type !== "trend") continue;
    const parts = FAILOVER_PARTS.map(({ name, metric, colour }) => {
      const part = result.metrics[`${metric}{fault:${fault.name}}`];
      return { name, colour, ms: part?.type === "trend" ? (part.values["avg"] ?? 0) : 0 };
    });
    const { count: users = 0, max = 0 } = whole.values;
    bars.push({ name: fault.name, note: `${count(users)} users, slowest ${duration(max)}`, parts });
  }
  if (bars.length === 0) return "";
  return figure({
    id: "failover-split",
    title: "Failover, in its parts",
    unit: "average of the users that the node served",
    keys: FAILOVER_PARTS.map(({ name, colour }) => ({ name, colour, shape: "box" })),
    draw: (widthPx) => stackedBars("Failover in its parts", bars, widthPx),
    widePx: FULL_PX,
  });
}

export function nodeFigures(result: RunResult): string {
  const ofNodes = (metric: string, group: Line["group"]): Line[] =>
    Array.from({ length: result.scenario.cluster.nodes }, (_, index) =>
      line(result, `node-${index + 1}`, `${metric}{node:node-${index + 1}}`, (index % 6) + 1, {
        group,
      }),
    );
  const ofStores = (metric: string, group: Line["group"]): Line[] =>
    ["redis", "cassandra", "s3"].map((store, index) =>
      line(result, store, `${metric}{store:${store}}`, [2, 1, 3][index]!, { group }),
    );
  const charts: TimeChart[] = [
    plain("sessions", "Sessions a node", "open connections", count, ofNodes("sessions", "average")),
    plain("cpu", "Processor a node", "share", share, ofNodes("node_cpu", "average")),
    plain("stores", "Store operations", "calls a second", short, ofStores("store_ops", "average")),
    plain("queues", "Store queues", "calls waiting", short, ofStores("store_queue", "highest")),
  ];
  return `<div class="pair">${charts.map((chart) => overTime(result, HALF_PX, chart)).join("")}</div>`;
}

function plain(
  id: string,
  title: string,
  unit: string,
  text: (value: number) => string,
  lines: readonly Line[],
): TimeChart {
  return { id, title, unit, scale: "linear", text, lines };
}

function line(
  result: RunResult,
  name: string,
  column: string,
  colour: number,
  more: Partial<Pick<Line, "group" | "filled" | "dashed">> = {},
): Line {
  const values = columnOf(result.series, column);
  return { name, colour, values, group: "average", ...more };
}

function curve(
  result: RunResult,
  name: string,
  metric: string,
  colour: number,
  dashed = false,
): Curve | undefined {
  const trend = result.metrics[metric];
  if (trend?.type !== "trend" || trend.hdr === undefined) return undefined;
  return { name, colour, hdr: trend.hdr, dashed };
}

function overTime(result: RunResult, widePx: number, chart: TimeChart): string {
  const time = timeOf(result);
  const seconds = Math.ceil(time.totalUs / 1_000_000);
  const lines = chart.lines
    .map((one) => ({ ...one, values: one.values.slice(0, seconds) }))
    .filter(({ values }) => values.some((value) => value !== null));
  if (lines.length === 0) return "";
  const data = {
    totalUs: time.totalUs,
    unit: chart.unit,
    lines: lines.map((one) => ({
      name: one.name,
      values: grouped(one, READ_POINTS).map((value) =>
        value === null ? null : Math.round(value * 1000) / 1000,
      ),
    })),
  };
  return figure({
    id: chart.id,
    title: chart.title,
    unit:
      chart.unit === "ms"
        ? "ms, logarithmic"
        : chart.unit === "share"
          ? "share of a core"
          : chart.unit,
    keys: lines.map(({ name, colour, dashed }) => ({
      name,
      colour,
      ...(dashed === true ? { shape: "dashed" as const } : {}),
    })),
    draw: (widthPx) => timeChart({ ...chart, lines }, time, widthPx),
    widePx,
    data,
  });
}

/** Up to where everybody else signs in to drain: that crowd is the audit's and would dwarf the load. */
function timeOf({ virtualMs, runEvents, faults, scenario }: RunResult): TimeAxis {
  const quiet = runEvents.filter(({ type }) => type === "quiet").map(({ t }) => t);
  const totalUs = quiet[1] ?? virtualMs * 1000;
  const named = scenario.phases.filter(({ startUs }) => startUs < totalUs);
  const phases = named.map(({ name, startUs, durationUs }) => ({ name, startUs, durationUs }));
  const began = quiet[0];
  if (began !== undefined)
    phases.push({ name: "quiet", startUs: began, durationUs: totalUs - began });
  return { totalUs, faults: faults.filter(({ beganUs }) => beganUs < totalUs), phases };
}

interface FigureParts {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly keys: readonly Key[];
  readonly draw: (widthPx: number) => string;
  readonly widePx: number;
  readonly data?: unknown;
}

function figure({ id, title, unit, keys, draw, widePx, data }: FigureParts): string {
  const legend = keys
    .map(
      ({ name, colour, shape }) =>
        `<li><i class="c${colour}${shape === undefined ? "" : ` ${shape}`}"></i>${escapeMarkup(name)}</li>`,
    )
    .join("");
  const wide = draw(widePx).replace("<svg ", `<svg class="wide" `);
  const narrow = draw(NARROW_PX).replace("<svg ", `<svg class="narrow" `);
  const read =
    data === undefined ? "" : `<script type="application/json">${scriptJson(data)}</script>`;
  return (
    `<figure id="${id}"${data === undefined ? "" : " data-read"}>` +
    `<figcaption><h3>${escapeMarkup(title)}</h3><span class="unit">${escapeMarkup(unit)}</span>` +
    `<ul class="legend">${legend}</ul></figcaption>${wide}${narrow}${read}</figure>`
  );
}
