// What a checker may know besides the history: the scenario's facts, and the log table that one stage
// keeps for all rules.
import type { Checker } from "../history/checker.ts";
import type { Facts } from "./facts.ts";

export interface FaultFact {
  /** Its index in the scenario, as the history names it. */
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  /** node-N, nodes, redis, cassandra, s3, users: what it touches. */
  readonly sites: readonly string[];
  /** A node that does not come back by itself: nothing is late because of it once its users have moved. */
  readonly staysDown?: boolean;
}

export interface CheckScenario {
  readonly users: number;
  readonly nodes: number;
  readonly faults: readonly FaultFact[];
  readonly phases: readonly string[];
  readonly mode: "simulated" | "live";
  /** Store wall clock, ms, at t = 0; absent where it is not known: then last-seen times are only compared. */
  readonly epochMs?: number;
  /** A device's own deadlines. */
  readonly operationDeadlineUs: number;
  readonly attachmentDeadlineUs: number;
}

export interface CheckContext {
  readonly scenario: CheckScenario;
  readonly facts: Facts;
}

export type CheckerFactory = (context: CheckContext) => Checker;
