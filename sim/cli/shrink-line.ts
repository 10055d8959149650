// How far a shrink has come, on stderr: one line that updates itself on a terminal, otherwise a line every 5 s.
import type { ShrinkProgress } from "../run/shrink/shrink.ts";
import { sizeText } from "../run/shrink/shrink-to-directory.ts";
import { isTerminal } from "./console.ts";

const UPDATE_MS = 200;
const LINE_MS = 5_000;
const CLEAR = "\r\u001b[2K";

export class ShrinkLine {
  readonly #terminal = isTerminal();
  readonly #enabled: boolean;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #nextMs = 0;

  constructor(enabled: boolean, nowMs: () => number) {
    this.#enabled = enabled;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  readonly update = (progress: ShrinkProgress): void => {
    const nowMs = this.#nowMs();
    if (!this.#enabled || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + (this.#terminal ? UPDATE_MS : LINE_MS);
    const { step, tried } = progress;
    const seconds = ((nowMs - this.#startMs) / 1000).toFixed(0);
    const line = `${seconds} s · ${tried} candidates · ${sizeText(progress)} · ${step}`;
    if (this.#terminal) process.stderr.write(CLEAR + line);
    else process.stderr.write(`${line}\n`);
  };

  end(): void {
    if (this.#terminal && this.#enabled) process.stderr.write(CLEAR);
  }
}
