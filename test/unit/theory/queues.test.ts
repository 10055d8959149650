// The simulator against queueing theory: mean waits of stations whose answers are known exactly must lie in
// the 99% confidence interval of one long run, and that interval must be narrow enough to mean something.

import { describe, expect, it } from "vitest";
import { sample, type Distribution } from "../../../sim/kernel/distribution.ts";
import { Kernel } from "../../../sim/kernel/kernel.ts";
import { LABELS } from "../../../sim/kernel/labels.ts";
import { Streams, type Stream } from "../../../sim/kernel/random.ts";
import { Cpu } from "../../../sim/net/cpu.ts";
import { Service } from "../../../sim/net/service.ts";
import { estimateMean, type Estimate } from "./estimate.ts";

const MEAN_SERVICE_US = 10_000;

interface Station {
  readonly servers: number;
  readonly service: Distribution;
}

interface Customer {
  readonly stage: number;
  readonly arrivedUs: number;
  readonly serviceUs: number;
}

/** Poisson arrivals through stations in a row; the wait at each (without service) of every customer. */
class Line {
  readonly kernel = new Kernel({ macrotask: (callback) => void setImmediate(callback) });
  readonly waitsUs: number[][];
  readonly #stations: readonly Station[];
  readonly #services: readonly Service[];
  readonly #arrivals: Stream;
  readonly #lengths: readonly Stream[];
  readonly #meanGapUs: number;
  #left: number;

  constructor(seed: number, stations: readonly Station[], meanGapUs: number, customers: number) {
    const streams = new Streams(seed);
    this.#stations = stations;
    this.#services = stations.map(
      ({ servers }) => new Service(this.kernel, { concurrency: servers }),
    );
    this.waitsUs = stations.map(() => []);
    this.#arrivals = streams.stream("arrivals");
    this.#lengths = stations.map((_, stage) => streams.stream(`service-${stage}`));
    this.#meanGapUs = meanGapUs;
    this.#left = customers;
  }

  async run(): Promise<Estimate[]> {
    this.#arrive();
    await this.kernel.run(Number.MAX_SAFE_INTEGER);
    return this.waitsUs.map(estimateMean);
  }

  readonly #arrive = (): void => {
    this.#enter(0);
    this.#left -= 1;
    if (this.#left === 0) return;
    const gapUs = Math.round(this.#arrivals.exponential(this.#meanGapUs));
    this.kernel.after(gapUs, LABELS.userAction, this.#arrive, undefined);
  };

  #enter(stage: number): void {
    const station = this.#stations[stage];
    if (station === undefined) return;
    const serviceUs = Math.round(sample(station.service, this.#lengths[stage]!));
    const customer: Customer = { stage, arrivedUs: this.kernel.now, serviceUs };
    this.#services[stage]!.submit(serviceUs, LABELS.serviceDone, this.#leave, customer);
  }

  readonly #leave = (customer: Customer): void => {
    const waitUs = this.kernel.now - customer.arrivedUs - customer.serviceUs;
    this.waitsUs[customer.stage]!.push(waitUs);
    this.#enter(customer.stage + 1);
  };
}

function expectCovers(estimate: Estimate, exactUs: number): void {
  expect(Math.abs(estimate.mean - exactUs)).toBeLessThan(estimate.halfWidth);
  expect(estimate.halfWidth).toBeLessThan(exactUs / 5);
}

/** Erlang's C: the share of customers who have to wait in M/M/k at offered load a. */
function erlangC(k: number, a: number): number {
  let blocking = 1; // Erlang's B by recursion
  for (let i = 1; i <= k; i++) blocking = (a * blocking) / (i + a * blocking);
  return blocking / (1 - (a / k) * (1 - blocking));
}

const exponential: Distribution = { dist: "exponential", mean: MEAN_SERVICE_US };

describe("mean waits", () => {
  it("of M/M/1 at 50% and 80% load", async () => {
    for (const load of [0.5, 0.8]) {
      const line = new Line(
        1,
        [{ servers: 1, service: exponential }],
        MEAN_SERVICE_US / load,
        200_000,
      );
      const [wait] = await line.run();
      expectCovers(wait!, (load / (1 - load)) * MEAN_SERVICE_US);
    }
  });

  it("of M/M/k with 4 servers at 80% load", async () => {
    const station: Station = { servers: 4, service: exponential };
    const line = new Line(2, [station], MEAN_SERVICE_US / 3.2, 200_000);
    const [wait] = await line.run();
    expectCovers(wait!, (erlangC(4, 3.2) * MEAN_SERVICE_US) / (4 - 3.2));
  });

  it("of M/G/1 (Pollaczek and Khinchine) with constant, uniform and two-valued service", async () => {
    const load = 0.7;
    const services: [Distribution, secondMoment: number][] = [
      [{ dist: "constant", value: 10_000 }, 1e8],
      [{ dist: "uniform", min: 0, max: 20_000 }, 4e8 / 3],
      [
        {
          dist: "empirical",
          values: [
            [5_000, 9],
            [55_000, 1],
          ],
        },
        0.9 * 25e6 + 0.1 * 3025e6,
      ],
    ];
    for (const [service, secondMoment] of services) {
      const gapUs = MEAN_SERVICE_US / load;
      const line = new Line(3, [{ servers: 1, service }], gapUs, 150_000);
      const [wait] = await line.run();
      expectCovers(wait!, secondMoment / gapUs / (2 * (1 - load)));
    }
  });

  it("of a node's CPU under Poisson tasks (M/M/1), and its share of time is the load", async () => {
    const kernel = new Kernel({ macrotask: (callback) => void setImmediate(callback) });
    const cpu = new Cpu(kernel);
    const streams = new Streams(5);
    const gaps = streams.stream("gaps");
    const costs = streams.stream("costs");
    const waitsUs: number[] = [];
    const start = (arrivedUs: number): void => void waitsUs.push(kernel.now - arrivedUs);
    const arrive = (): void => {
      cpu.run(costs.exponential(MEAN_SERVICE_US), start, kernel.now);
      if (cpu.tasks + cpu.queueDepth < 200_000)
        kernel.after(Math.round(gaps.exponential(MEAN_SERVICE_US / 0.7)), 1, arrive, undefined);
    };
    arrive();
    await kernel.run(3_000_000_000_000);
    const lastUs = (200_000 * MEAN_SERVICE_US) / 0.7;
    expectCovers(estimateMean(waitsUs), (0.7 / 0.3) * MEAN_SERVICE_US);
    expect(cpu.busyUs / lastUs).toBeCloseTo(0.7, 1);
  });

  it("of two M/M/1 stations in a row (Jackson): each as if it stood alone", async () => {
    const fast: Distribution = { dist: "exponential", mean: MEAN_SERVICE_US / 2 };
    const stations: Station[] = [
      { servers: 1, service: exponential },
      { servers: 1, service: fast },
    ];
    const gapUs = MEAN_SERVICE_US / 0.75;
    const [first, second] = await new Line(4, stations, gapUs, 200_000).run();
    expectCovers(first!, 3 * MEAN_SERVICE_US);
    expectCovers(second!, (0.375 / 0.625) * (MEAN_SERVICE_US / 2));
  });
});
