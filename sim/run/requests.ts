// What is asked of a run, and what it tells while it goes on. The command line fills these in and reads them;
// it has no logic of its own.
import type { Baseline } from "../measure/baseline.ts";
import type { EventRecorder } from "../kernel/recorder.ts";
import type { RuleId, Violation } from "../history/checker.ts";
import type { HistoryListener } from "../history/history.ts";
import type { Profile } from "../scenario/profile-types.ts";
import type { ResolvedScenario, ScriptAction } from "../scenario/types.ts";
import type { TraceListener } from "../world/node-trace.ts";

export interface RunRequest {
  /** Already resolved, swarm included; `seed` and `bug` are part of it. */
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  /** The file as written, for places in messages. */
  readonly scenarioFile: string;
  /** How the run can be run again, for its reports. */
  readonly command?: string;
  /** What `vs baseline` is compared with; without it such a threshold stays unknown. */
  readonly baseline?: Baseline;
  /** One of many seeds: latencies against the baseline are judged over all of them, not here. */
  readonly oneOfMany?: true;
  /** Nobody will read how fast it was: no metrics but those that thresholds ask of rules, no series. */
  readonly unmeasured?: true;
  readonly onProgress?: (progress: Progress) => void;
  /** Polled between slices of virtual time: a true value ends the run cleanly with a partial result. */
  readonly interrupted?: () => boolean;
  /** Lines of the history as NDJSON; kept only where asked for. */
  readonly onHistoryLine?: (line: string) => void;
  /** Hears the history beside the checkers. */
  readonly listener?: HistoryListener;
  /** Told what people do, as a script that would have them do the same. */
  readonly onAction?: (action: ScriptAction) => void;
  readonly onTraceLine?: (line: string) => void;
  /** Hears the nodes' trace events, as they are. */
  readonly traceListener?: TraceListener;
  /** Queue of the kernel: the slow reference gives the same hash. */
  readonly queue?: "wheel" | "reference";
  /** "always": microtasks drain after every event; a different hash betrays a forgotten `touched`. */
  readonly drain?: "touched" | "always";
  readonly onDigest?: (eventIndex: number, lo: number, hi: number) => void;
  readonly recorder?: EventRecorder;
  /** Violations of an earlier run of the same seed: their messages' lives are gathered. */
  readonly explain?: readonly Violation[];
  /** Stops as soon as this rule is broken (hunting bugs) instead of at the end. */
  readonly stopWhenBroken?: RuleId;
}

export interface Progress {
  readonly phase: string;
  readonly virtualUs: number;
  readonly totalUs: number;
  readonly wallMs: number;
  readonly online: number;
  /** Messages sent a virtual second, over the last slice. */
  readonly ratePerS: number;
  /** Delivery, over the run so far; null before the first. */
  readonly p99Ms: number | null;
  readonly faultsActive: readonly string[];
}
