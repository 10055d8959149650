// Where everything of a failure's picture stands: lanes from left to right, a row an event, time downwards but not
// to scale (a microsecond may matter as much as a minute), runs of background events folded into one row. The
// page's script lays rows out by the same rule when folds are opened.
import type { Life, LifeBar, LifeEvent } from "../../run/result.ts";

export const ROW_PX = 24;
export const FOLD_PX = 22;
export const MOMENT_PX = 20;
/** Before a step that comes much later than the one above. */
export const GAP_PX = 18;
export const GAP_US = 500_000;
/** Above the first row; the names of the lanes stand in a picture of their own, which stays in sight. */
export const HEAD_PX = 12;
export const NAMES_PX = 40;
export const TIME_PX = 104;
const LANE_PX = 128;
/** Words of the last lane stand to its right. */
const EDGE_PX = 220;

export interface Row {
  /** Place in the life's events. */
  readonly index: number;
  readonly event: LifeEvent;
  /** The fold it lies in; -1: always shown. */
  readonly fold: number;
  /** Since the row above, where that is long. */
  readonly gapUs: number;
}

export interface Fold {
  readonly id: number;
  readonly events: readonly LifeEvent[];
  readonly fromUs: number;
  readonly toUs: number;
}

/** A moment that a line is drawn across all lanes for. */
export interface Moment {
  readonly kind: "parting" | "broken";
  readonly us: number;
  readonly text: string;
}

/** A row of the picture: an event, what stands for a fold, or a moment. */
export type Line =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "fold"; readonly fold: Fold }
  | { readonly kind: "moment"; readonly moment: Moment };

export interface Lane {
  readonly name: string;
  readonly kind: "user" | "node" | "links" | "store" | "faults";
  readonly x: number;
}

export interface Layout {
  readonly lanes: readonly Lane[];
  readonly lines: readonly Line[];
  readonly widthPx: number;
}

export function layoutOf(life: Life): Layout {
  const lanes = lanesOf(life);
  const widthPx = TIME_PX + LANE_PX * lanes.length + EDGE_PX;
  return { lanes, lines: withMoments(linesOf(life), momentsOf(life)), widthPx };
}

const STORES = ["redis", "cassandra", "s3"];

function kindOf(name: string): Lane["kind"] {
  if (name.startsWith("user") || name.startsWith("device")) return "user";
  if (name.startsWith("node-")) return "node";
  if (name === "links" || name === "faults") return name;
  return "store";
}

/** People (the sender first), nodes by number, links, stores, faults. */
function lanesOf({ events, bars = [], steps = [] }: Life): Lane[] {
  const sender = steps.find(({ name }) => name === "n taken")?.lane;
  const seen = new Set<string>(sender === undefined ? [] : [sender]);
  for (const { lane, to } of events) {
    if (lane !== "…") seen.add(lane);
    if (to !== undefined) seen.add(to);
  }
  for (const { lane } of bars) seen.add(lane);
  const order = ["user", "node", "links", "store", "faults"];
  const names = [...seen].map((name, place) => ({ name, kind: kindOf(name), place }));
  names.sort((a, b) => {
    const byKind = order.indexOf(a.kind) - order.indexOf(b.kind);
    if (byKind !== 0) return byKind;
    if (a.kind === "node") return Number(a.name.slice(5)) - Number(b.name.slice(5));
    if (a.kind === "store") return STORES.indexOf(a.name) - STORES.indexOf(b.name);
    return a.place - b.place;
  });
  return names.map(({ name, kind }, index) => ({
    name,
    kind,
    x: TIME_PX + LANE_PX * (index + 0.5),
  }));
}

/** A fold of one is no fold. */
const FOLD_MIN = 2;

