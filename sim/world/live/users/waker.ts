// Wakes a thread at a time to the microsecond's neighbourhood: Node's timers are good to a millisecond or two,
// so the last stretch is waited for by turning the event loop, which keeps serving sockets meanwhile.
import type { Waker } from "./schedule.ts";
import type { UserClock } from "./worker-clock.ts";

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
    if (this.#clock.nowUs() < this.#timeUs) {
      this.#wait();
      return;
    }
    this.#timeUs = Infinity;
    this.#wake();
  }
}
