// The frame of every picture: margins, axes, grid, fault bands, labels. SVG as text, the same bytes for the
// same data. Colours are the page's variables, so light, dark and paper need no second picture.
import { scaleLinear, scaleLog } from "d3-scale";
import { escapeMarkup } from "./escape.ts";

export interface Frame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly leftPx: number;
  readonly rightPx: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

export interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
  readonly text: (value: number) => string;
}

const CHAR_PX = 6;

export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function textWidthPx(text: string): number {
  return text.length * CHAR_PX;
}

/** Cut to fit, with an ellipsis. */
export function fitted(text: string, widthPx: number): string {
  const room = Math.floor(widthPx / CHAR_PX);
  return text.length <= room ? text : room < 2 ? "" : `${text.slice(0, room - 1)}…`;
}

/** From 0 to a round number above the greatest value. */
export function linearAxis(
  max: number,
  from: number,
  to: number,
  text: (value: number) => string,
  tickCount = 4,
): Axis {
  const scale = scaleLinear()
    .domain([0, max > 0 ? max : 1])
    .range([from, to])
    .nice(tickCount);
  return { place: (value) => scale(value), ticks: scale.ticks(tickCount), text };
}

/** Whole decades; values below the lowest are drawn on it. */
export function logAxis(
  min: number,
  max: number,
  from: number,
  to: number,
  text: (value: number) => string,
): Axis {
  const ticks: number[] = [];
  let low = 1e-3;
  while (low * 10 <= min) low *= 10;
  let high = low * 10;
  while (high < max) high *= 10;
  for (let tick = low; tick <= high * 1.0001; tick *= 10) ticks.push(Number(tick.toPrecision(3)));
  const scale = logScale(ticks[0]!, ticks[ticks.length - 1]!, from, to);
  return { place: (value) => scale(Math.max(value, ticks[0]!)), ticks, text };
}

export function logScale(
  min: number,
  max: number,
  from: number,
  to: number,
): (value: number) => number {
  const scale = scaleLog().domain([min, max]).range([from, to]);
  return (value) => scale(value);
}

export function svg(frame: Frame, title: string, body: string, attributes = ""): string {
  const { widthPx, heightPx } = frame;
  return (
    `<svg viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" role="img"` +
    ` aria-label="${escapeMarkup(title)}"${attributes}>${body}</svg>`
  );
}

/** Horizontal grid lines with their figures on the left. */
export function valueAxis(frame: Frame, axis: Axis): string {
  const { leftPx, widthPx, rightPx } = frame;
  return axis.ticks
    .map((tick) => {
      const y = px(axis.place(tick));
      return (
        `<line class="grid" x1="${leftPx}" x2="${widthPx - rightPx}" y1="${y}" y2="${y}"/>` +
        `<text class="tick" x="${leftPx - 8}" y="${y}" dy="0.32em" text-anchor="end">${escapeMarkup(axis.text(tick))}</text>`
      );
    })
    .join("");
}

/** Figures under the picture. */
export function baseAxis(frame: Frame, axis: Axis): string {
  const { leftPx, widthPx, rightPx, heightPx, bottomPx } = frame;
  const y = heightPx - bottomPx;
  const marks = axis.ticks.map((tick) => {
    const x = px(axis.place(tick));
    const text = axis.text(tick);
    // The last figure may stand at the very edge: then it ends there.
    const atEdge = axis.place(tick) + textWidthPx(text) / 2 > widthPx;
    const where = atEdge ? `x="${widthPx - 1}" text-anchor="end"` : `x="${x}" text-anchor="middle"`;
    return (
      `<line class="axis" x1="${x}" x2="${x}" y1="${y}" y2="${y + 4}"/>` +
      `<text class="tick" ${where} y="${y + 16}">${escapeMarkup(text)}</text>`
    );
  });
  return `<line class="axis" x1="${leftPx}" x2="${widthPx - rightPx}" y1="${y}" y2="${y}"/>${marks.join("")}`;
}

export function label(x: number, y: number, text: string, attributes = ""): string {
  return `<text x="${px(x)}" y="${px(y)}" ${attributes}>${escapeMarkup(text)}</text>`;
}
