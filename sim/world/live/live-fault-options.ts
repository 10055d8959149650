// What the live faults are given, and how one is undone. What each fault does is in live-faults.ts.
import type { Fault, ResolvedScenario } from "../../scenario/types.ts";
import type { LiveWorld } from "./live-world.ts";
import type { RunClock } from "./run-clock.ts";
import type { TestControl } from "./test-control.ts";
import type { LiveUsers } from "./users/contract.ts";

export type Undo = () => Promise<void>;
export const NOTHING: Undo = async () => undefined;
/** In force until the faults stop, when every node that is down starts anyway. */
export const untilFaultsStop: Undo = async () => undefined;

type UserFaults = Pick<
  LiveUsers,
  "reconnectAll" | "vanish" | "slowReader" | "halfOpen" | "skew" | "harness"
>;

export interface LiveFaultOptions {
  readonly scenario: ResolvedScenario;
  /** Undefined where the nodes are somebody else's: then only people are faulted. */
  readonly world: LiveWorld | undefined;
  readonly users: UserFaults;
  readonly clock: RunClock;
  readonly control: TestControl;
  /** How much longer than usual a slowed store's call takes, by store: one usual call, measured. */
  readonly usualCallMs: ReadonlyMap<string, number>;
  readonly describe: (fault: Fault) => string;
  /** A fault, or a node's start, went wrong for no reason of the scenario: the run cannot go on. */
  readonly failed: (error: unknown) => void;
}

export function all(undos: readonly Undo[]): Undo {
  return async () => {
    await Promise.all(undos.map((undo) => undo()));
  };
}
