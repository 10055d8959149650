// Figures as people read them: counts with thin spaces, times with the unit that fits, never more digits than
// mean something.

const THIN_SPACE = "\u202f";
const MINUS = "\u2212";

export function count(value: number): string {
  if (value < 0) return MINUS + count(-value);
  const whole = Math.round(value).toFixed(0);
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

/** Three digits at most. */
export function short(value: number): string {
  if (value < 0) return MINUS + short(-value);
  if (value >= 1000) return count(value);
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return trimmed(value.toFixed(1));
  return trimmed(value.toFixed(2));
}

export function duration(ms: number): string {
  if (ms < 1000) return `${short(ms)}${THIN_SPACE}ms`;
  if (ms < 60_000) return `${short(ms / 1000)}${THIN_SPACE}s`;
  return clock(ms * 1000);
}

/** A power of ten on an axis. */
export function decade(ms: number): string {
  return ms < 1000 ? `${short(ms)}${THIN_SPACE}ms` : `${count(ms / 1000)}${THIN_SPACE}s`;
}

/** A moment of the run: 4:05, or 1:04:05 from an hour on. */
export function clock(us: number): string {
  const seconds = Math.round(us / 1_000_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** With milliseconds, for single events. */
export function preciseClock(us: number): string {
  const wholeUs = Math.floor(us / 1_000_000) * 1_000_000;
  return `${clock(wholeUs)}.${String(Math.floor((us - wholeUs) / 1000)).padStart(3, "0")}`;
}

export function share(value: number): string {
  return `${short(value * 100)}${THIN_SPACE}%`;
}

export function size(bytes: number): string {
  if (bytes >= 1e9) return `${short(bytes / 1e9)}${THIN_SPACE}GB`;
  if (bytes >= 1e6) return `${short(bytes / 1e6)}${THIN_SPACE}MB`;
  if (bytes >= 1e3) return `${short(bytes / 1e3)}${THIN_SPACE}kB`;
  return `${short(bytes)}${THIN_SPACE}B`;
}

/** A metric's figure in its own unit. */
export function figure(value: number, unit: string): string {
  if (unit === "ms") return duration(value);
  if (unit === "share") return share(value);
  if (unit === "bytes") return size(value);
  return short(value);
}

function trimmed(text: string): string {
  return text.replace(/\.?0+$/, "");
}
