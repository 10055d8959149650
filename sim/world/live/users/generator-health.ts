// Whether the generator was honest: its own delays against documented bounds. Above them its latencies say more
// about the generator than about what it loads.
import type { GeneratorHealth, GeneratorVerdict, WorkerHealth } from "./contract.ts";

export interface HealthBounds {
  readonly slipP99Ms: number;
  readonly slipMaxMs: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  readonly lagMs: number;
  /** Of the files that the process may open. */
  readonly openFilesShare: number;
  /** Of a worker's time. */
  readonly busy: number;
}

/** Up to here a generator is valid. */
export const VALID_UP_TO: HealthBounds = {
  slipP99Ms: 10,
  slipMaxMs: 250,
  loopDelayP99Ms: 20,
  loopDelayMaxMs: 250,
  lagMs: 2_000,
  openFilesShare: 0.8,
  busy: 0.85,
};

/** Up to here it is degraded: its times are good to about these figures. Above it is invalid. */
export const DEGRADED_UP_TO: HealthBounds = {
  slipP99Ms: 50,
  slipMaxMs: 1_000,
  loopDelayP99Ms: 100,
  loopDelayMaxMs: 1_000,
  lagMs: 5_000,
  openFilesShare: 0.95,
  busy: 1.01,
};

interface Figure {
  readonly of: keyof HealthBounds;
  readonly value: number;
  readonly text: string;
}

export type MeasuredHealth = Omit<GeneratorHealth, "verdict" | "why"> & {
  readonly lateOrders: number;
};

export function judgeGenerator(measured: MeasuredHealth): {
  readonly verdict: GeneratorVerdict;
  readonly why: string;
} {
  if (measured.lateOrders > 0)
    return {
      verdict: "invalid",
      why: "a worker was so late that it no longer plays the same plan as the others",
    };
  const figures = figuresOf(measured);
  for (const [verdict, bounds] of [
    ["invalid", DEGRADED_UP_TO],
    ["degraded", VALID_UP_TO],
  ] as const)
    for (const { of, value, text } of figures)
      if (value > bounds[of]) return { verdict, why: `${text}, above ${shown(of, bounds[of])}` };
  return { verdict: "valid", why: figures[0]!.text };
}

function figuresOf(measured: MeasuredHealth): readonly Figure[] {
  const { workers } = measured;
  const most = (of: (worker: WorkerHealth) => number): number =>
    workers.reduce((max, worker) => Math.max(max, of(worker)), 0);
  const figure = (of: keyof HealthBounds, value: number, what: string): Figure => ({
    of,
    value,
    text: `${what} ${shown(of, value)}`,
  });
  const { openFiles, openFilesMax } = measured;
  return [
    figure(
      "slipP99Ms",
      most((worker) => worker.slipP99Ms),
      "p99 of how late actions began",
    ),
    figure(
      "slipMaxMs",
      most((worker) => worker.slipMaxMs),
      "the latest action began late by",
    ),
    figure(
      "loopDelayP99Ms",
      most((worker) => worker.loopDelayP99Ms),
      "p99 of event-loop delay",
    ),
    figure(
      "loopDelayMaxMs",
      most((worker) => worker.loopDelayMaxMs),
      "longest event-loop delay",
    ),
    figure("lagMs", measured.lagMaxMs, "the merged history was behind by"),
    figure("openFilesShare", openFiles / openFilesMax, "share of files that may be open"),
    figure(
      "busy",
      most((worker) => worker.busy),
      "share of its time that a worker was busy",
    ),
  ];
}

function shown(of: keyof HealthBounds, value: number): string {
  if (of === "busy" || of === "openFilesShare") return `${(value * 100).toFixed(1)} %`;
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
