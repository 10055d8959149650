// Load against latency: a dot for every ten seconds, at the rate that was offered and the 99th percentile that
// came of it. Where the dots turn upwards is the knee; those under a fault are hollow.
import type { FaultRecord, Series } from "../run/result.ts";
import { baseAxis, label, linearAxis, logAxis, px, svg, valueAxis, type Frame } from "./chart.ts";
import { decade, short } from "./figures.ts";

export interface LoadPoint {
  readonly ratePerS: number;
  readonly p99Ms: number;
  readonly underFault: boolean;
}

const WINDOW_S = 10;
const POINTS_FOR_KNEE = 12;
const SPREAD_FOR_KNEE = 1.5;

export function loadPoints(series: Series, faults: readonly FaultRecord[]): LoadPoint[] {
  const offered = series.columns["messages_intended"] ?? [];
  const latency = series.columns["message_delivery.p(99)"] ?? [];
  const points: LoadPoint[] = [];
  for (let from = 0; from + WINDOW_S <= offered.length; from += WINDOW_S) {
    const known = latency.slice(from, from + WINDOW_S).filter((value) => value !== null);
    let sent = 0;
    for (let i = from; i < from + WINDOW_S; i += 1) sent += offered[i] ?? 0;
    if (known.length < WINDOW_S / 2 || sent === 0) continue;
    known.sort((a, b) => a - b);
    points.push({
      ratePerS: sent / WINDOW_S,
      p99Ms: known[Math.floor(known.length / 2)]!,
      underFault: faults.some((fault) => overlaps(fault, from * 1e6, (from + WINDOW_S) * 1e6)),
    });
  }
  return points;
}

/**
 * The rate beyond which the undisturbed p99 is more than twice what it is at low load; null where the load
 * never varied enough to tell, Infinity where it never doubled.
 */
export function kneeOf(points: readonly LoadPoint[]): number | null {
  const calm = points.filter(({ underFault }) => !underFault);
  calm.sort((a, b) => a.ratePerS - b.ratePerS);
  const first = calm[0];
  const last = calm[calm.length - 1];
  if (first === undefined || last === undefined || calm.length < POINTS_FOR_KNEE) return null;
  if (last.ratePerS < SPREAD_FOR_KNEE * first.ratePerS) return null;
  const base = median(calm.slice(0, Math.ceil(calm.length / 3)));
  const doubled = (some: readonly LoadPoint[]): boolean => median(some) > 2 * base;
  // Three slow windows may be chance; a knee is where it also stays slow beyond.
  for (let i = 0; i + 3 <= calm.length; i += 1)
    if (doubled(calm.slice(i, i + 3)) && doubled(calm.slice(i)))
      return calm[Math.max(0, i - 1)]!.ratePerS;
  return Infinity;
}

function median(points: readonly LoadPoint[]): number {
  const sorted = points.map(({ p99Ms }) => p99Ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

export function loadChart(title: string, points: readonly LoadPoint[], widthPx: number): string {
  const frame: Frame = {
    widthPx,
    heightPx: 240,
    leftPx: 58,
    rightPx: 18,
    topPx: 12,
    bottomPx: 40,
  };
  const base = frame.heightPx - frame.bottomPx;
  const rates = points.reduce((most, { ratePerS }) => Math.max(most, ratePerS), 0);
  const slowest = points.reduce((most, { p99Ms }) => Math.max(most, p99Ms), 1);
  const fastest = points.reduce((least, { p99Ms }) => Math.min(least, p99Ms), slowest);
  const across = linearAxis(rates, frame.leftPx, widthPx - frame.rightPx, short);
  const up = logAxis(fastest, slowest, base, frame.topPx, decade);
  const dots = points.map(
    ({ ratePerS, p99Ms, underFault }) =>
      `<circle class="${underFault ? "hollow c2" : "dot c1"}" cx="${px(across.place(ratePerS))}" cy="${px(up.place(p99Ms))}" r="3.5"/>`,
  );
  const unit = label(
    widthPx - frame.rightPx,
    frame.heightPx - 6,
    "messages a second",
    `class="tick" text-anchor="end"`,
  );
  return svg(frame, title, valueAxis(frame, up) + dots.join("") + baseAxis(frame, across) + unit);
}

function overlaps({ beganUs, endedUs }: FaultRecord, fromUs: number, toUs: number): boolean {
  return beganUs < toUs && (endedUs ?? Infinity) >= fromUs;
}
