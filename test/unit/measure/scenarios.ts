// The smallest scenario that measuring needs, for its tests.
import type { Fault, ResolvedScenario, Threshold } from "../../../sim/scenario/types.ts";

export const SECOND = 1_000_000;

export interface Wanted {
  readonly faults?: readonly Fault[];
  readonly thresholds?: readonly Threshold[];
}

/** 10 s warm-up, then 60 s that count. */
export function scenarioWith({ faults = [], thresholds = [] }: Wanted): ResolvedScenario {
  return {
    name: "measured",
    title: "measured",
    seed: 1,
    profile: "lan",
    swarm: false,
    cluster: { nodes: 2, balancer: "round-robin", encodeFrames: false },
    population: { users: 10, friendsPerUser: { dist: "constant", value: 2 } },
    phases: [
      {
        name: "warmup",
        startUs: 0,
        durationUs: 10 * SECOND,
        warmup: true,
        messages: { ratePerS: 1, process: "constant" },
      },
      {
        name: "steady",
        startUs: 10 * SECOND,
        durationUs: 60 * SECOND,
        warmup: false,
        messages: { ratePerS: 1, process: "constant" },
      },
    ],
    behaviour: {
      bodyBytes: { dist: "constant", value: 80 },
      readAfterUs: { dist: "constant", value: SECOND },
      attachments: [],
      freshDevice: 0,
      befriendPerS: 0,
      historyPerS: 0,
      searchPerS: 0,
    },
    faults,
    thresholds,
  };
}

export function thresholdOn(
  metric: string,
  expression: string,
  parts: Partial<Threshold> & Pick<Threshold, "aggregate" | "value">,
): Threshold {
  return {
    metric,
    name: metric.split("{")[0]!,
    tags: {},
    expression,
    op: "<",
    abortOnFail: false,
    delayAbortEvalUs: 0,
    ...parts,
  };
}
