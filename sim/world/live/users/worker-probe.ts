// How honest a worker's own work is: how late its intended actions begin, how long its event loop is held up.
import { createHistogram, monitorEventLoopDelay, performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { WorkerFigures } from "./messages.ts";

const SAMPLE_MS = 10;
const SLIP_US_MAX = 3_600_000_000;

export class WorkerProbe {
  readonly #slips = createHistogram({ lowest: 1, highest: SLIP_US_MAX, figures: 3 });
  readonly #delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  #utilization = performance.eventLoopUtilization();
  #lateOrders = 0;

  readonly slipped = (slipUs: number): void => {
    this.#slips.record(Math.max(1, Math.min(SLIP_US_MAX, Math.round(slipUs))));
  };

  /** What came before the population does not count. */
  begin(): void {
    this.#slips.reset();
    this.#delay.enable();
    this.#utilization = performance.eventLoopUtilization();
  }

  orderWasLate(): void {
    this.#lateOrders += 1;
  }

  /** `nappedUs`: sleep since the start of the thread that the event loop takes for work. */
  figures(sockets: number, nappedUs: number): WorkerFigures {
    const { active, idle } = performance.eventLoopUtilization(this.#utilization);
    const workedMs = Math.max(0, active - nappedUs / 1000);
    const slips = this.#slips;
    const delay = this.#delay;
    return {
      loopDelayP99Ms: delayMs(delay.percentile(99)),
      loopDelayMaxMs: delayMs(delay.max),
      slipP50Ms: slips.count === 0 ? 0 : slips.percentile(50) / 1000,
      slipP99Ms: slips.count === 0 ? 0 : slips.percentile(99) / 1000,
      slipMaxMs: slips.count === 0 ? 0 : slips.max / 1000,
      actions: slips.count,
      busy: active + idle > 0 ? workedMs / (active + idle) : 0,
      sockets,
      heapBytes: getHeapStatistics().used_heap_size,
      lateOrders: this.#lateOrders,
    };
  }

  close(): void {
    this.#delay.disable();
  }
}

/** Beyond the sampling period, which every sample contains. */
export function delayMs(ns: number): number {
  return Math.max(0, ns / 1e6 - SAMPLE_MS);
}

export const LOOP_SAMPLE_MS = SAMPLE_MS;
