// An epoch ranks the connections of one user: sign-in time, then the device's connection counter, then
// the device. Written at fixed width, so that it compares as text.
import type { DeviceId } from "./ids.ts";

const SIGNED_IN_DIGITS = 13;
const COUNTER_DIGITS = 10;
const DEVICE_DIGITS = 15;

export interface EpochFields {
  readonly signedInMs: number;
  readonly counter: number;
  readonly device: DeviceId;
}

export function formatEpoch(signedInMs: number, counter: number, device: DeviceId): string {
  return (
    digits(signedInMs, SIGNED_IN_DIGITS) +
    "-" +
    digits(counter, COUNTER_DIGITS) +
    "-" +
    digits(device, DEVICE_DIGITS)
  );
}

/** Undefined where the text is not an epoch. */
export function parseEpoch(text: string): EpochFields | undefined {
  const match = /^(\d{13})-(\d{10})-(\d{15})$/.exec(text);
  if (match === null) return undefined;
  return { signedInMs: Number(match[1]), counter: Number(match[2]), device: Number(match[3]) };
}

function digits(value: number, width: number): string {
  const text = value.toFixed(0);
  if (text.length > width || value < 0) throw new Error(`${text} does not fit ${width} digits`);
  return text.padStart(width, "0");
}
