// One seed's variation of a scenario that is no swarm, for exploring: some of its faults left out, the others moved,
// stretched or on another node, rates scaled, features left out. Every eighth seed runs it as it is written.
import { Streams, type Stream } from "../kernel/random.ts";
import { chooseFeatures, scaleRates, stillThere, wholeMs } from "./swarm.ts";
import type { Fault, ResolvedScenario } from "./types.ts";

const AS_WRITTEN_EVERY = 8;
/** A moved fault begins so much earlier or later at most. */
const MOVED_US = 30_000_000;

/** Thresholds that hold whatever is drawn: what must be none. The others were meant for the scenario's own load. */
const OF_ANY_LOAD = [
  "messages_lost",
  "messages_duplicated",
  "messages_reordered",
  "unread_mismatch",
  "receipts_missing",
];

export function subset(resolved: ResolvedScenario, seed: number): ResolvedScenario {
  const thresholds = resolved.thresholds.filter(({ name }) => OF_ANY_LOAD.includes(name));
  if (seed % AS_WRITTEN_EVERY === 1) return { ...resolved, seed, thresholds };
  const stream = new Streams(seed).stream("subset");
  const faults = resolved.faults
    .filter(() => stream.bool(0.6))
    .map((fault) => vary(fault, resolved, stream))
    .toSorted((a, b) => a.atUs - b.atUs);
  return {
    ...resolved,
    seed,
    cluster: {
      ...resolved.cluster,
      balancer: stream.pick(["least-connections", "round-robin", "random"] as const),
    },
    phases: scaleRates(resolved.phases, stream),
    behaviour: chooseFeatures(resolved.behaviour, stream),
    faults,
    thresholds: thresholds.filter((threshold) => stillThere(threshold, faults)),
  };
}

function vary(fault: Fault, { phases, cluster }: ResolvedScenario, stream: Stream): Fault {
  const last = phases[phases.length - 1]!;
  const endUs = last.startUs + last.durationUs;
  const moved = stream.bool(0.5) ? wholeMs((2 * stream.next() - 1) * MOVED_US + fault.atUs) : 0;
  const stretch = stream.bool(0.5) ? 0.3 + 1.4 * stream.next() : 1;
  const node = `node-${stream.int(1, cluster.nodes)}`;
  const elsewhere = stream.bool(0.5);
  const atUs = moved > 0 && moved < endUs ? moved : fault.atUs;
  const timed = stretched({ ...fault, atUs }, stretch);
  if (!elsewhere || !("target" in timed) || !timed.target.startsWith("node-")) return timed;
  return { ...timed, target: node };
}

function stretched(fault: Fault, by: number): Fault {
  const timed = fault.forUs === undefined ? fault : { ...fault, forUs: wholeMs(fault.forUs * by) };
  if (!("restartAfterUs" in timed) || timed.restartAfterUs === undefined) return timed;
  return { ...timed, restartAfterUs: wholeMs(timed.restartAfterUs * by) };
}
