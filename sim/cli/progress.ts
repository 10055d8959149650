// Progress on stderr: one line that updates itself on a terminal, otherwise a line every 5 s. It reads no clock:
// while a simulation runs the machine's time is out of bounds, so the run tells how long it has taken.
import type { Progress } from "../run/requests.ts";
import { isTerminal } from "./console.ts";

const UPDATE_MS = 200;
const LINE_MS = 5_000;
const CLEAR = "\r\u001b[2K";

export class ProgressLine {
  readonly #terminal = isTerminal();
  readonly #enabled: boolean;
  #nextMs = 0;
  #shown = false;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  readonly update = (progress: Progress): void => {
    if (!this.#enabled || progress.wallMs < this.#nextMs) return;
    this.#nextMs = progress.wallMs + (this.#terminal ? UPDATE_MS : LINE_MS);
    const line = progressText(progress);
    if (!this.#terminal) process.stderr.write(`${line}\n`);
    else process.stderr.write(CLEAR + line.slice(0, (process.stderr.columns ?? 100) - 1));
    this.#shown = true;
  };

  /** Removes the updating line, so that what follows starts at the left. */
  end(): void {
    if (this.#terminal && this.#shown) process.stderr.write(CLEAR);
  }
}

export function progressText(progress: Progress): string {
  const { phase, virtualUs, totalUs, wallMs, online, ratePerS, p99Ms, faultsActive } = progress;
  const share = totalUs > 0 ? Math.min(1, virtualUs / totalUs) : 0;
  const etaMs = share > 0 && share < 1 ? (wallMs / share) * (1 - share) : 0;
  return [
    phase,
    `${clock(virtualUs / 1e6)} of ${clock(totalUs / 1e6)} virtual`,
    `${(wallMs / 1000).toFixed(1)} s`,
    `${online} online`,
    `${ratePerS.toFixed(ratePerS < 10 ? 1 : 0)} messages/s`,
    p99Ms === null ? "p99 –" : `p99 ${p99Ms.toFixed(0)} ms`,
    faultsActive.length === 0 ? "no fault" : `faults: ${faultsActive.join(", ")}`,
    share < 1 ? `ETA ${(etaMs / 1000).toFixed(0)} s` : "ending",
  ].join(" · ");
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
