// Collects what the generator's honesty is judged by: the workers' figures and those of this process.
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { GeneratorHealth, WorkerHealth } from "./contract.ts";
import { judgeGenerator } from "./generator-health.ts";
import type { WorkerFigures } from "./messages.ts";
import { openFiles, openFilesMax } from "./open-files.ts";
import { delayMs, LOOP_SAMPLE_MS } from "./worker-probe.ts";

export class HealthWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS });
  readonly #filesMax = openFilesMax();
  #cpu = process.cpuUsage();
  #beganMs = performance.now();
  #lagMaxMs = 0;

  begin(): void {
    this.#delay.enable();
    this.#cpu = process.cpuUsage();
    this.#beganMs = performance.now();
    this.#lagMaxMs = 0;
  }

  lagIs(lagMs: number): void {
    if (lagMs > this.#lagMaxMs) this.#lagMaxMs = lagMs;
  }

  health(figures: readonly (WorkerFigures | undefined)[]): GeneratorHealth {
    const known = figures.filter((each) => each !== undefined);
    const workers: WorkerHealth[] = known.map(({ lateOrders: _, ...each }, worker) => ({
      worker,
      ...each,
    }));
    const { user, system } = process.cpuUsage(this.#cpu);
    const measured = {
      workers,
      mainLoopDelayP99Ms: delayMs(this.#delay.percentile(99)),
      mainLoopDelayMaxMs: delayMs(this.#delay.max),
      cpuShare: (user + system) / 1000 / Math.max(1, performance.now() - this.#beganMs),
      rssBytes: process.memoryUsage.rss(),
      openFiles: openFiles(),
      openFilesMax: this.#filesMax,
      lagMaxMs: this.#lagMaxMs,
    };
    const lateOrders = known.reduce((sum, each) => sum + each.lateOrders, 0);
    return { ...judgeGenerator({ ...measured, lateOrders }), ...measured };
  }

  close(): void {
    this.#delay.disable();
  }
}