function linesOf({ events }: Life): Line[] {
  const lines: Line[] = [];
  let folds = 0;
  for (let index = 0; index < events.length;) {
    let end = index;
    while (end < events.length && events[end]!.weight === "other") end += 1;
    const isFold = end - index >= FOLD_MIN;
    if (isFold) {
      const fold = {
        id: folds,
        events: events.slice(index, end),
        fromUs: events[index]!.t,
        toUs: events[end - 1]!.t,
      };
      lines.push({ kind: "fold", fold });
    }
    const until = Math.max(end, index + 1);
    for (; index < until; index += 1) {
      const before = events[index - 1];
      const gapUs = before === undefined ? 0 : events[index]!.t - before.t;
      const row = { index, event: events[index]!, fold: isFold ? folds : -1, gapUs };
      lines.push({ kind: "row", row });
    }
    if (isFold) folds += 1;
  }
  return lines;
}

function momentsOf({ rule, departures = [], brokenUs }: Life): Moment[] {
  const moments: Moment[] = [];
  const [parting] = departures;
  if (parting !== undefined)
    moments.push({ kind: "parting", us: parting.t, text: "expectation and fact part" });
  if (brokenUs !== undefined)
    moments.push({ kind: "broken", us: brokenUs, text: `${rule} found broken` });
  return moments.sort((a, b) => a.us - b.us);
}

/** Each before the first line that is not earlier; never inside a fold. */
function withMoments(lines: readonly Line[], moments: readonly Moment[]): Line[] {
  const waiting = [...moments];
  const all: Line[] = [];
  for (const line of lines) {
    const isInside = line.kind === "row" && line.row.fold >= 0;
    while (!isInside && waiting.length > 0 && lastMomentOf(line) >= waiting[0]!.us)
      all.push({ kind: "moment", moment: waiting.shift()! });
    all.push(line);
  }
  return [...all, ...waiting.map((moment): Line => ({ kind: "moment", moment }))];
}

function lastMomentOf(line: Line): number {
  if (line.kind === "row") return line.row.event.t;
  return line.kind === "fold" ? line.fold.toUs : line.moment.us;
}

function firstMomentOf(line: Line): number {
  return line.kind === "fold" ? line.fold.fromUs : lastMomentOf(line);
}

export interface Placed {
  readonly line: Line;
  /** Top of the row; -1 where it is folded away. */
  readonly top: number;
  readonly height: number;
  /** Room above for "3.2 s later". */
  readonly gap: number;
}

const HEIGHTS: Readonly<Record<Line["kind"], number>> = {
  row: ROW_PX,
  fold: FOLD_PX,
  moment: MOMENT_PX,
};

/** With every fold closed. */
export function placed(lines: readonly Line[]): {
  readonly places: readonly Placed[];
  readonly heightPx: number;
} {
  let y = HEAD_PX;
  const places = lines.map((line): Placed => {
    if (line.kind === "row" && line.row.fold >= 0) return { line, top: -1, height: ROW_PX, gap: 0 };
    const gap = line.kind === "row" && line.row.gapUs >= GAP_US ? GAP_PX : 0;
    const height = HEIGHTS[line.kind];
    const top = y + gap;
    y = top + height;
    return { line, top, height, gap };
  });
  return { places, heightPx: y + 14 };
}

/** Where a moment lies among the rows: the top of the first one that is not before it. */
export function yOfMoment(places: readonly Placed[], us: number, heightPx: number): number {
  for (const { line, top } of places) if (top >= 0 && firstMomentOf(line) >= us) return top + 4;
  return heightPx - 10;
}

export interface BarPlace {
  readonly bar: LifeBar;
  /** From the lane's middle. */
  readonly dx: number;
}

const BAR_STEP_PX = 9;

/** Bars of one lane that overlap in time stand side by side. */
export function barPlaces(bars: readonly LifeBar[]): BarPlace[] {
  const ends = new Map<string, number[]>();
  return bars.map((bar) => {
    const columns = ends.get(bar.lane) ?? [];
    ends.set(bar.lane, columns);
    let column = columns.findIndex((end) => end <= bar.fromUs);
    if (column < 0) column = columns.push(0) - 1;
    columns[column] = bar.toUs ?? Infinity;
    const side = column % 2 === 0 ? 1 : -1;
    return { bar, dx: side * Math.ceil(column / 2) * BAR_STEP_PX };
  });
}
