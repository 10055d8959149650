// How much of what clients ask may be under way at a time. Without a bound a store that was overloaded for a moment
// stays so: every call waits behind those that nobody waits for any more, ends unknown, and is repeated. The bound
// falls with each unknown outcome and rises with each known one, so a node finds what its stores can do now.
import type { Outcome } from "../ports/outcome.ts";
import type { NodeContext } from "./context.ts";

export interface Admission {
  /** Requests, and readings of audits and rosters, that may be under way. */
  limit: number;
  underWay: number;
  /** Monotonic time of the last fall. */
  fellMs: number;
}

/** An eighth for each known outcome: a full turn of them raises the bound by an eighth. */
const RISE = 0.125;

export function newAdmission(requestsAdmittedMax: number): Admission {
  return { limit: requestsAdmittedMax, underWay: 0, fellMs: -Infinity };
}

export function admits(node: NodeContext): boolean {
  return node.admission.underWay < node.admission.limit;
}

/** An outcome is not known: what a call of the same age will find out is awaited before the bound falls again. */
function fall(node: NodeContext): void {
  const { admission, config } = node;
  const nowMs = node.ports.clock.monotonicMs();
  if (nowMs - admission.fellMs < config.retryMs) return;
  admission.fellMs = nowMs;
  const half = Math.floor(Math.min(admission.limit, admission.underWay) / 2);
  admission.limit = Math.max(config.requestsAdmittedMin, half);
}

/** Only where the bound is near: what was not tried is not known to be possible. */
function rise(node: NodeContext): void {
  const { admission, config } = node;
  if (admission.limit >= config.requestsAdmittedMax) return;
  if (2 * admission.underWay >= admission.limit) admission.limit += RISE;
}

/** Settles at once but in an overload: then what nobody asked for waits for its turn. */
export async function turn(node: NodeContext): Promise<void> {
  while (!admits(node)) await node.ports.clock.sleep(node.config.retryMs);
}

/** A reading that was counted as under way has ended. */
export function leave(node: NodeContext, outcome: Outcome<unknown>): void {
  node.admission.underWay -= 1;
  learn(node, outcome);
}

/** What came of something that was under way. */
export function learn(node: NodeContext, outcome: Outcome<unknown>): void {
  if (outcome.kind === "ok") rise(node);
  else if (outcome.kind === "unknown") fall(node);
}
