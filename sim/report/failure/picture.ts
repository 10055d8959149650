// The picture of a failure: lanes, what lasted, arrows, and a row for each event. Every part says in data
// attributes where it belongs, so that the page's script can lay it out again.
import type { Life } from "../../run/result.ts";
import { fitted, label, px, textWidthPx } from "../chart.ts";
import { escapeMarkup } from "../escape.ts";
import { duration, preciseClock } from "../figures.ts";
import { kindsText } from "./kinds.ts";
import {
  barPlaces,
  layoutOf,
  MOMENT_PX,
  NAMES_PX,
  placed,
  ROW_PX,
  TIME_PX,
  yOfMoment,
  type Lane,
  type Moment,
  type Placed,
  type Row,
} from "./layout.ts";

const CENTRE_PX = ROW_PX / 2;

export function picture(life: Life): string {
  const { lanes, lines, widthPx } = layoutOf(life);
  const { places, heightPx } = placed(lines);
  const at = (lane: string): number => lanes.find(({ name }) => name === lane)?.x ?? TIME_PX;
  const flights = flightsOf(life, at);
  const body = [
    ...lanes.map((lane) => laneHtml(lane, heightPx)),
    ...bars(life, places, at, heightPx),
    ...arrows(life, places, at),
    ...places.map((place) => lineHtml(place, at, widthPx, flights)),
  ];
  return (
    `<svg class="life-picture" viewBox="0 0 ${widthPx} ${heightPx}" style="width:${widthPx}px;height:${heightPx}px"` +
    ` role="img" aria-label="${escapeMarkup(`${life.rule}: ${life.subject}`)}">${body.join("")}</svg>`
  );
}

/** The lanes' names, which stay in sight while the picture scrolls. */
export function names(life: Life): string {
  const { lanes, widthPx } = layoutOf(life);
  return (
    `<svg class="life-names" viewBox="0 0 ${widthPx} ${NAMES_PX}" style="width:${widthPx}px;height:${NAMES_PX}px" aria-hidden="true">` +
    `${lanes.map((lane) => headHtml(lane)).join("")}</svg>`
  );
}

function laneHtml({ x, kind }: Lane, heightPx: number): string {
  return `<line class="lane ${kind}" data-lane-line x1="${px(x)}" x2="${px(x)}" y1="0" y2="${heightPx}"/>`;
}

function headHtml({ x, name, kind }: Lane): string {
  const width = Math.max(64, textWidthPx(name) + 26);
  return (
    `<g class="lane-head ${kind}"><rect x="${px(x - width / 2)}" y="8" width="${px(width)}" height="25" rx="5"/>` +
    label(x, 25, name, `text-anchor="middle"`) +
    `</g>`
  );
}

function bars(
  life: Life,
  places: readonly Placed[],
  at: (lane: string) => number,
  heightPx: number,
): string[] {
  return barPlaces(life.bars ?? []).map(({ bar, dx }) => {
    const top = yOfMoment(places, bar.fromUs, heightPx);
    const base = bar.toUs === null ? heightPx - 6 : yOfMoment(places, bar.toUs, heightPx);
    const width = bar.kind === "session" ? 8 : 11;
    const until = bar.toUs === null ? "to the end" : `to ${preciseClock(bar.toUs)}`;
    const title = `${bar.text}: ${preciseClock(bar.fromUs)} ${until}`;
    return (
      `<rect class="bar ${bar.kind}" data-bar="${bar.fromUs} ${bar.toUs ?? ""}" x="${px(at(bar.lane) + dx - width / 2)}"` +
      ` y="${px(top)}" width="${width}" height="${px(Math.max(3, base - top))}" rx="3"><title>${escapeMarkup(title)}</title></rect>`
    );
  });
}

/** From the row in which something left to the row in which it arrived. */
function arrows(life: Life, places: readonly Placed[], at: (lane: string) => number): string[] {
  const tops = new Map<number, number>();
  for (const { line, top } of places) if (line.kind === "row") tops.set(line.row.index, top);
  return life.events.flatMap((event, index) => {
    if (event.from === undefined) return [];
    const left = life.events[event.from]!;
    const [x1, x2] = [at(left.lane), at(event.lane)];
    if (x1 === x2) return [];
    const [top1, top2] = [tops.get(event.from)!, tops.get(index)!];
    const isHidden = top1 < 0 || top2 < 0;
    const [y1, y2] = [top1 + CENTRE_PX, top2 + CENTRE_PX];
    const where = isHidden
      ? ` style="display:none" d="M0,0"`
      : ` d="M${px(x1)},${px(y1)}L${px(x2)},${px(y2)}"`;
    return [
      `<path class="flight" data-flight="${event.from} ${index} ${px(x1)} ${px(x2)}" marker-end="url(#tip)"${where}/>`,
    ];
  });
}

function momentHtml({ kind, us, text }: Moment, top: number, widthPx: number): string {
  const middle = MOMENT_PX / 2;
  return (
    `<g class="moment ${kind}" data-t="${us}" transform="translate(0 ${px(top)})"><line x1="0" x2="${widthPx}" y1="${middle}" y2="${middle}"/>` +
    label(widthPx - 8, middle + 4, text, `text-anchor="end"`) +
    `</g>`
  );
}

