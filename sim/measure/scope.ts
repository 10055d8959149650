// Where a run stands: which phase, which faults. Everything measured is filed under the scope in force when it
// began. Warm-up and the quiet phase are measured but not judged.
import type { Fault, ResolvedScenario } from "../scenario/types.ts";

/** No phase: before the first, or the quiet phase. */
export const NO_PHASE = -1;
const NO_FAULTS: readonly number[] = [];
/** A fault that is over at once still marks what happens for so long after it. */
const INSTANT_SHADOW_US = 15_000_000;

export class Scope {
  readonly scenario: ResolvedScenario;
  phase = NO_PHASE;
  phaseSinceUs = 0;
  /** Indexes of the faults in force; a new array at every change, so it may be kept. */
  faults: readonly number[] = NO_FAULTS;
  readonly faultBeganUs: number[] = [];
  readonly faultEndedUs: number[] = [];
  readonly #shadows: { fault: number; untilUs: number }[] = [];
  #nextShadowUs = Infinity;
  quietSinceUs = Infinity;
  judgedUs = 0;

  constructor(scenario: ResolvedScenario) {
    this.scenario = scenario;
  }

  judged(phase: number): boolean {
    return phase >= 0 && !this.scenario.phases[phase]!.warmup;
  }

  enter(t: number, phase: number): void {
    this.#leave(t);
    this.phase = phase;
    this.phaseSinceUs = t;
  }

  quiet(t: number): void {
    this.#leave(t);
    this.phase = NO_PHASE;
    this.phaseSinceUs = t;
    this.quietSinceUs = Math.min(this.quietSinceUs, t);
  }

  /** Called at the end: what was judged is counted up to t. */
  close(t: number): void {
    this.#leave(t);
    this.phaseSinceUs = t;
  }

  begin(t: number, fault: number): void {
    this.faultBeganUs[fault] = t;
    if (!this.faults.includes(fault)) this.faults = [...this.faults, fault];
  }

  end(t: number, fault: number): void {
    this.faultEndedUs[fault] = t;
    if (this.faultBeganUs[fault] !== t) return this.#remove(fault);
    this.#shadows.push({ fault, untilUs: t + INSTANT_SHADOW_US });
    this.#nextShadowUs = Math.min(this.#nextShadowUs, t + INSTANT_SHADOW_US);
  }

  faultsAt(t: number): readonly number[] {
    if (t >= this.#nextShadowUs) this.#lift(t);
    return this.faults;
  }

  /** The fault that took this node down: the latest one in force, or begun at t, that can. */
  blamedFor(t: number, node: number): number {
    const name = `node-${node + 1}`;
    let blamed = -1;
    this.scenario.faults.forEach((fault, index) => {
      const inForce = this.faults.includes(index) || this.faultBeganUs[index] === t;
      if (!inForce || !takesNodesDown(fault)) return;
      if ("target" in fault && fault.target !== name && fault.target !== "nodes") return;
      if (blamed < 0 || this.faultBeganUs[index]! >= this.faultBeganUs[blamed]!) blamed = index;
    });
    return blamed;
  }

  #leave(t: number): void {
    if (this.judged(this.phase)) this.judgedUs += t - this.phaseSinceUs;
  }

  #remove(fault: number): void {
    this.faults = this.faults.filter((other) => other !== fault);
  }

  #lift(t: number): void {
    this.#nextShadowUs = Infinity;
    const waiting = this.#shadows.splice(0);
    for (const shadow of waiting) {
      if (shadow.untilUs <= t) this.#remove(shadow.fault);
      else {
        this.#shadows.push(shadow);
        this.#nextShadowUs = Math.min(this.#nextShadowUs, shadow.untilUs);
      }
    }
  }
}

/** A node that does not come back by itself: the fault is in force until the faults stop. */
export function staysDown(fault: Fault | undefined): boolean {
  if (fault?.kind !== "kill" && fault?.kind !== "drain") return false;
  if (!fault.target.startsWith("node-")) return false;
  return fault.restartAfterUs === undefined && fault.forUs === undefined;
}

function takesNodesDown(fault: Fault): boolean {
  return ["kill", "crash", "drain", "rolling", "pause", "isolate"].includes(fault.kind);
}
