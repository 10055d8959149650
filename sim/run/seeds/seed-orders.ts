// What a worker of many seeds is told, and what it answers: the scenario once, then an order a seed.
import type { Baseline } from "../../measure/baseline.ts";
import type { RuleId } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { CoverageRow } from "../result.ts";

/** What is told before the first order. */
export interface SeedSetup {
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly scenarioFile: string;
  /** How one of them is run again, without its seed. */
  readonly command: string;
  /** Where the run directories of failing seeds go. */
  readonly folder: string;
  /** Of earlier runs of these seeds; empty where there is no baseline. */
  readonly baselines: readonly Baseline[];
  /** To compare with a baseline, or to become one. */
  readonly keepMetrics: boolean;
  /** Absent in a plain sweep: the scenario as it stands, to its end however long that takes. */
  readonly explore?: ExploreSetup;
}

export interface ExploreSetup {
  /** How a seed's scenario is made of the one that is explored. */
  readonly draw: Draw;
  readonly bounds: SeedBounds;
}

/** swarm: as `run` does; subset: its faults and settings, by chance; near: around faults that were observed. */
export type Draw = "swarm" | "subset" | "near";

/** A seed that exceeds one of them has failed. */
export interface SeedBounds {
  /** Of the processor, which is the wall's on a machine that has nothing else to do. */
  readonly cpuMs: number;
  readonly events: number;
}

export interface SeedOrder {
  readonly seed: number;
  /** A bug to plant, and the rule that ends the run when it breaks: the canary. Nothing of it is kept. */
  readonly canary?: { readonly bug: string; readonly rule: RuleId };
  /** Whether a failure is written down. */
  readonly keep: boolean;
}

export interface SeedOutcome {
  readonly seed: number;
  readonly canary?: SeedOrder["canary"];
  readonly exitCode: number;
  readonly causes: readonly string[];
  /** Rules that broke. */
  readonly broken: readonly RuleId[];
  /** What kept the seed from its end; then `causes` say it in words. */
  readonly lost?: "timed out" | "crashed";
  readonly traceHash: string;
  readonly wallMs: number;
  readonly events: number;
  /** Messages, also those of warm-up and the quiet phase. */
  readonly confirmed: number;
  readonly coverage: readonly CoverageRow[];
  /** Where they are asked for. */
  readonly metrics?: Baseline["metrics"];
  /** Kept for seeds that did not end well. */
  readonly folder: string | undefined;
}
