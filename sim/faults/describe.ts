// A fault in words, for reports, progress and tickets.
import type { Fault } from "../scenario/types.ts";

export function describeFault(fault: Fault): string {
  const lasting = fault.forUs === undefined ? "" : ` for ${seconds(fault.forUs)}`;
  return sentence(fault) + lasting;
}

function sentence(fault: Fault): string {
  switch (fault.kind) {
    case "kill":
    case "drain":
      return `${fault.kind} ${fault.target}${back(fault.restartAfterUs)}`;
    case "pause":
    case "isolate":
      return `${fault.kind} ${fault.target}`;
    case "rolling":
      return `restart one node after the other, every ${seconds(fault.everyUs)}`;
    case "cut":
    case "stall":
    case "reset":
      return `${fault.kind} ${fault.between[0]} and ${fault.between[1]}`;
    case "swizzle":
      return `cut the links between ${fault.between[0]} and ${fault.between[1]} one by one, and heal them in another order`;
    case "bridge":
      return `all other nodes cut from each other, ${fault.target} linked to all`;
    case "one_way":
      return `cut ${fault.between[0]} to ${fault.between[1]}, one way`;
    case "delay":
      return `delay between ${fault.between[0]} and ${fault.between[1]}`;
    case "throttle":
      return `throttle ${fault.between[0]} and ${fault.between[1]} to ${fault.bytesPerS} bytes/s`;
    case "slow":
      return `${fault.target} ${fault.factor} times slower`;
    case "half_open":
      return `${percent(fault.share)} of the connections half-open`;
    case "slow_reader":
      return `${percent(fault.share)} of the users read slowly`;
    case "vanish":
      return `${percent(fault.share)} of the users vanish`;
    case "skew":
      return `clock of ${fault.of} off by ${fault.byMs} ms${fault.driftPpm === 0 ? "" : `, drifting ${fault.driftPpm} ppm`}`;
    case "crash":
      return `crash ${fault.target} at ${fault.point}${back(fault.restartAfterUs)}`;
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late":
      return `${fault.store}: ${percent(fault.share)} of the calls ${CALLS[fault.kind]}`;
    case "key_away":
      return "the master key cannot be reached";
    case "wipe":
      return "Redis is wiped";
    case "lose_writes":
      return `${fault.store} restarts without the writes of its last ${seconds(fault.lastUs)}`;
    case "corrupt":
      return `s3: ${percent(fault.share)} of the bodies read come damaged`;
    case "reconnect_all":
      return "every client reconnects";
    case "rotate":
      return "the master key is rotated";
  }
}

const CALLS = {
  refuse: "refused",
  timeout_before: "lost on the way",
  lose_reply: "applied, their replies lost",
  apply_late: "applied after their deadline",
};

function back(restartAfterUs: number | undefined): string {
  return restartAfterUs === undefined ? "" : `, back after ${seconds(restartAfterUs)}`;
}

function seconds(us: number): string {
  return `${us / 1e6} s`;
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}
