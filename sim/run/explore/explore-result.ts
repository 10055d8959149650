// What an exploration gives: one value, from which its page, its summary and its exit code are made.
import type { CoverageRow } from "../result.ts";

export interface FailedSeed {
  readonly seed: number;
  /** Why in a word: "MSG1", "timed out", "crashed", "defect", "determinism", "threshold". */
  readonly what: string;
  readonly causes: readonly string[];
  /** Where it was written down; only the first failures are. */
  readonly folder?: string;
  /** How it is seen again, and made smaller. */
  readonly commands: readonly string[];
}

export interface CanaryRun {
  readonly bug: string;
  readonly rule: string;
  readonly seed: number;
  readonly caught: boolean;
}

/** One thing that was to be met: a fault under an operation, a crash point, an end of a port call, a situation. */
export interface Cell {
  readonly name: string;
  readonly count: number;
  /** 0: counted, not demanded. */
  readonly wanted: number;
  /** What it is, or why it is not demanded. */
  readonly note?: string;
}

export interface CoverageTables {
  /** Columns of `faults`. */
  readonly operations: readonly string[];
  readonly faults: readonly { readonly row: string; readonly cells: readonly Cell[] }[];
  readonly situations: readonly Cell[];
  readonly crashPoints: readonly Cell[];
  readonly callEnds: readonly Cell[];
  readonly rules: readonly Cell[];
}

export interface ExploreResult {
  readonly version: string;
  readonly scenario: string;
  readonly title: string;
  /** Of the scenario as written, all defaults filled in. */
  readonly sha: string;
  readonly bug?: string;
  /** The run directory that was searched around. */
  readonly like?: string;
  readonly command: string;
  /** What was asked for, and what came to an end. */
  readonly asked: string;
  readonly seeds: string;
  readonly seedCount: number;
  readonly workers: number;
  readonly wallMs: number;
  readonly seedsPerHour: number;
  readonly events: number;
  readonly confirmed: number;
  readonly failedCount: number;
  /** Only the first are listed. */
  readonly failures: readonly FailedSeed[];
  readonly failedSeeds: string;
  /** Seeds of which a rule stayed unknown. */
  readonly inconclusive: readonly { readonly seed: number; readonly causes: readonly string[] }[];
  readonly canaries: readonly CanaryRun[];
  /** How often each pair of fault and operation was wanted; 0: too few seeds to judge what was left untried. */
  readonly wanted: number;
  readonly coverage: CoverageTables;
  readonly coverageRows: readonly CoverageRow[];
  readonly gaps: readonly string[];
  readonly interrupted: boolean;
  readonly exitCode: number;
  readonly causes: readonly string[];
}
