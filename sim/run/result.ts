// What a run gives: one value that can be saved and fed to the report alone. Everything but `wallMs` and
// `environment` is equal for two equal simulated runs.
import type { RuleResult } from "../history/checker.ts";
import type { ResolvedScenario } from "../scenario/types.ts";

export type Metric =
  | {
      readonly type: "trend";
      readonly unit: "ms" | "MB/s" | "bytes";
      readonly values: Readonly<Record<string, number>>;
      readonly hdr?: string;
    }
  | {
      readonly type: "counter";
      readonly unit: string;
      readonly values: { readonly count: number; readonly rate: number };
    }
  | {
      readonly type: "gauge";
      readonly unit: string;
      readonly values: { readonly value: number; readonly min: number; readonly max: number };
    }
  | { readonly type: "rate"; readonly unit: "share"; readonly values: { readonly rate: number } };

export interface ThresholdResult {
  readonly metric: string;
  readonly threshold: string;
  /** null where it could not be judged. */
  readonly value: number | null;
  /** null: unknown (too few samples, no baseline). */
  readonly ok: boolean | null;
  readonly why?: string;
  readonly place?: string;
}

/** A column a metric, a row a second; null where nothing was measured. */
export interface Series {
  readonly secondUs: 1_000_000;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface FaultRecord {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  readonly beganUs: number;
  readonly endedUs: number | null;
}

export interface RunEvent {
  readonly t: number;
  readonly type: "phase" | "fault" | "reconnect" | "verdict" | "node" | "quiet";
  readonly text: string;
  readonly detail?: Readonly<Record<string, string | number>>;
}

/** One step in the life of a broken rule's message. lane: "user 17", "node-2", "cassandra". */
export interface LifeEvent {
  readonly t: number;
  readonly lane: string;
  /** Where an arrow from here goes. */
  readonly to?: string;
  readonly text: string;
  /** The step (its place in the list) whose arrow ends here: a frame's leaving, a call's beginning. */
  readonly from?: number;
  /** Absent: the message's own; "around": sessions, faults, nodes; "other": folded away. */
  readonly weight?: "around" | "other";
  /** What went wrong here, or is not known. */
  readonly tone?: "bad" | "unsure";
}

/** Something that lasts, on its lane. */
export interface LifeBar {
  readonly lane: string;
  readonly fromUs: number;
  /** null: to the end of the run. */
  readonly toUs: number | null;
  readonly kind: "session" | "down" | "fault" | "cut";
  readonly text: string;
}

/** From this time on the party of the lane takes `about` to be `value`. */
export interface Belief {
  readonly t: number;
  readonly lane: string;
  readonly about: string;
  readonly value: string;
}

/** Where what was done leaves what the order of the messenger demands. */
export interface Departure {
  readonly t: number;
  readonly lane: string;
  readonly expected: string;
  readonly happened: string;
}

/** One of the steps that every message goes through; `t` null: it was never reached. */
export interface LifeStep {
  readonly name: string;
  readonly t: number | null;
  readonly lane?: string;
  readonly text?: string;
}

export interface Life {
  readonly rule: string;
  readonly subject: string;
  readonly text: string;
  /** When the rule was found broken. */
  readonly brokenUs?: number;
  readonly events: readonly LifeEvent[];
  readonly bars?: readonly LifeBar[];
  readonly beliefs?: readonly Belief[];
  /** In the order of time; the first is where expectation and fact part. */
  readonly departures?: readonly Departure[];
  readonly steps?: readonly LifeStep[];
  /** What nobody could see of it, in words: of a live run what goes on between nodes and stores. */
  readonly unseen?: string;
}

export interface CoverageRow {
  readonly what: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** What one process of a live run came to. */
export interface ProcessUse {
  readonly name: string;
  readonly kind: "node" | "store" | "generator" | "proxies";
  readonly cpuSeconds: number;
  /** Of one core, in its busiest second. */
  readonly cpuShareMax: number;
  readonly rssBytesMax: number;
  /** Nodes only. */
  readonly loopDelayMsMax?: number;
  readonly gcSeconds?: number;
}

/** What a live run cost. Figures a message count everything that the run did, over its confirmed messages. */
export interface RunResources {
  readonly processes: readonly ProcessUse[];
  /** null where no message was confirmed. */
  readonly perMessage: {
    readonly messages: number;
    readonly nodeCpuUs: number | null;
    readonly redisCalls: number | null;
    readonly cassandraCalls: number | null;
    readonly s3Calls: number | null;
    readonly frames: number | null;
    readonly frameBytes: number | null;
    /** Ciphertext of messages to and from the store. */
    readonly storeBytes: number | null;
  };
}

export interface RunResult {
  readonly version: string;
  readonly scenario: ResolvedScenario;
  readonly seed: number;
  readonly mode: "simulated" | "live";
  readonly traceHash?: string;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly events: number;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly thresholds: readonly ThresholdResult[];
  readonly rules: readonly RuleResult[];
  readonly generator: { readonly verdict: "valid" | "degraded" | "invalid"; readonly why: string };
  readonly faults: readonly FaultRecord[];
  readonly runEvents: readonly RunEvent[];
  readonly series: Series;
  readonly lives: readonly Life[];
  /** Fault kinds, crash points, (port call x outcome): how often each was met. */
  readonly coverage: readonly CoverageRow[];
  /** Live runs only. */
  readonly resources?: RunResources;
  readonly interrupted: boolean;
  /** The command line that ran it, without what says where the files go; unknown where none did. */
  readonly command?: string;
  readonly exitCode: number;
  /** One line per cause of a non-zero exit code. */
  readonly causes: readonly string[];
}
