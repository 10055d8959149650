// What a reader of a report sees on the time line of a run, in either world, and what its progress line counts.
import type { RuleResult } from "../history/checker.ts";
import type { HistoryListener } from "../history/history.ts";
import { describeFault } from "../faults/describe.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import type { RunEvent } from "./result.ts";

const SECOND_US = 1_000_000;

export class Timeline {
  readonly events: RunEvent[] = [];
  readonly listener: HistoryListener;
  /** The phase that the run is in, by the name that people read. */
  phase = "start";
  #sent = 0;
  #sentBefore = 0;
  #askedUs = 0;

  constructor({ phases, faults }: ResolvedScenario) {
    const faultText = (fault: number): string => describeFault(faults[fault]!);
    this.listener = {
      sendInvoked: () => {
        this.#sent++;
      },
      phaseBegan: (t, phase) => {
        this.phase = phases[phase]!.name;
        this.#mark(t, "phase", this.phase);
      },
      faultBegan: (t, fault) => this.#mark(t, "fault", `${faultText(fault)} begins`),
      faultEnded: (t, fault) => this.#mark(t, "fault", `${faultText(fault)} ends`),
      nodeUp: (t, node) => this.#mark(t, "node", `node-${node + 1} is up`),
      nodeDown: (t, node, planned) =>
        this.#mark(t, "node", `node-${node + 1} ${planned === 1 ? "has drained" : "is killed"}`),
    };
  }

  /** The load ends here; the report says why. */
  aborted(t: number, threshold: string): void {
    this.#mark(t, "verdict", `aborted: ${threshold} does not hold`);
  }

  quiet(t: number, step: 1 | 2): void {
    this.phase = step === 1 ? "recovery" : "drain";
    this.#mark(t, "quiet", this.phase);
  }

  /** Messages a second since this was last asked. */
  ratePerS(nowUs: number): number {
    const sent = this.#sent - this.#sentBefore;
    const overUs = nowUs - this.#askedUs;
    this.#sentBefore = this.#sent;
    this.#askedUs = nowUs;
    return overUs > 0 ? (sent * SECOND_US) / overUs : 0;
  }

  /** All of it, with what broke a rule, by time. */
  withVerdicts(rules: readonly RuleResult[]): readonly RunEvent[] {
    const events = [...this.events];
    for (const rule of rules)
      for (const violation of rule.violations)
        events.push({ t: violation.t, type: "verdict", text: `${rule.id}: ${violation.text}` });
    return events.sort((a, b) => a.t - b.t);
  }

  #mark(t: number, type: RunEvent["type"], text: string): void {
    this.events.push({ t, type, text });
  }
}
