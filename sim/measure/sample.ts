// What a world shows once a second beside the history: the raw material of gauges and resource series.

export interface NodeSample {
  readonly sessions: number;
  /** Share of one core in use over the second. */
  readonly cpu: number;
  /** How long a task that came now would wait for the processor. */
  readonly queueDelayMs: number;
  /** Tasks that wait. */
  readonly queue: number;
  readonly up: boolean;
}

export interface StoreSample {
  readonly store: string;
  /** Calls over the second. */
  readonly calls: number;
  /** Calls that wait for service. */
  readonly queue: number;
}

export interface WorldSample {
  readonly nodes: readonly NodeSample[];
  readonly stores: readonly StoreSample[];
  /** Frames over the second, both ways. */
  readonly frames: number;
  /** How many people mean to be online. */
  readonly online: number;
}
