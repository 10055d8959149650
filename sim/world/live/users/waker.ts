// Wakes a thread close to a time: Node's timers are a millisecond coarse, so the last stretch is waited for by
// turning the event loop, which serves sockets in between, with a nap of the thread in every turn: it must not take
// the processor from those whom it measures.
import type { Waker } from "./schedule.ts";
import type { UserClock } from "./worker-clock.ts";

/** The longest nap; a socket waits so long at most. */
const NAP_US_MAX = 120;
/** What the system adds to a nap. */
const NAP_SLACK_US = 75;
/** A timer of Node fires up to so much late. */
const TIMER_LATE_US = 1_200;

export class LoopWaker implements Waker {
  readonly #clock: UserClock;
  readonly #wake: () => void;
  readonly #onTimer = (): void => this.#timed();
  readonly #onTurn = (): void => this.#turned();
  #timeUs = Infinity;
  #timer: NodeJS.Timeout | undefined = undefined;
  #isTurning = false;
  readonly #pillow = new Int32Array(new SharedArrayBuffer(4));
  /** How long the thread has napped: it counts as busy for Node, and was not. */
  nappedUs = 0;

  constructor(clock: UserClock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  wakeAt(timeUs: number): void {
    this.#timeUs = timeUs;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isTurning) this.#wait();
  }

  close(): void {
    this.#timeUs = Infinity;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const leftUs = this.#timeUs - this.#clock.nowUs();
    if (leftUs <= TIMER_LATE_US) {
      this.#isTurning = true;
      setImmediate(this.#onTurn);
      return;
    }
    const ms = Math.min(Math.floor((leftUs - TIMER_LATE_US) / 1000), 1_000_000_000);
    this.#timer = setTimeout(this.#onTimer, Math.max(1, ms));
  }

  #timed(): void {
    this.#timer = undefined;
    this.#wait();
  }

  #turned(): void {
    this.#isTurning = false;
    if (this.#timeUs === Infinity) return;
    const nowUs = this.#clock.nowUs();
    if (nowUs < this.#timeUs) {
      const leftUs = this.#timeUs - nowUs - NAP_SLACK_US;
      if (leftUs > 0) this.#nap(nowUs, Math.min(leftUs, NAP_US_MAX));
      this.#wait();
      return;
    }
    this.#timeUs = Infinity;
    this.#wake();
  }

  #nap(startUs: number, forUs: number): void {
    // Nobody ever wakes it: it ends with its time.
    Atomics.wait(this.#pillow, 0, 0, forUs / 1000);
    this.nappedUs += this.#clock.nowUs() - startUs;
  }
}
