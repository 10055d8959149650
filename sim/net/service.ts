// A station of a queueing network: k servers behind one FIFO queue. It decides when a job is done; how long
// one takes and what it does is the caller's. Stores and shared devices are built on it. Two ways in: `submit`,
// whose job waits and is done by an event and obeys every pause, and, while nothing disturbs the station,
// `book`, which only says when the job will start.

import { Fifo } from "../kernel/fifo.ts";
import type { EventId, Handler, Kernel } from "../kernel/kernel.ts";
import { Bookings } from "./bookings.ts";

export interface ServiceOptions {
  /** How many jobs are served at the same time. */
  readonly concurrency: number;
}

interface Job {
  readonly service: Service;
  readonly label: number;
  readonly handler: Handler<never>;
  readonly arg: unknown;
  /** What is still to be served at full speed. */
  workUs: number;
  doneAtUs: number;
  event: EventId;
  /** Its place among the jobs in service. */
  place: number;
}

export class Service {
  readonly kernel: Kernel;
  submitted = 0;
  completed = 0;
  dropped = 0;
  queueDepthMax = 0;
  readonly #concurrency: number;
  readonly #queue = new Fifo<Job>();
  readonly #serving: Job[] = [];
  readonly #bookings: Bookings;
  #speed = 1;
  #paused = false;
  #busyServerUs = 0;
  #countedToUs = 0;

  constructor(kernel: Kernel, options: ServiceOptions) {
    if (!(options.concurrency >= 1)) throw new RangeError("a service wants at least one server");
    this.kernel = kernel;
    this.#concurrency = options.concurrency;
    this.#bookings = new Bookings(options.concurrency);
    this.#countedToUs = kernel.now;
  }

  /** Jobs waiting, without those in service. */
  get queueDepth(): number {
    return this.#queue.length + this.#bookings.waiting(this.kernel.now);
  }

  /** Full speed, no pause, and every job that was submitted is done: what starts when is known ahead. */
  get foreseeable(): boolean {
    return this.#speed === 1 && !this.#paused && this.#serving.length + this.#queue.length === 0;
  }

  /** When a job of this length starts that arrives now; only while `foreseeable`. Once booked it is served,
   * whatever happens to the station. Jobs submitted later do not wait for those booked before. */
  book(serviceTimeUs: number): number {
    this.submitted += 1;
    this.completed += 1;
    this.#busyServerUs += serviceTimeUs;
    return this.#bookings.book(this.kernel.now, serviceTimeUs);
  }

  get serving(): number {
    return this.#serving.length;
  }

  /** Serves a job of this length after those before it, then calls `handler(arg)`. */
  submit<A>(serviceTimeUs: number, label: number, handler: Handler<A>, arg: A): void {
    this.submitted += 1;
    const job: Job = {
      service: this,
      label,
      handler: handler as Handler<never>,
      arg,
      workUs: serviceTimeUs,
      doneAtUs: 0,
      event: 0,
      place: 0,
    };
    if (!this.#paused && this.#serving.length < this.#concurrency) {
      this.#start(job);
      return;
    }
    this.#queue.push(job);
    if (this.#queue.length > this.queueDepthMax) this.queueDepthMax = this.#queue.length;
  }

  /** 1 = as calibrated, 0.1 = ten times slower; for jobs that start from now on. */
  setSpeed(factor: number): void {
    if (!(factor > 0)) throw new RangeError("a speed factor is above 0; use pause to stop");
    this.#speed = factor;
  }

  /** Nothing is served until resume; new jobs queue. */
  pause(): void {
    if (this.#paused) return;
    this.#count();
    this.#paused = true;
    for (const job of this.#serving) {
      this.kernel.cancel(job.event);
      job.doneAtUs -= this.kernel.now; // what is left, while paused
    }
  }

  resume(): void {
    if (!this.#paused) return;
    this.#count();
    this.#paused = false;
    for (const job of this.#serving) this.#schedule(job, job.doneAtUs);
    this.#fill();
  }

  /** Everything queued or in service is lost without an answer. Returns how many jobs that were. */
  restart(): number {
    this.#count();
    const lost = this.#queue.length + this.#serving.length;
    if (!this.#paused) for (const job of this.#serving) this.kernel.cancel(job.event);
    this.#serving.length = 0;
    this.#queue.clear();
    this.dropped += lost;
    return lost;
  }

  /** Server time used since the start, in us: two servers busy for 1 s are 2,000,000. */
  busyUs(): number {
    this.#count();
    return this.#busyServerUs;
  }

  /** The share of all servers' time used since `sinceUs`, given what busyUs() was then. */
  utilisation(sinceUs: number, busyUsThen: number): number {
    const spanUs = (this.kernel.now - sinceUs) * this.#concurrency;
    return spanUs > 0 ? (this.busyUs() - busyUsThen) / spanUs : 0;
  }

  #start(job: Job): void {
    this.#count();
    job.place = this.#serving.length;
    this.#serving.push(job);
    this.#schedule(job, Math.ceil(job.workUs / this.#speed));
  }

  #schedule(job: Job, leftUs: number): void {
    job.doneAtUs = this.kernel.now + leftUs;
    job.event = this.kernel.at(job.doneAtUs, job.label, finishJob, job);
  }

  /** Called by the event that ends a job. */
  finish(job: Job): void {
    this.#count();
    const last = this.#serving.pop()!;
    if (last !== job) {
      last.place = job.place;
      this.#serving[job.place] = last;
    }
    this.completed += 1;
    this.#fill();
    job.handler(job.arg as never);
  }

  #fill(): void {
    while (this.#serving.length < this.#concurrency) {
      const job = this.#queue.shift();
      if (job === undefined) return;
      this.#start(job);
    }
  }

  #count(): void {
    const now = this.kernel.now;
    if (!this.#paused) this.#busyServerUs += (now - this.#countedToUs) * this.#serving.length;
    this.#countedToUs = now;
  }
}

function finishJob(job: Job): void {
  job.service.finish(job);
}
