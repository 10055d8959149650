// Ports of simulated stores for tests: virtual time runs while a call waits for its end, and stands still
// otherwise.
import type { BlobBody } from "../../server/ports/blob-store.ts";
import type { Distribution } from "../../sim/kernel/distribution.ts";
import { Kernel } from "../../sim/kernel/kernel.ts";
import { Streams } from "../../sim/kernel/random.ts";
import { Cpu } from "../../sim/net/cpu.ts";
import { Network } from "../../sim/net/network.ts";
import { hostKernelOptions } from "../../sim/run/kernel-host.ts";
import {
  createSimulatedStores,
  type NodeStorePorts,
  type SimulatedStores,
  type SimulatedStoresOptions,
} from "../../sim/stores/simulated-stores.ts";
import type { StoreProfile, StoreServiceProfile } from "../../sim/stores/store-profile.ts";

const WAIT_US_MAX = 300_000_000;

export interface DescribedBody extends BlobBody {
  readonly sha256: string;
}

export function body(bytes: number, sha256: string): DescribedBody {
  return { bytes, sha256 };
}

export function checksumOf(described: BlobBody): string {
  return (described as DescribedBody).sha256;
}

export const TEST_PROFILE: StoreProfile = {
  redis: service(1, { dist: "lognormal", median: 60, p99: 400 }),
  cassandra: service(32, { dist: "lognormal", median: 800, p99: 6_000 }),
  s3: service(64, { dist: "lognormal", median: 12_000, p99: 80_000 }),
  vault: service(8, { dist: "constant", value: 300 }),
};

function service(concurrency: number, serviceUs: Distribution): StoreServiceProfile {
  return { concurrency, serviceUs, itemUs: 5, kibUs: 2, nodeReplyUs: 8 };
}

/** One node, all stores, one kernel. */
export class SimulatedWorld {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly stores: SimulatedStores;
  readonly cpu: Cpu;
  readonly incarnation: { alive: boolean; diedAtUs?: number } = { alive: true };
  /** Settle only while the kernel runs; `driven` gives the same ports with the running done. */
  readonly ports: NodeStorePorts;
  #waiting = 0;
  #running = false;

  constructor(
    seed = 1,
    options: Partial<SimulatedStoresOptions> = {},
    queue: "wheel" | "reference" = "wheel",
  ) {
    this.kernel = new Kernel({ ...hostKernelOptions(), queue });
    const streams = new Streams(seed);
    const keys = streams.stream("keys");
    this.network = new Network(this.kernel, {
      seed32: streams.seed32("network"),
      profile: () => ({ baseUs: 200, jitter: { dist: "exponential", mean: 50 } }),
    });
    this.stores = createSimulatedStores(this.kernel, this.network, TEST_PROFILE, {
      seed32: streams.seed32("stores"),
      epochMs: 1_767_225_600_000,
      id48: () => keys.uint32() * 65536 + keys.int(0, 65535),
      checksumOf,
      damage: ({ bytes }) => body(bytes, "damaged"),
      ...options,
    });
    this.cpu = new Cpu(this.kernel);
    this.ports = this.stores.portsFor("node-1", this.cpu, this.incarnation);
  }

  /** Runs virtual time until the promise has settled; many at once are one run. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    this.#waiting += 1;
    const settled = promise.finally(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.kernel.stop();
    });
    if (this.#running) return settled;
    this.#running = true;
    const giveUpUs = this.kernel.now + WAIT_US_MAX;
    try {
      while (this.#waiting > 0) {
        if (this.kernel.now >= giveUpUs) throw new Error("a call has not ended after 300 s");
        await this.kernel.run(this.kernel.now + 1_000_000);
      }
    } finally {
      this.#running = false;
    }
    return settled;
  }

  async advance(ms: number): Promise<void> {
    await this.kernel.run(this.kernel.now + ms * 1000);
  }

  /** The port, each of whose promises is driven to its end. */
  driven<P extends object>(port: P): P {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(member, target, args);
          return answer instanceof Promise ? this.drive(answer) : answer;
        };
      },
    });
  }
}
