// Progress on stderr: one line that updates itself on a terminal, otherwise a line every 5 s. It reads no clock:
// while a simulation runs the machine's time is out of bounds, so the run tells how long it has taken.
import type { Progress } from "../run/requests.ts";
import type { RunResult } from "../run/result.ts";
import { isTerminal } from "./console.ts";
import { Pace } from "./pace.ts";

const UPDATE_MS = 200;
const LINE_MS = 5_000;
const CLEAR = "\r\u001b[2K";

export class ProgressLine {
  readonly #terminal = isTerminal();
  readonly #enabled: boolean;
  readonly #mode: RunResult["mode"];
  readonly #pace = new Pace();
  #nextMs = 0;
  #lastMs = 0;
  #shown = false;

  constructor(enabled: boolean, mode: RunResult["mode"]) {
    this.#enabled = enabled;
    this.#mode = mode;
  }

  readonly update = (progress: Progress): void => {
    if (!this.#enabled) return;
    const leftMs = this.#pace.leftMs(progress);
    // The same run once more, to write its history, begins anew.
    if (progress.wallMs < this.#lastMs) this.#nextMs = 0;
    this.#lastMs = progress.wallMs;
    if (progress.wallMs < this.#nextMs) return;
    this.#nextMs = progress.wallMs + (this.#terminal ? UPDATE_MS : LINE_MS);
    const line = progressText(progress, leftMs, this.#mode);
    if (!this.#terminal) process.stderr.write(`${line}\n`);
    else process.stderr.write(CLEAR + line.slice(0, (process.stderr.columns ?? 100) - 1));
    this.#shown = true;
  };

  /** Removes the updating line, so that what follows starts at the left. */
  end(): void {
    if (this.#terminal && this.#shown) process.stderr.write(CLEAR);
  }
}

export function progressText(
  progress: Progress,
  leftMs: number | null,
  mode: RunResult["mode"],
): string {
  const { phase, virtualUs, totalUs, wallMs, online, ratePerS, p99Ms, faultsActive } = progress;
  return [
    phase,
    `${clock(virtualUs / 1e6)} of ${clock(totalUs / 1e6)}${mode === "live" ? "" : " virtual"}`,
    `${(wallMs / 1000).toFixed(1)} s`,
    `${online} online`,
    `${ratePerS.toFixed(ratePerS < 10 ? 1 : 0)} messages/s`,
    p99Ms === null ? "p99 –" : `p99 ${p99Ms.toFixed(0)} ms`,
    faultsActive.length === 0 ? "no fault" : `faults: ${faultsActive.join(", ")}`,
    virtualUs < totalUs ? `ETA ${leftText(leftMs)}` : "ending",
  ].join(" · ");
}

function leftText(leftMs: number | null): string {
  if (leftMs === null) return "–";
  const seconds = Math.ceil(leftMs / 1000);
  return seconds < 100 ? `${seconds} s` : clock(seconds);
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
