// What a reader of a report sees on the time line, and what the progress line counts.
import type { HistoryListener } from "../history/history.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import type { RunEvent } from "./result.ts";

export function runMarks(
  { phases }: ResolvedScenario,
  events: RunEvent[],
  counts: { sent: number; events: number; phase: string },
  faultText: (fault: number) => string,
): HistoryListener {
  const mark = (t: number, type: RunEvent["type"], text: string): void => {
    events.push({ t, type, text });
  };
  return {
    sendInvoked: () => {
      counts.sent++;
    },
    phaseBegan: (t, phase) => {
      counts.phase = phases[phase]!.name;
      mark(t, "phase", counts.phase);
    },
    faultBegan: (t, fault) => mark(t, "fault", `${faultText(fault)} begins`),
    faultEnded: (t, fault) => mark(t, "fault", `${faultText(fault)} ends`),
    nodeUp: (t, node) => mark(t, "node", `node-${node + 1} is up`),
    nodeDown: (t, node, planned) =>
      mark(t, "node", `node-${node + 1} ${planned === 1 ? "has drained" : "is killed"}`),
  };
}
