// Open-model arrivals: times that depend on the rate alone, never on how fast the messenger answers.
import { log } from "../kernel/math.ts";

const SECOND_US = 1_000_000;

export class Arrivals {
  readonly #meanUs: number;
  readonly #process: "poisson" | "constant";
  readonly #draws: { next(): number };
  /** Not rounded: the rate must be right over a million arrivals. */
  #atUs: number;

  constructor(
    ratePerS: number,
    process: "poisson" | "constant",
    draws: { next(): number },
    startUs: number,
  ) {
    this.#meanUs = SECOND_US / ratePerS;
    this.#process = process;
    this.#draws = draws;
    this.#atUs = startUs;
  }

  /** The next arrival, microseconds, integer; never ends. */
  nextUs(): number {
    const stepUs =
      this.#process === "constant" ? this.#meanUs : -this.#meanUs * log(1 - this.#draws.next());
    this.#atUs += stepUs;
    return Math.ceil(this.#atUs);
  }
}
