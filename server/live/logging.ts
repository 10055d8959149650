// Log lines of a node: JSON on stderr. Nothing that is secret is ever handed to the log; what could hold a
// secret by accident (headers of a request) is left out by name as well.
import { destination, type Logger, pino } from "pino";

export type Log = Logger;

const STDERR = 2;
const SELDOM_MS = 10_000;
const SECRET_PATHS = [
  "token",
  "key",
  "authorization",
  "headers",
  "*.token",
  "*.key",
  "*.authorization",
  "*.headers",
];

export function openLog(level: string, nodeId: string): Log {
  return pino(
    { level, base: { node: nodeId }, redact: { paths: SECRET_PATHS, censor: "(hidden)" } },
    destination({ dest: STDERR, sync: true }),
  );
}

/** What others can make happen as often as they like: said at most once in so long, with how often it was since then. */
export class Seldom<A> {
  readonly #say: (times: number, about: A) => void;
  readonly #eachMs: number;
  #times = 0;
  #quietUntilMs = 0;

  constructor(say: (times: number, about: A) => void, eachMs = SELDOM_MS) {
    this.#say = say;
    this.#eachMs = eachMs;
  }

  /** `about` is said of the one at hand. */
  happened(about: A, times = 1): void {
    this.#times += times;
    const nowMs = performance.now();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + this.#eachMs;
    this.#say(this.#times, about);
    this.#times = 0;
  }
}
