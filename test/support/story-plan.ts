// What a story is built from: the small scenario behind it, and the faults that it may call by name. The
// checkers know every fault beforehand, as they do in a run from a file.
import { readFileSync } from "node:fs";
import type { BalancerPolicy } from "../../sim/world/balancer.ts";
import { loadProfile } from "../../sim/scenario/profile.ts";
import type { Profile } from "../../sim/scenario/profile-types.ts";
import type { Fault, ResolvedScenario, StoreName } from "../../sim/scenario/types.ts";

export interface StoryPlan {
  /** "node-1" to "node-N"; 3 unless said. */
  readonly nodes?: number;
  /** Pairs of names that are friends before the story begins. */
  readonly friends?: readonly (readonly [string, string])[];
  /** Who else lives here. */
  readonly people?: readonly string[];
  readonly balancer?: BalancerPolicy;
  readonly seed?: number;
  /** How fast links, stores and processors are, where not as in the profile "lan". */
  readonly profile?: (lan: Profile) => Profile;
}

export function lanProfile(): Profile {
  const file = "scenarios/profiles/lan.yml";
  const loaded = loadProfile(readFileSync(file, "utf8"), file);
  if ("profile" in loaded) return loaded.profile;
  throw new Error(`${file}: ${loaded.problems.map((problem) => problem.message).join("; ")}`);
}

/** Names in the order in which the plan tells them. */
export function namesOf(plan: StoryPlan): string[] {
  return [...new Set([...(plan.friends ?? []).flat(), ...(plan.people ?? [])])];
}

export function scenarioOf(plan: StoryPlan): ResolvedScenario {
  const nodes = plan.nodes ?? 3;
  const once = { dist: "constant", value: 1 } as const;
  return {
    name: "story",
    title: "A story",
    seed: plan.seed ?? 1,
    profile: "lan",
    swarm: false,
    // Through the codec: what a device says and hears could be said and heard on a real wire.
    cluster: { nodes, balancer: plan.balancer ?? "least-connections", encodeFrames: true },
    population: { users: namesOf(plan).length, friendsPerUser: once },
    phases: [
      {
        name: "story",
        startUs: 0,
        durationUs: 1,
        warmup: false,
        messages: { ratePerS: 0, process: "constant" },
      },
    ],
    behaviour: {
      bodyBytes: once,
      readAfterUs: once,
      attachments: [],
      freshDevice: 0,
      befriendPerS: 0,
      historyPerS: 0,
      searchPerS: 0,
    },
    faults: faultsOf(nodes),
    thresholds: [],
  };
}

const STORES: readonly StoreName[] = ["redis", "cassandra", "s3", "vault"];

/** "kill node-2", "cut node-1 redis", "lose_reply cassandra", "wipe", ... */
function faultsOf(nodes: number): Fault[] {
  const names = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  const faults: Fault[] = [];
  for (const target of names) {
    for (const kind of ["kill", "pause", "drain", "isolate"] as const)
      faults.push({ name: `${kind} ${target}`, kind, target, atUs: 0 });
    for (const other of [...names, "users", "redis", "cassandra"])
      if (other !== target)
        faults.push({
          name: `cut ${target} ${other}`,
          kind: "cut",
          between: [target, other],
          atUs: 0,
        });
  }
  for (const store of STORES)
    for (const kind of ["refuse", "timeout_before", "lose_reply"] as const)
      faults.push({ name: `${kind} ${store}`, kind, store, share: 1, atUs: 0 });
  for (const kind of ["wipe", "rotate"] as const) faults.push({ name: kind, kind, atUs: 0 });
  faults.push({ name: "half_open", kind: "half_open", share: 1, atUs: 0 });
  faults.push({
    name: "skew users",
    kind: "skew",
    of: "users",
    byMs: 0,
    driftPpm: 0,
    atUs: 0,
  });
  return faults;
}
