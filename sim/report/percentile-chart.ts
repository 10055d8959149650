// The whole distribution of a latency as HdrHistogram draws it: time over percentile, with the far end
// stretched so that 90, 99 and 99.9 stand equally far apart.
import { line } from "d3-shape";
import { decodeHistogram, type Quantile } from "../measure/histogram.ts";
import { baseAxis, logAxis, logScale, svg, valueAxis, type Axis, type Frame } from "./chart.ts";
import { escapeMarkup } from "./escape.ts";
import { decade } from "./figures.ts";

export interface Curve {
  readonly name: string;
  readonly colour: number;
  readonly hdr: string;
  readonly dashed?: boolean;
}

const POINTS_PER_CURVE = 240;
const RARITY_MAX = 1e6;
/** What is faster is drawn at the foot. */
const AXIS_FROM_US = 1000;

export function percentileChart(title: string, curves: readonly Curve[], widthPx: number): string {
  const frame: Frame = {
    widthPx,
    heightPx: 240,
    leftPx: 58,
    rightPx: 18,
    topPx: 12,
    bottomPx: 40,
  };
  const drawn = curves.map((curve) => ({ curve, points: pointsOf(curve.hdr) }));
  const samples = drawn.flatMap(({ points }) => points);
  const base = frame.heightPx - frame.bottomPx;
  const ends = samples.reduce(
    (range, { valueUs }) => ({
      min: Math.min(range.min, Math.max(AXIS_FROM_US, valueUs)),
      max: Math.max(range.max, valueUs),
    }),
    { min: Infinity, max: 1000 },
  );
  const up = logAxis(ends.min / 1000, ends.max / 1000, base, frame.topPx, decade);
  const across = percentileAxis(samples, frame.leftPx, widthPx - frame.rightPx);
  const body =
    valueAxis(frame, up) +
    drawn.map(({ curve, points }) => drawCurve(curve, points, across, up)).join("") +
    baseAxis(frame, across) +
    `<text class="tick" x="${widthPx - frame.rightPx}" y="${frame.heightPx - 6}" text-anchor="end">percentile</text>`;
  return svg(frame, title, body);
}

/** Percentiles are placed by 1 / (1 - p): equal steps for each nine. */
function percentileAxis(samples: readonly Quantile[], from: number, to: number): Axis {
  const furthest = samples.reduce((most, { percentile }) => Math.max(most, rarity(percentile)), 10);
  const reach = Math.min(furthest, RARITY_MAX);
  const place = logScale(1, reach, from, to);
  const ticks = [0, 50, 90, 99, 99.9, 99.99, 99.999].filter((tick) => rarity(tick) <= reach);
  return {
    place: (percentile) => place(Math.min(reach, rarity(percentile))),
    ticks,
    text: (percentile) => (percentile === 0 ? "0" : String(percentile)),
  };
}

function rarity(percentile: number): number {
  return 100 / Math.max(1e-4, 100 - percentile);
}

function drawCurve(
  { name, colour, dashed }: Curve,
  points: readonly Quantile[],
  across: Axis,
  up: Axis,
): string {
  const path = line<Quantile>()
    .digits(1)
    .x(({ percentile }) => across.place(percentile))
    .y(({ valueUs }) => up.place(valueUs / 1000));
  const dash = dashed === true ? ` stroke-dasharray="5 4"` : "";
  return `<path class="line c${colour}" d="${path(points) ?? ""}"${dash}><title>${escapeMarkup(name)}</title></path>`;
}

/** Enough points for a smooth curve, spaced by rarity; the last one stands for the maximum. */
function pointsOf(hdr: string): Quantile[] {
  const histogram = decodeHistogram(hdr);
  const curve = histogram.curve();
  const first = curve[0];
  if (first === undefined) return [];
  const points: Quantile[] = [{ percentile: 0, valueUs: first.valueUs }];
  const step = Math.max(1, Math.floor(curve.length / POINTS_PER_CURVE));
  curve.forEach((point, index) => {
    const rare = point.percentile > 99;
    if (index % step !== 0 && !rare && index < curve.length - 1) return;
    const atMost = 100 - 100 / Math.max(2, histogram.count);
    points.push({ percentile: Math.min(point.percentile, atMost), valueUs: point.valueUs });
  });
  return points;
}
