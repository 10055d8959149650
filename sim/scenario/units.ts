// Durations, sizes, shares and rates as people write them, and how they are written back so that they read as
// the same number. A bare number is never one of these.

export type UnitKind = "duration" | "size" | "percent" | "rate";

export const UNIT_FORMS: Readonly<Record<UnitKind, string>> = {
  duration: 'a duration such as "250ms", "30s", "5m" or "1h30m"',
  size: 'a size such as "80B", "8KiB" or "2MB"',
  percent: 'a percentage such as "2%"',
  rate: 'a rate such as "400/s" or "1/min"',
};

const DURATION_US: readonly (readonly [string, number])[] = [
  ["d", 86_400_000_000],
  ["h", 3_600_000_000],
  ["m", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1_000],
  ["us", 1],
];
const SIZE_BYTES: readonly (readonly [string, number])[] = [
  ["GiB", 1_073_741_824],
  ["GB", 1_000_000_000],
  ["MiB", 1_048_576],
  ["MB", 1_000_000],
  ["KiB", 1_024],
  ["kB", 1_000],
  ["KB", 1_000],
  ["B", 1],
];
const RATE_PER_S: readonly (readonly [string, number])[] = [
  ["s", 1],
  ["sec", 1],
  ["m", 60],
  ["min", 60],
  ["h", 3600],
  ["hour", 3600],
];

const DECIMAL = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const DURATION_PART = /(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g;
const DURATION = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d))+$/;
const SIZE = new RegExp(`^(${DECIMAL})([A-Za-z]+)$`);
const PERCENT = new RegExp(`^([+-]?${DECIMAL})%$`);
const RATE = new RegExp(`^(${DECIMAL})\\s*/\\s*([a-z]+)$`);

/** Whole microseconds; undefined where the text is no duration. Units go from large to small, each once. */
export function parseDurationUs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let totalUs = 0;
  let lastUs = Infinity;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) {
    const unitUs = DURATION_US.find(([name]) => name === unit)![1];
    if (unitUs >= lastUs) return undefined;
    lastUs = unitUs;
    totalUs += Number(amount) * unitUs;
  }
  return Math.round(totalUs);
}

/** Whole bytes. */
export function parseSizeBytes(text: string): number | undefined {
  const match = SIZE.exec(text);
  const unit = SIZE_BYTES.find(([name]) => name === match?.[2]);
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit[1]);
}

/** The share: "2%" is 0.02, exactly the double nearest to it. */
export function parseShare(text: string): number | undefined {
  const match = PERCENT.exec(text);
  return match === null ? undefined : Number(shiftPoint(match[1]!, -2));
}

/** A second. */
export function parseRatePerS(text: string): number | undefined {
  const match = RATE.exec(text);
  const unit = RATE_PER_S.find(([name]) => name === match?.[2]);
  return match === null || unit === undefined ? undefined : Number(match[1]) / unit[1];
}

export function formatDuration(us: number): string {
  if (us === 0) return "0s";
  let left = us;
  let text = "";
  for (const [unit, unitUs] of DURATION_US) {
    const amount = Math.floor(left / unitUs);
    if (amount > 0) text += `${amount}${unit}`;
    left -= amount * unitUs;
  }
  return text;
}

export function formatSize(bytes: number): string {
  for (const [unit, unitBytes] of SIZE_BYTES)
    if (bytes >= unitBytes && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`;
  return `${bytes}B`;
}

export function formatShare(share: number): string {
  return `${shiftPoint(String(share), 2)}%`;
}

export function formatRate(perS: number): string {
  return `${perS}/s`;
}

/** Moves the decimal point without arithmetic, so that nothing is rounded: parse and format are inverse. */
function shiftPoint(decimal: string, places: number): string {
  const [mantissa = "", exponent] = decimal.split("e");
  const shifted = Number(exponent ?? "0") + places;
  const [whole = "", fraction = ""] = mantissa.split(".");
  if (exponent === undefined && places > 0 && !mantissa.startsWith("-")) {
    const digits = fraction.padEnd(places, "0");
    const moved = `${whole}${digits.slice(0, places)}.${digits.slice(places)}`;
    return moved.replace(/^0+(?=\d)/, "").replace(/\.$/, "");
  }
  return shifted === 0 ? mantissa : `${mantissa}e${shifted}`;
}
