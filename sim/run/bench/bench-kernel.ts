// How fast the kernel alone is: the hold model at three sizes, and a queue of async customers. Figures are
// events a second of wall time from built code on one core; the messenger's own cost is not in them.

import { Fifo } from "../../kernel/fifo.ts";
import { Kernel, type EventId } from "../../kernel/kernel.ts";
import { LABELS } from "../../kernel/labels.ts";
import { log } from "../../kernel/math.ts";
import { keyed } from "../../kernel/random.ts";
import type { AnyConnection, Connection, ConnectionHandler } from "../../net/connection.ts";
import { Cpu } from "../../net/cpu.ts";
import { Network } from "../../net/network.ts";
import { hostKernelOptions } from "../kernel-host.ts";

export interface Bench {
  readonly name: string;
  readonly unit: string;
  readonly method: string;
  run(): Promise<number>;
}

const HOLD_METHOD =
  "hold model: each event schedules its successor after an exponential delay (mean 1 s), one in four " +
  "resumes an async function, trace hash on; events per wall second";

export const benches: readonly Bench[] = [
  {
    name: "kernel_events_1k",
    unit: "events/s",
    method: HOLD_METHOD,
    run: () => hold(1_000, 4_000_000),
  },
  {
    name: "kernel_events_100k",
    unit: "events/s",
    method: HOLD_METHOD,
    run: () => hold(100_000, 4_000_000),
  },
  {
    name: "kernel_events_1m",
    unit: "events/s",
    method: HOLD_METHOD,
    run: () => hold(1_000_000, 6_000_000),
  },
  {
    name: "kernel_mm1",
    unit: "events/s",
    method:
      "M/M/1 at lambda 0.9, mu 1 a millisecond: a million customers, each an async function that waits for the server and " +
      "for its service; trace hash on, a tenth as many before as warm-up; events per wall second",
    run: () => queueOfCustomers(1_000_000),
  },
  {
    name: "network_messages_100k",
    unit: "messages/s",
    method:
      "100,000 open connections, each sending one message a second (lognormal latency) that the server's " +
      "virtual CPU answers; messages in both directions per wall second",
    run: () => echoes(100_000, 3),
  },
];

class HoldModel {
  readonly kernel: Kernel;
  readonly #delaysUs: Int32Array;
  readonly #wake: (() => void)[] = [];
  #draw = 0;

  constructor(kernel: Kernel, pending: number) {
    this.kernel = kernel;
    this.#delaysUs = new Int32Array(65536);
    for (let i = 0; i < this.#delaysUs.length; i++)
      this.#delaysUs[i] = Math.round(-1_000_000 * log(1 - keyed(1, i, 0, 0)));
    for (let i = 0; i < 64; i++) void this.#sleeper(i);
    for (let i = 0; i < pending; i++) this.#schedule(i);
  }

  hold(which: number): void {
    this.#schedule(which);
    if ((which & 3) !== 0) return;
    const wake = this.#wake[(which >> 2) & 63];
    if (wake === undefined) throw new Error("a sleeper was not asleep");
    this.kernel.touched();
    wake();
  }

  #schedule(which: number): EventId {
    this.#draw = (this.#draw + 1) & 65535;
    const delayUs = this.#delaysUs[this.#draw]!;
    return this.kernel.after(delayUs, LABELS.timer, this.#handler, which);
  }

  readonly #handler = (which: number): void => this.hold(which);

  async #sleeper(place: number): Promise<void> {
    for (;;)
      await new Promise<void>((resolve) => {
        this.#wake[place] = resolve;
      });
  }
}

async function hold(pending: number, events: number): Promise<number> {
  const kernel = new Kernel(hostKernelOptions());
  const model = new HoldModel(kernel, pending);
  const stepUs = Math.max(1, Math.round((events / pending / 4) * 1_000_000));
  await model.kernel.run(kernel.now + Math.ceil(stepUs / 4)); // warm-up
  const before = kernel.events;
  const start = process.hrtime.bigint();
  while (kernel.events - before < events) await kernel.run(kernel.now + stepUs);
  return rate(kernel.events - before, start);
}

