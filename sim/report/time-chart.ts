// A picture over the time of a run: lines or areas, with every fault as a shaded band and the phases under the
// axis. Long runs are drawn from groups of seconds; each line says how its group becomes one value.
import { area, line } from "d3-shape";
import type { FaultRecord, Series } from "../run/result.ts";
import type { Phase } from "../scenario/types.ts";
import {
  baseAxis,
  fitted,
  label,
  linearAxis,
  logAxis,
  px,
  svg,
  textWidthPx,
  valueAxis,
  type Axis,
  type Frame,
} from "./chart.ts";
import { escapeMarkup } from "./escape.ts";
import { clock } from "./figures.ts";

export interface Line {
  readonly name: string;
  /** 1 to 6: the page's colours. */
  readonly colour: number;
  readonly values: readonly (number | null)[];
  readonly group: "average" | "highest" | "lowest";
  readonly filled?: boolean;
  readonly dashed?: boolean;
}

export interface TimeChart {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly scale: "linear" | "log";
  readonly text: (value: number) => string;
  readonly lines: readonly Line[];
  /** The axis reaches at least so far. */
  readonly maxAtLeast?: number;
}

export interface TimeAxis {
  readonly totalUs: number;
  readonly faults: readonly FaultRecord[];
  readonly phases: readonly Pick<Phase, "name" | "startUs" | "durationUs">[];
}

interface Band {
  readonly fault: FaultRecord;
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly text: string;
}

const ROW_PX = 15;
const ROWS_MAX = 3;
const PX_PER_POINT = 2;
const TIME_STEPS_S = [10, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600];

export function timeChart(chart: TimeChart, time: TimeAxis, widthPx: number): string {
  const leftPx = 58;
  const rightPx = 14;
  const across = scaleOf(time.totalUs, leftPx, widthPx - rightPx);
  const bands = bandsOf(time, across, widthPx - rightPx);
  const rows = bands.reduce((most, band) => Math.max(most, band.row + 1), 0);
  const topPx = 12 + rows * ROW_PX;
  const frame: Frame = {
    widthPx,
    heightPx: topPx + (widthPx > 900 ? 200 : 170) + 44,
    leftPx,
    rightPx,
    topPx,
    bottomPx: 44,
  };
  const groups = Math.max(1, Math.floor((widthPx - leftPx - rightPx) / PX_PER_POINT));
  const lines = chart.lines.map((one) => ({ ...one, values: grouped(one, groups) }));
  const up = upAxis(chart, lines, frame);
  const body =
    drawBands(bands, frame) +
    valueAxis(frame, up) +
    lines.map((one) => drawLine(one, across.place, up, frame, time.totalUs)).join("") +
    baseAxis(frame, across) +
    drawPhases(time.phases, across, frame);
  const plot = ` data-plot="${leftPx} ${widthPx - rightPx} ${topPx} ${frame.heightPx - frame.bottomPx}"`;
  return svg(frame, chart.title, body, plot);
}

/** At most `groups` values; null where a group holds none. */
export function grouped({ values, group }: Line, groups: number): (number | null)[] {
  const size = Math.max(1, Math.ceil(values.length / groups));
  if (size === 1) return [...values];
  const drawn: (number | null)[] = [];
  for (let from = 0; from < values.length; from += size) {
    const known = values.slice(from, from + size).filter((value) => value !== null);
    if (known.length === 0) drawn.push(null);
    else if (group === "highest") drawn.push(known.reduce((a, b) => Math.max(a, b)));
    else if (group === "lowest") drawn.push(known.reduce((a, b) => Math.min(a, b)));
    else drawn.push(known.reduce((a, b) => a + b) / known.length);
  }
  return drawn;
}

export function columnOf(series: Series, name: string): readonly (number | null)[] {
  return series.columns[name] ?? [];
}

function scaleOf(totalUs: number, from: number, to: number): Axis {
  const seconds = totalUs / 1_000_000;
  const room = Math.max(2, Math.floor((to - from) / 60));
  const step = TIME_STEPS_S.find((candidate) => seconds / candidate <= room) ?? 86_400;
  const ticks: number[] = [];
  for (let at = 0; at <= seconds; at += step) ticks.push(at * 1_000_000);
  const place = (us: number): number => from + ((to - from) * us) / Math.max(1, totalUs);
  return { place, ticks, text: clock };
}

