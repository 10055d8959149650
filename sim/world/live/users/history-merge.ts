// Many lanes of events into one history in the order of t. An event is told once no lane can bring an earlier
// one: behind the slowest worker.
import type { History } from "../../../history/history.ts";
import { Teller, type Chunk } from "./event-lane.ts";

/** The thread that merges also answers its user: a turn ends after so many events. */
const EVENTS_A_TURN = 4_096;

class Lane {
  readonly chunks: Chunk[] = [];
  at = 0;
  /** No event before this time will come any more. */
  untilUs = 0;

  /** Of the next event; Infinity where there is none. */
  get nextUs(): number {
    const chunk = this.chunks[0];
    return chunk === undefined ? Infinity : chunk[this.at + 1]!;
  }
}

export class HistoryMerge {
  readonly #lanes: readonly Lane[];
  readonly #teller: Teller;
  #toldUs = 0;
  #isRunning = false;
  #idle: (() => void) | undefined = undefined;

  constructor(laneCount: number, history: History) {
    this.#lanes = Array.from({ length: laneCount }, () => new Lane());
    this.#teller = new Teller(history);
  }

  /** Everything before this time was told, or nothing is known of it yet. */
  get untilUs(): number {
    return this.#least(this.#lanes);
  }

  /** Up to when the lanes from that one on have told everything. */
  heardUntilUs(fromLane: number): number {
    return this.#least(this.#lanes.slice(fromLane));
  }

  /** t of the last event told. */
  get toldUs(): number {
    return this.#toldUs;
  }

  /** Events that wait for another lane or for their turn; in numbers, for the generator's health. */
  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.chunks.length, 0);
  }

  add(lane: number, chunk: Chunk): void {
    if (chunk.length > 0) this.#lanes[lane]!.chunks.push(chunk);
  }

  advance(lane: number, untilUs: number): void {
    const known = this.#lanes[lane]!;
    if (untilUs > known.untilUs) known.untilUs = untilUs;
    this.#run();
  }

  /** Settles when all that may be told has been told. */
  drained(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#turn();
  }

  readonly #turn = (): void => {
    if (this.#tellSome()) {
      setImmediate(this.#turn);
      return;
    }
    this.#isRunning = false;
    this.#idle?.();
    this.#idle = undefined;
  };

  #least(lanes: readonly Lane[]): number {
    return lanes.reduce((least, lane) => Math.min(least, lane.untilUs), Infinity);
  }

  /** True where more could be told. */
  #tellSome(): boolean {
    const untilUs = this.untilUs;
    let left = EVENTS_A_TURN;
    while (left > 0) {
      const first = this.#earliest();
      if (first === undefined || first.nextUs >= untilUs) return false;
      const limitUs = Math.min(untilUs, this.#secondUs(first));
      left = this.#tell(first, limitUs, left);
    }
    return true;
  }

  /** The lane's events up to the limit, at least one; gives what is left of the turn. */
  #tell(lane: Lane, limitUs: number, events: number): number {
    let left = events;
    do {
      const chunk = lane.chunks[0]!;
      this.#toldUs = chunk[lane.at + 1]!;
      lane.at = this.#teller.tell(chunk, lane.at);
      if (lane.at >= chunk.length) {
        lane.chunks.shift();
        lane.at = 0;
      }
      left -= 1;
    } while (left > 0 && lane.nextUs < limitUs);
    return left;
  }

  /** Of equal times the lower lane is told first. */
  #earliest(): Lane | undefined {
    let first: Lane | undefined;
    let firstUs = Infinity;
    for (const lane of this.#lanes) {
      const nextUs = lane.nextUs;
      if (nextUs >= firstUs) continue;
      first = lane;
      firstUs = nextUs;
    }
    return first;
  }

  #secondUs(first: Lane): number {
    let secondUs = Infinity;
    for (const lane of this.#lanes)
      if (lane !== first && lane.nextUs < secondUs) secondUs = lane.nextUs;
    return secondUs;
  }
}
