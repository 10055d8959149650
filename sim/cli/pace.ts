// How long a run still takes, from its pace over the last seconds: the beginning, with nobody online yet, and the
// rush of a ramp say nothing of what is to come. Nothing is said before there is enough to go by.
import type { Progress } from "../run/requests.ts";

/** Older samples are forgotten. */
const WINDOW_MS = 5_000;
/** Less than this is no pace. */
const KNOWN_MS = 1_000;

interface Sample {
  readonly wallMs: number;
  readonly virtualUs: number;
}

export class Pace {
  #samples: Sample[] = [];

  /** Milliseconds to the end of the last phase; null where it is not known yet. */
  leftMs({ wallMs, virtualUs, totalUs }: Progress): number | null {
    const last = this.#samples[this.#samples.length - 1];
    // The same run once more, to write its history.
    if (last !== undefined && wallMs < last.wallMs) this.#samples = [];
    this.#samples.push({ wallMs, virtualUs });
    const kept = this.#samples.findIndex((sample) => sample.wallMs >= wallMs - WINDOW_MS);
    // One before the window, so that it is covered whole.
    if (kept > 1) this.#samples.splice(0, kept - 1);
    const first = this.#samples[0]!;
    const tookMs = wallMs - first.wallMs;
    const went = virtualUs - first.virtualUs;
    if (tookMs < KNOWN_MS || went <= 0) return null;
    return Math.max(0, totalUs - virtualUs) * (tookMs / went);
  }
}
