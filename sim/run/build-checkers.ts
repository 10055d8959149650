// What the checkers are told of a scenario beside its history.
import type { CheckScenario, FaultFact } from "../checks/context.ts";
import { createChecks, type Checks } from "../checks/registry.ts";
import { expandSite } from "../faults/sites.ts";
import { staysDown } from "../measure/scope.ts";
import type { Fault, ResolvedScenario } from "../scenario/types.ts";
import { EPOCH_MS } from "../world/node-clock.ts";

const OPERATION_DEADLINE_US = 30_000_000;
const ATTACHMENT_DEADLINE_US = 60_000_000;

export function buildCheckers(
  scenario: ResolvedScenario,
  mode: CheckScenario["mode"] = "simulated",
  epochMs: number = EPOCH_MS,
): Checks {
  const { nodes } = scenario.cluster;
  const facts: CheckScenario = {
    users: scenario.population.users,
    nodes,
    faults: scenario.faults.map((fault, index) => faultFact(fault, index, nodes)),
    phases: scenario.phases.map((phase) => phase.name),
    mode,
    epochMs,
    operationDeadlineUs: OPERATION_DEADLINE_US,
    attachmentDeadlineUs: ATTACHMENT_DEADLINE_US,
  };
  return createChecks(facts);
}

function faultFact(fault: Fault, index: number, nodes: number): FaultFact {
  const sites = sitesOf(fault).flatMap((site) => [...expandSite(site, nodes)]);
  return {
    index,
    name: fault.name,
    kind: fault.kind,
    sites,
    ...(staysDown(fault) ? { staysDown: true } : {}),
  };
}

function sitesOf(fault: Fault): readonly string[] {
  if ("between" in fault) return fault.between;
  if ("target" in fault) return [fault.target];
  if ("store" in fault) return [fault.store];
  switch (fault.kind) {
    case "skew":
      return [fault.of];
    case "rolling":
      return ["nodes"];
    case "wipe":
      return ["redis"];
    case "corrupt":
      return ["s3"];
    case "key_away":
    case "rotate":
      return ["vault"];
    case "half_open":
    case "slow_reader":
    case "vanish":
    case "reconnect_all":
      return ["users"];
  }
}
