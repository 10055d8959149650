// Beginnings and ends of faults as steps on the lane of what they hit.
import { describeFault } from "../../../faults/describe.ts";
import type { Fault } from "../../../scenario/types.ts";
import type { LifeEvent } from "../../result.ts";
import { laneOfFault } from "./bars.ts";
import { num } from "./fact.ts";
import type { Kept } from "./subject.ts";

export function faultSteps(kept: readonly Kept[], faults: readonly Fault[]): LifeEvent[] {
  return kept.flatMap(({ fact }) => {
    const began = fact.e === "faultBegan";
    const fault = faults[num(fact, "fault")];
    if (fault === undefined || (!began && fact.e !== "faultEnded")) return [];
    const text = `${describeFault(fault)} ${began ? "begins" : "ends"}`;
    const step: LifeEvent = { t: fact.t, lane: laneOfFault(fault), text, weight: "around" };
    return [began ? { ...step, tone: "bad" as const } : step];
  });
}