function upAxis(chart: TimeChart, lines: readonly Line[], frame: Frame): Axis {
  const base = frame.heightPx - frame.bottomPx;
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const max = known.reduce((a, b) => Math.max(a, b), chart.maxAtLeast ?? 0);
  if (chart.scale === "linear") return linearAxis(max, base, frame.topPx, chart.text);
  const positive = known.filter((value) => value > 0);
  const min = positive.reduce((a, b) => Math.min(a, b), Infinity);
  return logAxis(min === Infinity ? 1 : min, Math.max(max, 1), base, frame.topPx, chart.text);
}

function drawLine(
  one: Line,
  across: (us: number) => number,
  up: Axis,
  frame: Frame,
  totalUs: number,
): string {
  const points = one.values.map((value, i) => ({
    x: across(((i + 0.5) * totalUs) / one.values.length),
    value,
  }));
  const base = frame.heightPx - frame.bottomPx;
  const path = line<(typeof points)[number]>()
    .digits(1)
    .defined(({ value }) => value !== null)
    .x(({ x }) => x)
    .y(({ value }) => up.place(value ?? 0));
  const under = area<(typeof points)[number]>()
    .digits(1)
    .defined(({ value }) => value !== null)
    .x(({ x }) => x)
    .y0(base)
    .y1(({ value }) => up.place(value ?? 0));
  const dash = one.dashed === true ? ` stroke-dasharray="5 4"` : "";
  const filled =
    one.filled === true ? `<path class="fill c${one.colour}" d="${under(points) ?? ""}"/>` : "";
  const d = path(points) ?? "";
  return d === ""
    ? filled
    : `${filled}<path class="line c${one.colour}" d="${d}"${dash}><title>${escapeMarkup(one.name)}</title></path>`;
}

/** Bands with their labels in up to three rows; a label that fits nowhere leaves its number. */
function bandsOf(time: TimeAxis, across: Axis, rightPx: number): Band[] {
  const takenTo: number[] = [];
  return time.faults.map((fault, index) => {
    const from = across.place(fault.beganUs);
    const to = across.place(Math.min(fault.endedUs ?? time.totalUs, time.totalUs));
    for (const text of [fault.name, String(index + 1)]) {
      const start = Math.min(from, rightPx - textWidthPx(text));
      for (let row = 0; row < ROWS_MAX; row += 1) {
        if ((takenTo[row] ?? 0) > start) continue;
        takenTo[row] = start + textWidthPx(text) + 6;
        return { fault, from, to, row, text };
      }
    }
    return { fault, from, to, row: -1, text: "" };
  });
}

function drawBands(bands: readonly Band[], frame: Frame): string {
  const base = frame.heightPx - frame.bottomPx;
  const right = frame.widthPx - frame.rightPx;
  return bands
    .map(({ fault, from, to, row, text }) => {
      const top = row < 0 ? frame.topPx : 6 + row * ROW_PX;
      const title = `<title>${escapeMarkup(`${fault.name}: ${fault.text}`)}</title>`;
      const shade =
        to - from >= 1
          ? `<rect class="band" x="${px(from)}" y="${px(frame.topPx)}" width="${px(to - from)}" height="${px(base - frame.topPx)}">${title}</rect>`
          : "";
      const edge = `<line class="edge" x1="${px(from)}" x2="${px(from)}" y1="${px(top)}" y2="${px(base)}">${title}</line>`;
      const start = Math.min(from + 4, right - textWidthPx(text));
      return shade + edge + (text === "" ? "" : label(start, top + 10, text, `class="fault"`));
    })
    .join("");
}

/** A name of which only a letter or two would remain is left out. */
function fittedOrNone(name: string, widthPx: number): string {
  const text = fitted(name, widthPx);
  return text === name || text.length > 4 ? text : "";
}

function drawPhases(phases: TimeAxis["phases"], across: Axis, frame: Frame): string {
  const y = frame.heightPx - frame.bottomPx + 24;
  return phases
    .map((phase) => {
      const from = across.place(phase.startUs);
      const to = Math.min(
        across.place(phase.startUs + phase.durationUs),
        frame.widthPx - frame.rightPx,
      );
      const text = fittedOrNone(phase.name, to - from);
      const mark = `<line class="phase" x1="${px(from + 1)}" x2="${px(to - 1)}" y1="${y}" y2="${y}"/>`;
      return mark + label((from + to) / 2, y + 13, text, `class="tick" text-anchor="middle"`);
    })
    .join("");
}
