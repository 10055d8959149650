// One seed's world out of a swarm scenario: which of the listed faults it has, when and where they strike, which
// features people use and how hard. Leaving things out altogether finds more than trying all of them at once.
//
// Which faults a seed has is drawn in strata: of 50 neighbouring seeds exactly 17 have any given fault,
// in an order of its own for each. So a sweep meets every kind often enough by construction, not by luck.

import type { Stream, Streams } from "../kernel/random.ts";
import { Streams as NamedStreams } from "../kernel/random.ts";
import { CRASH_POINT_NAMES } from "./crash-points.ts";
import { ANY, ANY_STORE } from "./fault-figures.ts";
import type { Behaviour, Curve, Fault, Phase, ResolvedScenario, Site, StoreName } from "./types.ts";

const STRATUM_SEEDS = 50;
/** Of the odd and of the even seeds: half of all seeds are wild, half calm. In a wild one so much is wrong that
 * hardly anything is late without an excuse; a calm one shows what repairs and excuses hide. */
const WILD_SHARE = 13;
const CALM_SHARE = 4;
/** Faults begin so long before the phases end that most are over by then. */
const LAST_BEGIN_BEFORE_END_US = 60_000_000;
const MS_US = 1000;
/** Its place among the faults, of which it is none: whether Cassandra is three replicas. */
const REPLICAS = -1;
/** In a swarm any of the replicas. */
const REPLICA = /^cassandra-\d$/;
const COMPOUND_SHARE = 0.35;
const SLOW_STORES: readonly StoreName[] = ["redis", "cassandra", "s3"];
const STORES: readonly StoreName[] = ["redis", "cassandra", "s3", "vault"];

export function swarm(
  resolved: ResolvedScenario,
  seed: number,
  streams: Streams,
): ResolvedScenario {
  const stream = streams.stream("swarm");
  const { cassandra, quirks, ...cluster } = resolved.cluster;
  const hasReplicas = cassandra !== undefined && hasFault(seed, REPLICAS, "replicas");
  const chosen = resolved.faults
    .filter((fault, index) => hasFault(seed, index, fault.name))
    .filter((fault) => hasReplicas || !namesReplica(fault));
  const window = faultWindow(resolved.phases);
  const placed = chosen.map((fault) => place(fault, resolved, seed, window, stream));
  const faults = gathered(survivable(placed), stream).toSorted((a, b) => a.atUs - b.atUs);
  return {
    ...resolved,
    seed,
    swarm: false,
    cluster: {
      ...cluster,
      ...(hasReplicas ? { cassandra } : {}),
      ...(quirks === true && hasQuirks(seed) ? { quirks } : {}),
      balancer: stream.pick(["least-connections", "round-robin", "random"] as const),
    },
    phases: scaleRates(resolved.phases, stream),
    behaviour: chooseFeatures(resolved.behaviour, stream),
    faults,
    thresholds: resolved.thresholds.filter((threshold) => stillThere(threshold, faults)),
  };
}

function hasFault(seed: number, index: number, name: string): boolean {
  const block = Math.floor(Math.max(0, seed - 1) / STRATUM_SEEDS);
  const members = Array.from({ length: STRATUM_SEEDS }, (_, member) => member);
  const order = new NamedStreams(`swarm stratum ${block}`).stream(`${index} ${name}`);
  const mixed = order.shuffle(members);
  const chosen = [
    ...mixed.filter((member) => member % 2 === 0).slice(0, WILD_SHARE),
    ...mixed.filter((member) => member % 2 === 1).slice(0, CALM_SHARE),
  ];
  return chosen.includes(Math.max(0, seed - 1) % STRATUM_SEEDS);
}

/** Half of the wild seeds and half of the calm ones. */
function hasQuirks(seed: number): boolean {
  return Math.floor(seed / 2) % 2 === 0;
}

function namesReplica(fault: Fault): boolean {
  return sitesNamed(fault).some((site) => REPLICA.test(site));
}

