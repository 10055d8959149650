// What lasts: sessions on their devices' lanes, times in which a node was down, faults on the lane of what they hit.
import type { Fault } from "../../../scenario/types.ts";
import { describeFault } from "../../../faults/describe.ts";
import type { LifeBar } from "../../result.ts";
import { num, type Fact } from "./fact.ts";
import { nodeLane, userLane } from "./fact-words.ts";
import type { Kept } from "./subject.ts";

const STORES = new Set(["redis", "cassandra", "s3"]);

/** Cuts and their like stand on the links' lane; what hits one node or store, on its own. */
export function laneOfFault(fault: Fault): string {
  if ("between" in fault || fault.kind === "isolate") return "links";
  if ("store" in fault && typeof fault.store === "string" && STORES.has(fault.store))
    return fault.store;
  const target: unknown = "target" in fault ? fault.target : "of" in fault ? fault.of : undefined;
  if (fault.kind === "wipe") return "redis";
  if (fault.kind !== "crash" && typeof target === "string") {
    const site = target.replace(/^cassandra-\d+$/, "cassandra");
    if (STORES.has(site) || /^node-\d+$/.test(site)) return site;
  }
  return "faults";
}

export function barsOf(kept: readonly Kept[], faults: readonly Fault[]): LifeBar[] {
  const open = new Map<string, LifeBar>();
  const bars: LifeBar[] = [];
  const begin = (key: string, bar: Omit<LifeBar, "toUs">): void => {
    open.set(key, { ...bar, toUs: null });
  };
  const end = (key: string, t: number): void => {
    const bar = open.get(key);
    if (bar === undefined) return;
    open.delete(key);
    bars.push({ ...bar, toUs: t });
  };
  for (const { fact } of kept) mark(fact, faults, begin, end);
  return [...bars, ...open.values()].sort((a, b) => a.fromUs - b.fromUs);
}

function mark(
  fact: Fact,
  faults: readonly Fault[],
  begin: (key: string, bar: Omit<LifeBar, "toUs">) => void,
  end: (key: string, t: number) => void,
): void {
  const fromUs = fact.t;
  const node = num(fact, "node");
  const fault = num(fact, "fault");
  switch (fact.e) {
    case "connected": {
      const text = `session ${num(fact, "session")} on node-${node}`;
      const lane = userLane(num(fact, "user"));
      return begin(`s${num(fact, "session")}`, { lane, fromUs, kind: "session", text });
    }
    case "closed":
      return end(`s${num(fact, "session")}`, fromUs);
    case "nodeDown":
      return begin(`n${node}`, { lane: nodeLane(node), fromUs, kind: "down", text: "down" });
    case "nodeUp":
      return end(`n${node}`, fromUs);
    case "faultBegan": {
      const hit = faults[fault];
      if (hit === undefined) return;
      const lane = laneOfFault(hit);
      const kind = lane === "links" ? "cut" : "fault";
      return begin(`f${fault}`, { lane, fromUs, kind, text: describeFault(hit) });
    }
    case "faultEnded":
      return end(`f${fault}`, fromUs);
    default:
  }
}
