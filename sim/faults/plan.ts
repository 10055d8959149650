// Turns a scenario's faults into timed steps. What a step does is the world's business; the same plan drives
// the simulated and the live one.
import type { Fault } from "../scenario/types.ts";

export interface PlannedStep {
  readonly atUs: number;
  /** Index into the scenario's faults. */
  readonly fault: number;
  readonly step: "begin" | "end";
}

/** When the fault ends by itself; undefined for an instant, or one that lasts until the faults stop. */
export function endOf(fault: Fault): number | undefined {
  if (fault.forUs !== undefined) return fault.atUs + fault.forUs;
  if ("restartAfterUs" in fault && fault.restartAfterUs !== undefined && fault.kind !== "crash")
    return fault.atUs + fault.restartAfterUs;
  return undefined;
}

/** Kinds that happen at one moment: they begin and end in one step. */
export function isInstant(fault: Fault): boolean {
  switch (fault.kind) {
    case "wipe":
    case "reconnect_all":
    case "rotate":
    case "vanish":
    case "reset":
      return true;
    default:
      return false;
  }
}

/** By time; at one time ends come before begins, then in the order of the file. */
export function planFaults(faults: readonly Fault[]): readonly PlannedStep[] {
  const steps: PlannedStep[] = [];
  faults.forEach((fault, index) => {
    steps.push({ atUs: fault.atUs, fault: index, step: "begin" });
    const end = endOf(fault);
    if (end !== undefined && !isInstant(fault))
      steps.push({ atUs: end, fault: index, step: "end" });
  });
  const rank = (step: PlannedStep): number => (step.step === "end" ? 0 : 1);
  return steps.sort((a, b) => a.atUs - b.atUs || rank(a) - rank(b) || a.fault - b.fault);
}