function sitesNamed(fault: Fault): readonly Site[] {
  if ("between" in fault) return fault.between;
  if ("target" in fault) return [fault.target];
  return "store" in fault ? [fault.store] : [];
}

/**
 * A replica that forgets is made up for by the two others: while one of these is away or behind, a message that both
 * confirmed may be lost for good, and no messenger could help it. So it forgets only where nothing else happens to
 * Cassandra.
 */
function survivable(faults: readonly Fault[]): readonly Fault[] {
  const forgets = (fault: Fault): boolean => fault.kind === "lose_writes" && namesReplica(fault);
  const touches = (fault: Fault): boolean =>
    sitesNamed(fault).some((site) => site.startsWith("cassandra"));
  const others = faults.filter((fault) => !forgets(fault));
  return others.some(touches) ? others : faults;
}

/** In some seeds two or three strike at the same moment. */
function gathered(faults: readonly Fault[], stream: Stream): readonly Fault[] {
  if (faults.length < 2 || !stream.bool(COMPOUND_SHARE)) return faults;
  const together = stream.shuffle(faults.map((_, index) => index)).slice(0, stream.int(2, 3));
  const { atUs } = faults[together[0]!]!;
  return faults.map((fault, index) => (together.includes(index) ? { ...fault, atUs } : fault));
}

interface Window {
  readonly firstUs: number;
  readonly lastUs: number;
}

function faultWindow(phases: readonly Phase[]): Window {
  const first = phases.find(({ warmup }) => !warmup) ?? phases[0]!;
  const last = phases.at(-1)!;
  const endUs = last.startUs + last.durationUs;
  const lastUs = Math.max(first.startUs, endUs - LAST_BEGIN_BEFORE_END_US);
  return { firstUs: first.startUs, lastUs };
}

/** The fault at a time, a length and a place of this seed's own; the file's time only orders the list. */
function place(
  fault: Fault,
  resolved: ResolvedScenario,
  seed: number,
  window: Window,
  stream: Stream,
): Fault {
  const atUs = wholeMs(window.firstUs + stream.next() * (window.lastUs - window.firstUs));
  const stretch = 0.3 + 1.4 * stream.next();
  const node = (): Site => `node-${stream.int(1, resolved.cluster.nodes)}`;
  const site = (written: Site): Site => {
    if (REPLICA.test(written)) return `cassandra-${stream.int(1, 3)}`;
    return written === ANY ? node() : written;
  };
  const timed = {
    ...fault,
    atUs,
    ...(fault.forUs === undefined ? {} : { forUs: wholeMs(fault.forUs * stretch) }),
  };
  switch (timed.kind) {
    case "kill":
    case "drain":
      return { ...timed, target: site(timed.target), ...restart(timed.restartAfterUs, stretch) };
    case "crash":
      return {
        ...timed,
        target: site(timed.target),
        point: timed.point === ANY ? crashPoint(seed, timed.name) : timed.point,
        ...restart(timed.restartAfterUs, stretch),
      };
    case "lose_writes":
      return { ...timed, store: site(timed.store), lastUs: wholeMs(timed.lastUs * stretch) };
    case "pause":
    case "isolate":
    case "bridge":
      return { ...timed, target: site(timed.target) };
    case "slow":
      return {
        ...timed,
        target: timed.target === ANY_STORE ? stream.pick(SLOW_STORES) : site(timed.target),
        factor: tenth(timed.factor * stretch + 1),
      };
    case "skew":
      return {
        ...timed,
        of: site(timed.of),
        byMs: Math.round(timed.byMs * (2 * stream.next() - 1)),
      };
    case "cut":
    case "one_way":
    case "delay":
    case "stall":
    case "reset":
    case "swizzle":
    case "throttle":
      return { ...timed, between: pair(timed.between, site, stream) };
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late":
      return {
        ...timed,
        store: (timed.store as string) === ANY ? stream.pick(STORES) : timed.store,
        share: share(timed.share * stretch),
      };
    case "half_open":
    case "slow_reader":
    case "vanish":
    case "corrupt":
      return { ...timed, share: share(timed.share * stretch) };
    case "rolling":
    case "key_away":
    case "wipe":
    case "reconnect_all":
    case "rotate":
      return timed;
  }
}

