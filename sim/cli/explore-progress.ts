// Progress of an exploration on stderr: one line that updates itself on a terminal, otherwise a line every 10 s.
import { count } from "../report/figures.ts";
import type { ExploreProgress } from "../run/explore/explore.ts";
import { isTerminal } from "./console.ts";

const LINE_MS = 10_000;
const HOUR_MS = 3_600_000;
const CLEAR = "\r\u001b[2K";

export class ExploreProgressLine {
  readonly #terminal = isTerminal();
  readonly #enabled: boolean;
  #nextMs = LINE_MS;
  #shown = false;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  readonly update = (progress: ExploreProgress): void => {
    if (!this.#enabled || (!this.#terminal && progress.wallMs < this.#nextMs)) return;
    this.#nextMs = progress.wallMs + LINE_MS;
    const line = exploreText(progress);
    if (!this.#terminal) process.stderr.write(`${line}\n`);
    else process.stderr.write(CLEAR + line.slice(0, (process.stderr.columns ?? 100) - 1));
    this.#shown = true;
  };

  /** Removes the updating line, so that what follows starts at the left. */
  readonly clear = (): void => {
    if (this.#terminal && this.#shown) process.stderr.write(CLEAR);
  };
}

export function exploreText({ done, total, failed, wallMs, forMs }: ExploreProgress): string {
  const perHour = wallMs > 0 ? (done / wallMs) * HOUR_MS : 0;
  return [
    total === undefined ? `${count(done)} seeds` : `${count(done)} of ${count(total)} seeds`,
    `${count(failed)} failed`,
    `${count(perHour)} seeds/h`,
    `${clock(wallMs)}`,
    `ETA ${leftText({ done, total, wallMs, forMs })}`,
  ].join(" · ");
}

/** Whichever ends it first. */
function leftText({
  done,
  total,
  wallMs,
  forMs,
}: Pick<ExploreProgress, "done" | "total" | "wallMs" | "forMs">): string {
  const bySeeds = total === undefined || done === 0 ? Infinity : (total / done - 1) * wallMs;
  const byTime = forMs === undefined ? Infinity : Math.max(0, forMs - wallMs);
  const leftMs = Math.min(bySeeds, byTime);
  return leftMs === Infinity ? "–" : clock(leftMs);
}

function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
