// What a live world cannot do, each with the reason; said before the run starts (exit code 104).
import type { Fault, ResolvedScenario } from "../../scenario/types.ts";
import type { ServiceMode } from "./services/endpoints.ts";

export interface Refusal {
  /** Line and column in the scenario file; absent where it is not a line that is refused. */
  readonly place?: string;
  readonly message: string;
}

export function liveRefusals(scenario: ResolvedScenario, mode: ServiceMode): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (scenario.bug !== undefined)
    refusals.push({
      message: `the bug ${scenario.bug} is planted in the simulated world: a live node is the messenger as it is`,
    });
  for (const fault of scenario.faults) {
    const why = whyNot(fault, mode);
    if (why === undefined) continue;
    const message = `fault ${fault.name} (${fault.kind}) cannot be done live: ${why}`;
    refusals.push({ message, ...(fault.place === undefined ? {} : { place: fault.place }) });
  }
  return refusals;
}

/** `--target` loads a deployment that is somebody's: nothing on it is faulted. */
export function targetRefusals(scenario: ResolvedScenario): readonly Refusal[] {
  return scenario.faults
    .filter(({ kind }) => !OF_THE_USERS.includes(kind))
    .map((fault) => ({
      message: `fault ${fault.name} (${fault.kind}) cannot be done on a deployment given by --target`,
      ...(fault.place === undefined ? {} : { place: fault.place }),
    }));
}

const OF_THE_USERS: readonly string[] = ["vanish", "slow_reader", "half_open", "reconnect_all"];

const SLOW_NODE_FACTOR_MAX = 100;

function whyNot(fault: Fault, mode: ServiceMode): string | undefined {
  switch (fault.kind) {
    case "skew":
      return fault.of === "redis" ? "Redis reads the clock of this machine" : undefined;
    case "slow":
      return fault.target.startsWith("node") && fault.factor > SLOW_NODE_FACTOR_MAX
        ? `a live node is slowed at most ${SLOW_NODE_FACTOR_MAX} times`
        : undefined;
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late":
      return fault.store === "vault"
        ? "the vault of a live node is a file that it has read: no call leaves the process"
        : undefined;
    case "lose_writes":
      return "a process that is killed loses nothing of what the machine has taken from it; wipe redis instead";
    case "cut":
    case "one_way":
    case "delay":
    case "stall":
    case "reset":
    case "throttle":
    case "swizzle":
      return fault.between.every((site) => site.startsWith("cassandra-"))
        ? "Cassandra's own links between its nodes carry no proxy"
        : undefined;
    case "kill":
    case "pause":
      return mode === "given" && !fault.target.startsWith("node")
        ? `${fault.target} was given by the environment and is not ours to ${fault.kind}`
        : undefined;
    default:
      return undefined;
  }
}
