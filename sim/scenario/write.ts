// A resolved scenario to YAML that loads again to the same resolved scenario: every default written out, every
// figure with its unit. Only the places of faults and thresholds differ, for they lie in another file.

import { Document, isMap, isSeq, visit } from "yaml";
import type { Distribution } from "../kernel/distribution.ts";
import type { ValueKind } from "./distributions.ts";
import { ANY, ANY_STORE } from "./fault-figures.ts";
import type { Behaviour, Curve, Fault, Phase, ResolvedScenario } from "./types.ts";
import type { ScriptAction, Threshold } from "./types.ts";
import { formatDuration, formatRate, formatShare, formatSize } from "./units.ts";

type Plain = Record<string, unknown>;

export function writeScenario(scenario: ResolvedScenario): string {
  const document = new Document(plainScenario(scenario), { version: "1.2" });
  visit(document, {
    Collection: (_, node, path) => {
      // One line a phase, a fault, a distribution; the top and its lists stay open.
      if (path.length > 4 || (path.length > 2 && isSeq(path.at(-1)))) node.flow = true;
      if (path.length > 2 && isMap(node) && node.items.every((pair) => !isMap(pair.value)))
        node.flow ??= false;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** As a document holds it. */
export function plainScenario(scenario: ResolvedScenario): Plain {
  const { name, title, seed, profile, bug, swarm, cluster, population } = scenario;
  return withoutUndefined({
    name,
    title,
    seed,
    profile,
    bug,
    swarm,
    cluster: withoutUndefined({
      nodes: cluster.nodes,
      cassandra: cluster.cassandra,
      quirks: cluster.quirks,
      balancer: cluster.balancer,
      encode_frames: cluster.encodeFrames,
    }),
    population: {
      users: population.users,
      friends:
        population.friendPairs === undefined
          ? { per_user: plainDistribution(population.friendsPerUser, "count") }
          : { pairs: population.friendPairs.map(([user, friend]) => [user, friend]) },
    },
    phases: scenario.phases.map(plainPhase),
    behaviour: plainBehaviour(scenario.behaviour),
    faults: scenario.faults.map(plainFault),
    thresholds: plainThresholds(scenario.thresholds),
    capacity: scenario.capacity && {
      ...scenario.capacity,
      tolerance: formatShare(scenario.capacity.tolerance),
    },
    script: scenario.script?.map(plainAction),
    choices: scenario.choices,
  });
}

function plainAction({ atUs, user, do: what, bytes, ...more }: ScriptAction): Plain {
  const size = bytes === undefined ? undefined : formatSize(bytes);
  return withoutUndefined({ at: formatDuration(atUs), user, do: what, ...more, bytes: size });
}

function plainPhase(phase: Phase): Plain {
  return withoutUndefined({
    name: phase.name,
    duration: formatDuration(phase.durationUs),
    online: phase.online && plainCurve(phase.online, phase.durationUs),
    messages: { rate: formatRate(phase.messages.ratePerS), process: phase.messages.process },
    warmup: phase.warmup,
  });
}

/** A level is written as a number, everything else as its points. */
function plainCurve(curve: Curve, durationUs: number): unknown {
  const [first, second] = curve;
  if (curve.length === 2 && first?.[0] === 0 && second?.[0] === durationUs)
    return first[1] === second[1] ? first[1] : { ramp: [first[1], second[1]] };
  return { curve: curve.map(([atUs, value]) => [formatDuration(atUs), value]) };
}

function plainBehaviour(behaviour: Behaviour): Plain {
  return withoutUndefined({
    body_bytes: plainDistribution(behaviour.bodyBytes, "bytes"),
    read_after: plainDistribution(behaviour.readAfterUs, "duration"),
    stay_online: behaviour.stayOnlineUs && plainDistribution(behaviour.stayOnlineUs, "duration"),
    stay_offline: behaviour.stayOfflineUs && plainDistribution(behaviour.stayOfflineUs, "duration"),
    attachments: behaviour.attachments.map(({ kind, share, bytes, opened }) => ({
      kind,
      share: formatShare(share),
      bytes: plainDistribution(bytes, "size"),
      opened: formatShare(opened),
    })),
    hot_chats: behaviour.hotChats && {
      chats: behaviour.hotChats.chats,
      share: formatShare(behaviour.hotChats.share),
    },
    fresh_device: formatShare(behaviour.freshDevice),
    befriend: formatRate(behaviour.befriendPerS),
    history: formatRate(behaviour.historyPerS),
    search: formatRate(behaviour.searchPerS),
  });
}

function plainDistribution(distribution: Distribution, kind: ValueKind): Plain {
  const value = (amount: number): unknown => formatValue(amount, kind);
  switch (distribution.dist) {
    case "constant":
      return { dist: "constant", value: value(distribution.value) };
    case "uniform":
      return { dist: "uniform", min: value(distribution.min), max: value(distribution.max) };
    case "exponential":
      return { dist: "exponential", mean: value(distribution.mean) };
    case "lognormal":
      return {
        dist: "lognormal",
        median: value(distribution.median),
        p99: value(distribution.p99),
      };
    case "empirical":
      return {
        dist: "empirical",
        values: distribution.values.map(([amount, weight]) => [value(amount), weight]),
      };
  }
}

function formatValue(amount: number, kind: ValueKind): unknown {
  if (kind === "duration") return formatDuration(amount);
  return kind === "size" ? formatSize(amount) : amount;
}

function plainFault(fault: Fault): Plain {
  return withoutUndefined({
    name: fault.name,
    at: formatDuration(fault.atUs),
    ...figures(fault),
    restart_after:
      "restartAfterUs" in fault && fault.restartAfterUs !== undefined
        ? formatDuration(fault.restartAfterUs)
        : undefined,
    for: fault.forUs === undefined ? undefined : formatDuration(fault.forUs),
  });
}

function figures(fault: Fault): Plain {
  switch (fault.kind) {
    case "kill":
    case "pause":
    case "drain":
    case "isolate":
    case "bridge":
      return { [fault.kind]: fault.target };
    case "rolling":
      return { rolling: { every: formatDuration(fault.everyUs) } };
    case "cut":
    case "one_way":
    case "stall":
    case "reset":
    case "swizzle":
      return { [fault.kind]: [...fault.between] };
    case "delay":
      return { delay: [...fault.between], ...delayFigures(fault.latency) };
    case "throttle":
      return { throttle: [...fault.between], rate: `${formatSize(fault.bytesPerS)}/s` };
    case "slow":
      return { slow: { ...slowTarget(fault.target), factor: fault.factor } };
    case "half_open":
    case "slow_reader":
    case "vanish":
      return { [fault.kind]: { users: formatShare(fault.share) } };
    case "skew":
      return {
        skew: { of: fault.of, by: signed(fault.byMs), drift: `${fault.driftPpm}ppm` },
      };
    case "crash":
      return { crash: { node: fault.target, at: fault.point } };
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late":
      return { [fault.kind]: { store: fault.store, share: formatShare(fault.share) } };
    case "corrupt":
      return { corrupt: "s3", share: formatShare(fault.share) };
    case "key_away":
    case "rotate":
      return { [fault.kind]: "master-key" };
    case "wipe":
      return { wipe: "redis" };
    case "lose_writes":
      return { lose_writes: { store: fault.store, last: formatDuration(fault.lastUs) } };
    case "reconnect_all":
      return { reconnect_all: true };
  }
}

function slowTarget(target: string): Plain {
  if (target === ANY_STORE) return { store: ANY };
  return target === ANY || target.startsWith("node") ? { node: target } : { store: target };
}

function delayFigures(latency: Distribution): Plain {
  if (latency.dist !== "lognormal") throw new Error(`a delay is lognormal, not ${latency.dist}`);
  return { p50: formatDuration(latency.median), p99: formatDuration(latency.p99) };
}

function signed(ms: number): string {
  return `${ms < 0 ? "-" : ""}${formatDuration(Math.abs(ms) * 1000)}`;
}

function plainThresholds(thresholds: readonly Threshold[]): Plain {
  const byMetric: Record<string, unknown[]> = {};
  for (const threshold of thresholds) {
    const { metric, expression, abortOnFail, delayAbortEvalUs } = threshold;
    const simple = !abortOnFail && delayAbortEvalUs === 0;
    (byMetric[metric] ??= []).push(
      simple
        ? expression
        : {
            threshold: expression,
            abortOnFail,
            delayAbortEval: formatDuration(delayAbortEvalUs),
          },
    );
  }
  return byMetric;
}

function withoutUndefined(record: Plain): Plain {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
