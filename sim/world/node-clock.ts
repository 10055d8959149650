// A node's clocks in virtual time. Wall time may be skewed and drift; monotonic time is the kernel's. Timers
// wait for the node's CPU like any other task, and die with their incarnation.
import type { Clock, TimerHandle } from "../../server/ports/clock.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import type { Cpu } from "../net/cpu.ts";
import type { Incarnation } from "./incarnation.ts";

/**
 * What the wall clock shows at virtual time 0, in milliseconds: 12 January 1970. A constant, and a small one:
 * until three weeks have passed a time in milliseconds fits into 31 bits, which the engine keeps in place
 * instead of in an object of its own.
 */
export const EPOCH_MS = 1_000_000_000;

/** How far a host's wall clock is off; changed by faults. */
export interface Skew {
  offsetMs: number;
  driftPpm: number;
  sinceUs: number;
}

export function skewedWallMs(nowUs: number, skew: Skew): number {
  const drift = ((nowUs - skew.sinceUs) * skew.driftPpm) / 1e9;
  return EPOCH_MS + Math.floor(nowUs / 1000) + skew.offsetMs + Math.floor(drift);
}

class NodeTimer implements TimerHandle {
  readonly clock: NodeClock;
  readonly fire: (arg: never) => void;
  readonly arg: unknown;
  cancelled = false;

  constructor(clock: NodeClock, fire: (arg: never) => void, arg: unknown) {
    this.clock = clock;
    this.fire = fire;
    this.arg = arg;
  }

  cancel(): void {
    this.cancelled = true;
  }
}

export class NodeClock implements Clock {
  readonly kernel: Kernel;
  readonly cpu: Cpu;
  readonly incarnation: Incarnation;
  readonly skew: Skew;
  readonly timerCostUs: number;

  constructor(kernel: Kernel, cpu: Cpu, incarnation: Incarnation, skew: Skew, timerCostUs: number) {
    this.kernel = kernel;
    this.cpu = cpu;
    this.incarnation = incarnation;
    this.skew = skew;
    this.timerCostUs = timerCostUs;
  }

  wallMs(): number {
    return skewedWallMs(this.kernel.now, this.skew);
  }

  monotonicMs(): number {
    return Math.floor(this.kernel.now / 1000);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve as (arg: undefined) => void, undefined);
    });
  }

  after<A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle {
    const timer = new NodeTimer(this, fire as (arg: never) => void, arg);
    const delayUs = Math.max(0, Math.ceil(ms * 1000));
    if (this.incarnation.alive) this.kernel.after(delayUs, LABELS.timer, timerDue, timer);
    return timer;
  }
}

function timerDue(timer: NodeTimer): void {
  if (timer.cancelled || !timer.clock.incarnation.alive) return;
  timer.clock.cpu.run(timer.clock.timerCostUs, runTimer, timer, true);
}

function runTimer(timer: NodeTimer): void {
  if (timer.cancelled || !timer.clock.incarnation.alive) return;
  timer.clock.kernel.touched();
  (timer.fire as (arg: unknown) => void)(timer.arg);
}