class Server {
  readonly kernel: Kernel;
  readonly #waiting = new Fifo<() => void>();
  #served = 0;
  #busy = false;
  #arrived = 0;
  readonly #customers: number;
  readonly #drawsUs: Int32Array;

  constructor(kernel: Kernel, customers: number) {
    this.kernel = kernel;
    this.#customers = customers;
    this.#drawsUs = new Int32Array(131072);
    for (let i = 0; i < this.#drawsUs.length; i++)
      this.#drawsUs[i] = Math.round(-1_000 * log(1 - keyed(2, i, 0, 0)));
  }

  arrive(): void {
    this.#arrived += 1;
    this.kernel.touched();
    void this.#customer(this.#arrived);
    if (this.#arrived < this.#customers)
      this.kernel.after(
        Math.round(this.#drawsUs[(2 * this.#arrived) & 131071]! / 0.9),
        LABELS.userAction,
        this.#onArrival,
        undefined,
      );
  }

  readonly #onArrival = (): void => this.arrive();

  async #customer(number: number): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy = true;
    await this.#sleep(this.#drawsUs[(2 * number + 1) & 131071]!);
    this.#busy = false;
    this.#served += 1;
    const next = this.#waiting.shift();
    if (next !== undefined) {
      this.#busy = true;
      next();
    }
  }

  #sleep(us: number): Promise<void> {
    return new Promise((resolve) => {
      this.kernel.after(us, LABELS.timer, this.#onWake, resolve);
    });
  }

  readonly #onWake = (resolve: () => void): void => {
    this.kernel.touched();
    resolve();
  };
}

async function queueOfCustomers(customers: number): Promise<number> {
  await serve(customers / 10); // warm-up
  return serve(customers);
}

async function serve(customers: number): Promise<number> {
  const kernel = new Kernel(hostKernelOptions());
  const server = new Server(kernel, customers);
  server.arrive();
  const start = process.hrtime.bigint();
  await kernel.run(Number.MAX_SAFE_INTEGER);
  return rate(kernel.events, start);
}

/** The server's side of every connection, and the client's. */
class Echo {
  messages = 0;
  readonly kernel: Kernel;
  readonly cpu: Cpu;
  readonly server: ConnectionHandler<number>;
  readonly client: ConnectionHandler<number>;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.cpu = new Cpu(kernel);
    const onClose = (): never => {
      throw new Error("a connection of the benchmark ended");
    };
    const answer = (connection: AnyConnection): void => {
      (connection as Connection<never, number>).send(1, 1, 100, this.cpu.departureUs());
    };
    const ask = (connection: AnyConnection): void => {
      (connection as Connection<number, never>).send(0, 1, 100);
    };
    this.server = {
      onMessage: (connection) => {
        this.messages += 1;
        this.cpu.run(2, answer, connection);
      },
      onClose,
    };
    this.client = {
      onOpen: ask,
      onMessage: (connection) => {
        this.messages += 1;
        kernel.after(1_000_000, LABELS.deviceTimer, ask, connection);
      },
      onClose,
    };
  }
}

async function echoes(connections: number, seconds: number): Promise<number> {
  const kernel = new Kernel(hostKernelOptions());
  const jitter = { dist: "lognormal", median: 200, p99: 2_000 } as const;
  const network = new Network(kernel, { seed32: 1, profile: () => ({ baseUs: 500, jitter }) });
  const echo = new Echo(kernel);
  network.listen<number>("node-1", { onConnect: (connection) => connection.accept(echo.server) });
  for (let i = 0; i < connections; i++) network.connect("users", "node-1", echo.client);
  await kernel.run(2_000_000); // warm-up
  const before = echo.messages;
  const start = process.hrtime.bigint();
  await kernel.run(kernel.now + seconds * 1_000_000);
  return rate(echo.messages - before, start);
}

function rate(events: number, start: bigint): number {
  return events / (Number(process.hrtime.bigint() - start) / 1e9);
}
