// How many mean to be online at a time of a phase, and when that number next changes.
import type { Curve } from "../scenario/types.ts";

/** Users at that time from the phase's start, rounded; a step counts as made at its time. */
export function onlineAt(curve: Curve, atUs: number): number {
  let value = curve.length === 0 ? 0 : curve[0]![1];
  for (let i = 0; i < curve.length; i++) {
    const [pointUs, pointValue] = curve[i]!;
    if (pointUs > atUs) {
      if (i === 0) break;
      const [fromUs, fromValue] = curve[i - 1]!;
      value = fromValue + ((pointValue - fromValue) * (atUs - fromUs)) / (pointUs - fromUs);
      break;
    }
    value = pointValue;
  }
  return Math.round(value);
}

/** The first time after `atUs` at which the number is another one; Infinity where it stays. */
export function nextChangeUs(curve: Curve, atUs: number): number {
  const now = onlineAt(curve, atUs);
  for (let i = 1; i < curve.length; i++) {
    const [endUs, endValue] = curve[i]!;
    if (endUs <= atUs) continue;
    const [startUs, startValue] = curve[i - 1]!;
    if (Math.round(endValue) === now && Math.round(startValue) === now) continue;
    if (endUs === startUs) return endUs;
    const target = endValue > startValue ? now + 0.5 : now - 0.5;
    const crossUs = Math.ceil(
      startUs + ((target - startValue) * (endUs - startUs)) / (endValue - startValue),
    );
    return Math.min(endUs, Math.max(crossUs, atUs + 1));
  }
  return Infinity;
}
