// What the system knows of a process: processor time and resident memory, from /proc.
import { readFileSync } from "node:fs";

export interface ProcessUse {
  /** User and system time since it began, in seconds. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Linux gives times in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
/** Fields of /proc/N/stat, counted behind the name in parentheses. */
const UTIME = 11;
const STIME = 12;
const RSS_PAGES = 21;

/** undefined where there is no such process, or no /proc. */
export function processUse(pid: number): ProcessUse | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined; // gone between two looks, or another system
  }
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const number = (place: number): number => Number(fields[place]);
  return {
    cpuSeconds: (number(UTIME) + number(STIME)) / TICKS_PER_SECOND,
    rssBytes: number(RSS_PAGES) * PAGE_BYTES,
  };
}