/** "any" on the first side is a node; on the second whatever a node talks to. */
function pair(
  between: readonly [Site, Site],
  site: (written: Site) => Site,
  stream: Stream,
): readonly [Site, Site] {
  const a = site(between[0]);
  if (between[1] !== ANY) return [a, site(between[1])];
  const others = ["users", "redis", "cassandra", "s3", "nodes", "nodes"];
  const b = stream.pick(others);
  if (b !== "nodes" || a === "nodes") return [a, b];
  const peer = site(ANY);
  return peer === a ? [a, "nodes"] : [a, peer];
}

/** Neighbouring seeds go through all points in turn, each block in an order of its own. */
function crashPoint(seed: number, name: string): string {
  const count = CRASH_POINT_NAMES.length;
  const block = Math.floor(seed / count);
  const order = new NamedStreams(`swarm crash points ${block}`).stream(name);
  return order.shuffle([...CRASH_POINT_NAMES])[seed % count]!;
}

function restart(
  restartAfterUs: number | undefined,
  stretch: number,
): { readonly restartAfterUs?: number } {
  return restartAfterUs === undefined ? {} : { restartAfterUs: wholeMs(restartAfterUs * stretch) };
}

/**
 * Half to twice the rate; the mean stays near what the file says. Where fewer are online at a time, those who leave
 * stay away for longer.
 */
export function scaleRates(phases: readonly Phase[], stream: Stream): readonly Phase[] {
  const factor = stream.pick([0.5, 1, 1, 2]);
  const crowd = stream.pick([0.35, 0.6, 1]);
  return phases.map((phase) => ({
    ...phase,
    ...(phase.online === undefined ? {} : { online: thinned(phase.online, crowd) }),
    messages: {
      ratePerS: hundredth(phase.messages.ratePerS * factor),
      process: stream.pick(["poisson", "poisson", "constant"] as const),
    },
  }));
}

function thinned(curve: Curve, share: number): Curve {
  return curve.map(([atUs, online]) => [atUs, Math.round(online * share)] as const);
}

export function chooseFeatures(behaviour: Behaviour, stream: Stream): Behaviour {
  const rate = (perS: number): number =>
    stream.bool(0.6) ? hundredth(perS * stream.pick([0.5, 1, 2])) : 0;
  const kept = behaviour.attachments.map((attachment) => ({
    ...attachment,
    share: share(attachment.share * stream.pick([0.5, 1, 2])),
  }));
  const stay = stream.pick([0.5, 1, 3, 6]);
  const { stayOnlineUs } = behaviour;
  return {
    ...behaviour,
    ...(stayOnlineUs?.dist === "exponential"
      ? { stayOnlineUs: { dist: "exponential", mean: wholeMs(stayOnlineUs.mean * stay) } }
      : {}),
    attachments: stream.bool(0.6) ? kept : [],
    freshDevice: stream.bool(0.6) ? behaviour.freshDevice : 0,
    befriendPerS: rate(behaviour.befriendPerS),
    historyPerS: rate(behaviour.historyPerS),
    searchPerS: rate(behaviour.searchPerS),
  };
}

export function stillThere(
  threshold: ResolvedScenario["thresholds"][number],
  faults: readonly Fault[],
): boolean {
  const named = [threshold.tags["fault"], threshold.after?.fault];
  return named.every((name) => name === undefined || faults.some((fault) => fault.name === name));
}

// Figures are rounded so that they are written and read back as the same numbers.

export function wholeMs(us: number): number {
  return Math.max(1, Math.round(us / MS_US)) * MS_US;
}

function tenth(factor: number): number {
  return Math.round(factor * 10) / 10;
}

function hundredth(rate: number): number {
  return Math.round(rate * 100) / 100;
}

function share(value: number): number {
  return Math.min(1, Math.max(1, Math.round(value * 1000)) / 1000);
}