function lineHtml(
  { line, top, gap }: Placed,
  at: (lane: string) => number,
  widthPx: number,
  flights: ReadonlyMap<number, Flight>,
): string {
  if (line.kind === "row") {
    const { goesTo, cameFrom } = flights.get(line.row.index) ?? {};
    return rowHtml(line.row, top, gap, { at, widthPx, goesTo, cameFrom });
  }
  if (line.kind === "moment") return momentHtml(line.moment, top, widthPx);
  const { id, events, fromUs } = line.fold;
  const text = kindsText(events);
  const shown = fitted(text, (widthPx - TIME_PX - 40) / 1.1);
  return (
    `<g class="fold" data-fold="${id}" data-t="${fromUs}" tabindex="0" role="button" aria-expanded="false" transform="translate(0 ${px(top)})">` +
    `<rect x="${TIME_PX - 6}" y="2" width="${widthPx - TIME_PX}" height="18" rx="4"/>` +
    `<text class="sign" x="${TIME_PX + 4}" y="15">▸</text>` +
    label(TIME_PX + 20, 15, shown) +
    `<title>${escapeMarkup(text)}</title>` +
    `</g>`
  );
}

interface Flight {
  readonly goesTo?: number;
  readonly cameFrom?: number;
}

function flightsOf(life: Life, at: (lane: string) => number): ReadonlyMap<number, Flight> {
  const flights = new Map<number, Flight>();
  life.events.forEach(({ from, lane }, index) => {
    if (from === undefined) return;
    flights.set(from, { ...flights.get(from), goesTo: at(lane) });
    flights.set(index, { ...flights.get(index), cameFrom: at(life.events[from]!.lane) });
  });
  return flights;
}

interface Step {
  readonly event: Row["event"];
  readonly at: (lane: string) => number;
  readonly widthPx: number;
  /** Where a flight from here ends, and where the one that ends here began. */
  readonly goesTo: number | undefined;
  readonly cameFrom: number | undefined;
}

function rowHtml(
  { index, event, fold, gapUs }: Row,
  top: number,
  gap: number,
  step: Omit<Step, "event">,
): string {
  const { weight = "own", tone } = event;
  const hidden = top < 0 ? ` style="display:none"` : "";
  const later =
    gapUs >= 500_000
      ? `<text class="later" x="${TIME_PX - 14}" y="-4" text-anchor="end">${duration(gapUs / 1000)} later</text>`
      : "";
  return (
    `<g class="row ${weight}${tone === undefined ? "" : ` ${tone}`}" data-row="${index}" data-t="${event.t}" data-in="${fold}" data-gap="${gap || (gapUs >= 500_000 ? 1 : 0)}"` +
    ` tabindex="0" transform="translate(0 ${px(Math.max(0, top))})"${hidden}>` +
    `<rect class="hit" x="0" y="0" width="${step.widthPx}" height="${ROW_PX}"/>${later}` +
    label(TIME_PX - 14, 16, preciseClock(event.t), `class="time" text-anchor="end"`) +
    stepHtml({ event, ...step }) +
    `</g>`
  );
}

/** Where the text stands: over an arrow that leaves to the right, under one that comes from there. */
type Height = "beside" | "above" | "below";
const BASELINE_PX: Readonly<Record<Height, number>> = { beside: 16, above: 7, below: 22 };

function stepHtml({ event, at, widthPx, goesTo, cameFrom }: Step): string {
  const title = `<title>${escapeMarkup(event.text)}</title>`;
  if (event.lane === "…") return label(TIME_PX, 16, event.text, `class="step"`);
  const from = at(event.lane);
  const dot = `<circle class="dot" cx="${px(from)}" cy="${CENTRE_PX}" r="4">${title}</circle>`;
  const { to } = event;
  const height =
    goesTo !== undefined && goesTo > from
      ? "above"
      : cameFrom !== undefined && cameFrom > from
        ? "below"
        : "beside";
  if (to === undefined || to === event.lane || goesTo !== undefined)
    return dot + besideDot(event.text, from, widthPx, height);
  const tip = at(to);
  const arrow = `<path class="hop" d="M${px(from)},${CENTRE_PX}H${px(tip)}" marker-end="url(#tip)"/>`;
  // Beside the right end: over the line it could not be read.
  return dot + arrow + besideDot(event.text, Math.max(from, tip), widthPx, "beside", "above");
}

/** To the right where there is room, else to the left. */
function besideDot(
  text: string,
  x: number,
  widthPx: number,
  height: Height,
  heightLeft = height,
): string {
  const right = widthPx - x - 14;
  const left = x - TIME_PX - 14;
  // The words here are somewhat wider than those of an axis.
  const needs = textWidthPx(text) * 1.1;
  const isRight = needs <= right || right >= left;
  const shown = fitted(text, (isRight ? right : left) / 1.1);
  const place = isRight ? x + 10 : x - 10;
  const anchor = isRight ? "start" : "end";
  const baseline = BASELINE_PX[isRight ? height : heightLeft];
  return label(place, baseline, shown, `class="step" text-anchor="${anchor}"`);
}

/** Once a page: the tip of every arrow. */
export const ARROW_TIP =
  `<svg class="defs" width="0" height="0" aria-hidden="true"><defs><marker id="tip" viewBox="0 0 8 8" refX="9" refY="4" markerWidth="7" markerHeight="7" orient="auto">` +
  `<path d="M0,0.6L8,4L0,7.4z"/></marker></defs></svg>`;
