// One seed's attempt at a failure that was seen live: the same faults, begun and ended a little earlier or later than
// was observed, and a killed node dead exactly between two port calls, which no live kill can choose.
import { Streams, type Stream } from "../kernel/random.ts";
import { CRASH_POINT_NAMES } from "./crash-points.ts";
import { wholeMs } from "./swarm.ts";
import type { Fault, ResolvedScenario } from "./types.ts";

/** How far from the observed times; one of them a seed. */
const SPREADS_US = [0, 20_000, 200_000, 1_000_000, 3_000_000, 8_000_000];
/** A crash point waits so long for its node to pass it. */
const ARMED_US = 10_000_000;
const SHORTEST_US = 1_000;

/** `observed`: its faults at the times at which they were seen. Seed 1 takes these as they are. */
export function near(observed: ResolvedScenario, seed: number): ResolvedScenario {
  const stream = new Streams(seed).stream("near");
  const spreadUs = seed === 1 ? 0 : stream.pick(SPREADS_US);
  const endUs = observed.phases.reduce(
    (end, { startUs, durationUs }) => Math.max(end, startUs + durationUs),
    0,
  );
  const faults = observed.faults.map((fault) => {
    const moved = move(fault, spreadUs, endUs, stream);
    return seed > 1 && stream.bool(0.5) ? crashInstead(moved, stream) : moved;
  });
  return { ...observed, seed, faults: faults.toSorted((a, b) => a.atUs - b.atUs) };
}

function move(fault: Fault, spreadUs: number, endUs: number, stream: Stream): Fault {
  const shift = (): number => (2 * stream.next() - 1) * spreadUs;
  const clamped = Math.min(endUs - SHORTEST_US, Math.max(0, fault.atUs + shift()));
  const later = shift();
  const timed = { ...fault, atUs: Math.floor(clamped / SHORTEST_US) * SHORTEST_US };
  const length = (us: number): number => wholeMs(us + later);
  if (timed.forUs !== undefined) return { ...timed, forUs: length(timed.forUs) };
  if (!("restartAfterUs" in timed) || timed.restartAfterUs === undefined) return timed;
  return { ...timed, restartAfterUs: length(timed.restartAfterUs) };
}

/** A node that was killed dies at the next passing of a point that the seed chooses. */
function crashInstead(fault: Fault, stream: Stream): Fault {
  const point = stream.pick(CRASH_POINT_NAMES);
  if (fault.kind !== "kill" || !fault.target.startsWith("node-")) return fault;
  const { name, atUs, target } = fault;
  const back = fault.restartAfterUs ?? fault.forUs;
  return {
    ...{ kind: "crash", name, atUs, target, point, forUs: ARMED_US },
    ...(back === undefined ? {} : { restartAfterUs: back }),
  };
}
