// What is asked of a live run.
import type { Baseline } from "../../measure/baseline.ts";
import type { Problem } from "../../scenario/problem.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { Progress } from "../requests.ts";

export interface LiveRunRequest {
  readonly scenario: ResolvedScenario;
  /** The file as written, for places in messages. */
  readonly scenarioFile: string;
  /** The run directory: logs and the history are written there while the run goes on. */
  readonly folder: string;
  /** Of the virtual users. */
  readonly workers: number;
  /** A running deployment instead of nodes of the run's own. */
  readonly target?: readonly string[];
  readonly baseline?: Baseline;
  readonly onProgress?: (progress: Progress) => void;
  readonly interrupted?: () => boolean;
  /** Where services and keys of a target are named. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onHistoryLine?: (line: string) => void;
  /** What is being made ready, a line each. */
  readonly say?: (line: string) => void;
}

/** Something that the live world cannot do: exit code 104, before the run starts. */
export class LiveRefused extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join("; "));
    this.problems = problems;
  }
}
