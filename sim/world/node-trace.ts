// What nodes tell about themselves in a simulation: counts for coverage, crash points that may kill, and the
// last events of every log for a failure's page.
import {
  CRASH_POINTS,
  type CrashPoint,
  type TraceEvent,
  type TraceSink,
} from "../../server/ports/trace-sink.ts";
import type { Incarnation } from "./incarnation.ts";

export interface TraceListener {
  (
    nodeIndex: number,
    event: TraceEvent,
    user: number,
    chat: number,
    device: number,
    n: number,
  ): void;
}

/** Crash points passed, and armed ones, over all nodes of a run. */
export class CrashPoints {
  readonly passed = new Map<CrashPoint, number>();
  readonly crashed = new Map<CrashPoint, number>();
  readonly #armed: Armed[] = [];

  constructor() {
    for (const point of CRASH_POINTS) {
      this.passed.set(point, 0);
      this.crashed.set(point, 0);
    }
  }

  /** The next time the node (-1: any) passes the point, `crash` is called with it, once. */
  arm(node: number, point: CrashPoint, crash: (node: number) => void): () => void {
    const armed: Armed = { node, point, crash };
    this.#armed.push(armed);
    return () => this.#disarm(armed);
  }

  pass(node: number, point: CrashPoint): void {
    this.passed.set(point, this.passed.get(point)! + 1);
    if (this.#armed.length === 0) return;
    const armed = this.#armed.find(
      (one) => one.point === point && (one.node === node || one.node < 0),
    );
    if (armed === undefined) return;
    this.#disarm(armed);
    this.crashed.set(point, this.crashed.get(point)! + 1);
    armed.crash(node);
  }

  #disarm(armed: Armed): void {
    const place = this.#armed.indexOf(armed);
    if (place >= 0) this.#armed.splice(place, 1);
  }
}

interface Armed {
  readonly node: number;
  readonly point: CrashPoint;
  readonly crash: (node: number) => void;
}

export class NodeTrace implements TraceSink {
  readonly #incarnation: Incarnation;
  readonly #node: number;
  readonly #points: CrashPoints;
  readonly #listener: TraceListener | undefined;

  constructor(
    incarnation: Incarnation,
    node: number,
    points: CrashPoints,
    listener: TraceListener | undefined,
  ) {
    this.#incarnation = incarnation;
    this.#node = node;
    this.#points = points;
    this.#listener = listener;
  }

  event(event: TraceEvent, user: number, chat: number, device: number, n: number): void {
    if (this.#listener !== undefined && this.#incarnation.alive)
      this.#listener(this.#node, event, user, chat, device, n);
  }

  point(point: CrashPoint): void {
    if (this.#incarnation.alive) this.#points.pass(this.#node, point);
  }
}
