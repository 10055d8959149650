// The life of one message as a sequence diagram: a lane for each device, node and store, time downwards, an
// arrow where something went from one to another.
import type { Life, LifeEvent } from "../run/result.ts";
import { fitted, label, px, svg, textWidthPx, type Frame } from "./chart.ts";
import { escapeMarkup } from "./escape.ts";
import { preciseClock } from "./figures.ts";

const ROW_PX = 26;
const HEAD_PX = 40;
const TIME_PX = 84;
const LANE_MIN_PX = 130;
/** Of a longer life only what stands nearest to the message itself is drawn. */
const DRAWN_MAX = 60;
/** A remark that belongs to nobody. */
const NO_LANE = "…";

export function sequenceDiagram(life: Life): string {
  const events = drawnEvents(life);
  const lanes = lanesOf(events);
  const lanePx = Math.max(LANE_MIN_PX, Math.floor((1040 - TIME_PX) / Math.max(1, lanes.length)));
  const frame: Frame = {
    widthPx: TIME_PX + lanePx * Math.max(1, lanes.length),
    heightPx: HEAD_PX + events.length * ROW_PX + 16,
    leftPx: TIME_PX,
    rightPx: 0,
    topPx: HEAD_PX,
    bottomPx: 16,
  };
  const at = (lane: string): number => TIME_PX + (lanes.indexOf(lane) + 0.5) * lanePx;
  const heads = lanes.map((lane) => {
    const text = fitted(lane, lanePx - 20);
    const width = textWidthPx(text) + 20;
    return (
      `<line class="lane" x1="${px(at(lane))}" x2="${px(at(lane))}" y1="30" y2="${frame.heightPx - 6}"/>` +
      `<rect class="head" x="${px(at(lane) - width / 2)}" y="6" width="${px(width)}" height="24" rx="4"/>` +
      label(at(lane), 22, text, `class="name" text-anchor="middle"`)
    );
  });
  const steps = events.map((event, index) => drawStep(event, stepY(index), at, frame, lanePx));
  return svg(
    frame,
    `${life.rule}: ${life.subject}`,
    heads.join("") + thread(events, at) + steps.join(""),
    ` class="sequence"`,
  );
}

function drawnEvents(life: Life): readonly LifeEvent[] {
  const events = withoutRepeats(life.events);
  if (events.length <= DRAWN_MAX) return events;
  const kept = nearest(events.length, ownSteps(events, life.subject));
  const drawn: LifeEvent[] = [];
  for (let i = 0; i < events.length;) {
    const from = i;
    while (i < events.length && !kept.has(i)) i += 1;
    if (i > from)
      drawn.push({
        t: events[from]!.t,
        lane: NO_LANE,
        text: `… ${i - from} more in summary.json …`,
      });
    if (i < events.length) drawn.push(events[i]!);
    i += 1;
  }
  return drawn;
}

/** Where the message of "message CHAT/DEVICE/N" is named; where none is, the beginning and the end. */
function ownSteps(events: readonly LifeEvent[], subject: string): readonly number[] {
  const n = /\/(\d+)$/.exec(subject)?.[1];
  const named = new RegExp(`n (= )?${n ?? "-"}(?!\\d)`);
  const own = events.flatMap(({ text }, index) => (named.test(text) ? [index] : []));
  return own.length > 0 ? own : [0, events.length - 1];
}

function nearest(length: number, own: readonly number[]): ReadonlySet<number> {
  const steps = Array.from({ length }, (_, index) => {
    const distance = own.reduce((least, at) => Math.min(least, Math.abs(at - index)), length);
    return { index, distance };
  });
  steps.sort((a, b) => a.distance - b.distance || a.index - b.index);
  return new Set(steps.slice(0, DRAWN_MAX).map(({ index }) => index));
}

/** The same thing several times in a row on one lane becomes one step. */
function withoutRepeats(events: readonly LifeEvent[]): LifeEvent[] {
  const kept: { event: LifeEvent; times: number }[] = [];
  for (const event of events) {
    const last = kept[kept.length - 1];
    const same = last !== undefined && last.event.lane === event.lane;
    if (same && last.event.text === event.text && last.event.to === event.to) last.times += 1;
    else kept.push({ event, times: 1 });
  }
  return kept.map(({ event, times }) =>
    times === 1 ? event : { ...event, text: `${event.text} (${times} times)` },
  );
}

/** A thin thread through the steps, so that the eye follows from lane to lane. */
function thread(events: readonly LifeEvent[], at: (lane: string) => number): string {
  const points = events.flatMap(({ lane, to }, index) =>
    lane === NO_LANE ? [] : [`${px(at(to ?? lane))},${stepY(index)}`],
  );
  return points.length < 2 ? "" : `<path class="thread" d="M${points.join("L")}"/>`;
}

function stepY(index: number): number {
  return HEAD_PX + index * ROW_PX + 18;
}

/** Devices left, stores right, nodes between, each in order of appearance. */
function lanesOf(events: readonly LifeEvent[]): string[] {
  const seen = new Set<string>();
  for (const { lane, to } of events) {
    if (lane !== NO_LANE) seen.add(lane);
    if (to !== undefined) seen.add(to);
  }
  const rank = (lane: string): number =>
    lane.startsWith("device") || lane.startsWith("user") ? 0 : lane.startsWith("node") ? 1 : 2;
  return [...seen].sort((a, b) => rank(a) - rank(b));
}

function drawStep(
  event: LifeEvent,
  y: number,
  at: (lane: string) => number,
  frame: Frame,
  lanePx: number,
): string {
  const time = label(TIME_PX - 12, y + 4, preciseClock(event.t), `class="tick" text-anchor="end"`);
  const title = `<title>${escapeMarkup(event.text)}</title>`;
  if (event.lane === NO_LANE) return time + label(TIME_PX, y + 4, event.text, `class="tick"`);
  const from = at(event.lane);
  if (event.to === undefined || event.to === event.lane) {
    const right = from + 9 + textWidthPx(event.text) < frame.widthPx;
    const room = right ? frame.widthPx - from - 12 : from - TIME_PX - 12;
    const x = right ? from + 9 : from - 9;
    const anchor = right ? "start" : "end";
    const text = label(x, y + 4, fitted(event.text, room), `class="step" text-anchor="${anchor}"`);
    return `${time}<circle class="dot c1" cx="${px(from)}" cy="${y}" r="4">${title}</circle>${text}`;
  }
  const to = at(event.to);
  const tip = to > from ? -7 : 7;
  const arrow =
    `<path class="arrow" d="M${px(from)},${y}H${px(to)}">${title}</path>` +
    `<path class="tip" d="M${px(to)},${y}l${tip},-4v8z"/>`;
  const room = Math.max(lanePx, Math.abs(to - from)) - 14;
  const text = fitted(event.text, room);
  return time + arrow + label((from + to) / 2, y - 5, text, `class="step" text-anchor="middle"`);
}
