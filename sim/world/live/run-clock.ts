// Time of a live run: microseconds since t = 0 by the machine's monotonic clock, which all processes of a host
// share, and the wall clock at t = 0.

export interface RunClock {
  /** hrtime at t = 0; may lie in the near future while everything is made ready. */
  readonly startedNs: bigint;
  /** Wall clock at t = 0, milliseconds. */
  readonly epochMs: number;
  /** Whole microseconds since t = 0; negative before it. */
  nowUs(): number;
}

/** t = 0 lies `inMs` from now. */
export function startClock(inMs: number): RunClock {
  const startedNs = process.hrtime.bigint() + BigInt(Math.round(inMs)) * 1_000_000n;
  const epochMs = Date.now() + Math.round(inMs);
  return {
    startedNs,
    epochMs,
    nowUs: () => Number((process.hrtime.bigint() - startedNs) / 1000n),
  };
}
