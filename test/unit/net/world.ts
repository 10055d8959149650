// A kernel, a network with plain latencies, and handlers that write down what they see.

import { Kernel } from "../../../sim/kernel/kernel.ts";
import type { AnyConnection, CloseCause, Connection } from "../../../sim/net/connection.ts";
import type { LinkProfile } from "../../../sim/net/link.ts";
import { Network } from "../../../sim/net/network.ts";

export const LATENCY_US = 1_000;

export function newKernel(): Kernel {
  return new Kernel({ macrotask: (callback) => void setImmediate(callback) });
}

export function newNetwork(kernel: Kernel, profile: Partial<LinkProfile> = {}): Network {
  return new Network(kernel, {
    seed32: 1,
    profile: () => ({ baseUs: LATENCY_US, ...profile }),
  });
}

/** Writes `time:what` of everything that happens to one side. */
export class Witness {
  readonly seen: string[] = [];
  readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  onOpen(): void {
    this.note("open");
  }

  onMessage(_connection: AnyConnection, message: string): void {
    this.note(message);
  }

  onClose(_connection: AnyConnection, cause: CloseCause, code: number): void {
    this.note(`${cause} ${code}`);
  }

  note(what: string): void {
    this.seen.push(`${this.kernel.now}:${what}`);
  }

  /** What was seen, without the times. */
  get what(): string[] {
    return this.seen.map((line) => line.slice(line.indexOf(":") + 1));
  }
}

/** A connection from "users" to "node-1" that is open on both sides, 2 ms after the start. */
export class Pair {
  readonly kernel = newKernel();
  readonly network: Network;
  readonly dialer = new Witness(this.kernel);
  readonly acceptor = new Witness(this.kernel);
  readonly connection: Connection<string, string>;

  constructor(profile: Partial<LinkProfile> = {}) {
    this.network = newNetwork(this.kernel, profile);
    this.network.listen<string>("node-1", {
      onConnect: (connection) => void connection.accept(this.acceptor),
    });
    this.connection = this.network.connect<string, string>("users", "node-1", this.dialer);
  }

  async open(): Promise<void> {
    await this.run(2 * LATENCY_US);
    this.dialer.seen.length = 0;
  }

  run(us: number): Promise<void> {
    return this.kernel.run(this.kernel.now + us);
  }
}
