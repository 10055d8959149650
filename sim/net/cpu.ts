// A node's virtual CPU: one thread that runs one task at a time and is busy for as long as the task costs. The
// task's code runs when its turn comes; what it emits leaves when its cost is paid (departureUs). Processes on
// one host share its cores; garbage collection adds pauses as work is done.

import { quantile, type Distribution } from "../kernel/distribution.ts";
import { Fifo } from "../kernel/fifo.ts";
import type { EventId, Handler, Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import { keyed } from "../kernel/random.ts";
import type { Host } from "./host.ts";

export interface CpuOptions {
  /** Cores shared with other CPUs; without it this CPU has a core of its own. */
  readonly host?: Host;
  /** After so much work (us, drawn) one pause of so much (us, drawn). */
  readonly collections?: { readonly workUs: Distribution; readonly pauseUs: Distribution };
  /** For the draws of pauses and of what comes first after a pause. */
  readonly seed32?: number;
  readonly entity?: number;
}

interface Task {
  readonly costUs: number;
  readonly handler: Handler<never>;
  readonly arg: unknown;
  readonly isTimer: boolean;
}

// Purposes of keyed draws.
const COLLECTION_WORK = 11;
const COLLECTION_PAUSE = 12;
const TIMERS_FIRST = 13;

export class Cpu {
  readonly kernel: Kernel;
  /** Time spent on tasks and collections since the start. */
  busyUs = 0;
  tasks = 0;
  collections = 0;
  queueDepthMax = 0;
  readonly #host: Host | undefined;
  readonly #collections: CpuOptions["collections"];
  readonly #seed32: number;
  readonly #entity: number;
  #queue = new Fifo<Task>();
  #freeAtUs = 0;
  #speed = 1;
  #turn: EventId = 0;
  #waitsForCore = false;
  #core = 0;
  #pausedAtUs = -1;
  #pauses = 0;
  #stopped = false;
  #collectAtBusyUs = Infinity;

  constructor(kernel: Kernel, options: CpuOptions = {}) {
    this.kernel = kernel;
    this.#host = options.host;
    this.#collections = options.collections;
    this.#seed32 = options.seed32 ?? 0;
    this.#entity = options.entity ?? 0;
    this.#planCollection();
  }

  get queueDepth(): number {
    return this.#queue.length;
  }

  get paused(): boolean {
    return this.#pausedAtUs >= 0;
  }

  /** When what the running task emits gets out: the end of its cost, or now if nothing is being paid for. */
  departureUs(): number {
    const now = this.kernel.now;
    return this.#freeAtUs > now ? Math.ceil(this.#freeAtUs) : now;
  }

  /** Runs `handler(arg)` as a task of this cost: at once (inside the caller's event) if the CPU is idle, else
   * in its turn. `isTimer` matters after a pause only. */
  run<A>(costUs: number, handler: Handler<A>, arg: A, isTimer = false): void {
    if (this.#stopped) return;
    if (this.#queue.length === 0 && this.#mayStart()) {
      this.#pay(costUs);
      handler(arg);
      return;
    }
    this.#queue.push({ costUs, handler: handler as Handler<never>, arg, isTimer });
    if (this.#queue.length > this.queueDepthMax) this.queueDepthMax = this.#queue.length;
    this.#planTurn();
  }

  /** More cost for the running task, known only while it runs (a frame it encodes). */
  charge(costUs: number): void {
    const chargedUs = costUs / this.#speed;
    this.busyUs += chargedUs;
    this.#freeAtUs = Math.max(this.#freeAtUs, this.kernel.now) + chargedUs;
    this.#host?.occupy(this.#core, this.#freeAtUs);
  }

  /** 1 = as calibrated, 0.1 = ten times slower; for what starts from now on. */
  setSpeed(factor: number): void {
    if (!(factor > 0)) throw new RangeError("a speed factor is above 0; use pause to stop");
    this.#speed = factor;
  }

  /** Nothing runs until resume; what comes in waits. What was emitted before has left. */
  pause(): void {
    if (this.paused || this.#stopped) return;
    this.#pausedAtUs = this.kernel.now;
    this.kernel.cancel(this.#turn);
    this.#turn = 0;
  }

  /** Goes on; a draw decides whether waiting timers or waiting frames run first. */
  resume(): void {
    if (!this.paused) return;
    const lastedUs = this.kernel.now - this.#pausedAtUs;
    if (this.#freeAtUs > this.#pausedAtUs) this.#freeAtUs += lastedUs;
    this.#pausedAtUs = -1;
    this.#pauses += 1;
    this.#orderAfterPause();
    this.#planTurn();
  }

  /** The process is dead: nothing queued or submitted runs any more. */
  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
    this.kernel.cancel(this.#turn);
    this.#turn = 0;
  }

  /** Called by the host when a core is free and this CPU is next in line for one. */
  onCore(): void {
    this.#waitsForCore = false;
    if (!this.paused && this.#freeAtUs <= this.kernel.now) this.#runNext();
    this.#planTurn();
  }

  /** Called by the event of the next task's turn. */
  onTurn(): void {
    this.#turn = 0;
    if (this.#mayStart()) this.#runNext();
    this.#planTurn();
  }

  #runNext(): void {
    const task = this.#queue.shift();
    if (task === undefined) return;
    this.#pay(task.costUs);
    task.handler(task.arg as never);
  }

  #mayStart(): boolean {
    if (this.paused || this.#freeAtUs > this.kernel.now || this.#waitsForCore) return false;
    return this.#host === undefined || this.#host.hasFreeCore();
  }

  #pay(costUs: number): void {
    let chargedUs = costUs / this.#speed;
    this.tasks += 1;
    if (this.busyUs + chargedUs >= this.#collectAtBusyUs) chargedUs += this.#collect();
    this.busyUs += chargedUs;
    this.#freeAtUs = this.kernel.now + chargedUs;
    if (this.#host !== undefined) this.#core = this.#host.take(this.#freeAtUs);
  }

  #planTurn(): void {
    if (this.#queue.length === 0 || this.#turn !== 0 || this.#waitsForCore) return;
    if (this.paused || this.#stopped) return;
    if (this.#freeAtUs > this.kernel.now || this.#host === undefined)
      this.#turn = this.kernel.at(this.departureUs(), LABELS.cpuTurn, takeTurn, this as Cpu);
    else {
      this.#waitsForCore = true;
      this.#host.await(this);
    }
  }

  #collect(): number {
    this.collections += 1;
    const u = keyed(this.#seed32, this.#entity, COLLECTION_PAUSE, this.collections);
    const pauseUs = quantile(this.#collections!.pauseUs, u);
    this.#planCollection();
    this.#collectAtBusyUs += pauseUs;
    return pauseUs;
  }

  #planCollection(): void {
    if (this.#collections === undefined) return;
    const u = keyed(this.#seed32, this.#entity, COLLECTION_WORK, this.collections);
    this.#collectAtBusyUs = this.busyUs + quantile(this.#collections.workUs, u);
  }

  #orderAfterPause(): void {
    const first = keyed(this.#seed32, this.#entity, TIMERS_FIRST, this.#pauses) < 0.5;
    const ordered = new Fifo<Task>();
    const later: Task[] = [];
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift())
      if (task.isTimer === first) ordered.push(task);
      else later.push(task);
    for (const task of later) ordered.push(task);
    this.#queue = ordered;
  }
}

function takeTurn(cpu: Cpu): void {
  cpu.onTurn();
}
