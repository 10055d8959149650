// A scenario after loading: every default written out, every unit resolved, every name checked. Times are
// integer microseconds, sizes bytes, shares 0 to 1. What a person writes is decided in schema.ts and load.ts.
import type { Distribution } from "../kernel/distribution.ts";

export interface ResolvedScenario {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly profile: string;
  readonly bug?: string;
  readonly swarm: boolean;
  readonly cluster: {
    readonly nodes: number;
    readonly balancer: "least-connections" | "round-robin" | "random";
    /** Clients may connect to a node only while it listens; encodeFrames runs the codec in a simulation. */
    readonly encodeFrames: boolean;
    /** Replicas of Cassandra; absent: one. In a swarm: what some seeds have. */
    readonly cassandra?: number;
    /** Rare lawful behaviour of what nodes stand on, in a simulation. In a swarm: what half of the seeds have. */
    readonly quirks?: true;
  };
  readonly population: {
    readonly users: number;
    /** Friends a user. */
    readonly friendsPerUser: Distribution;
    /** In place of drawn friendships: who is friends with whom, each pair once. */
    readonly friendPairs?: readonly (readonly [user: number, friend: number])[];
  };
  readonly phases: readonly Phase[];
  readonly behaviour: Behaviour;
  readonly faults: readonly Fault[];
  readonly thresholds: readonly Threshold[];
  readonly capacity?: {
    readonly of: "users" | "rate" | "nodes";
    readonly within: string;
    readonly tolerance: number;
  };
  /** Replaces the drawn workload. */
  readonly script?: readonly ScriptAction[];
  /** Overrides draws: stream -> ordinal, or "all" for whatever has none -> value in [0, 1). */
  readonly choices?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Points (atUs from the phase's start, value), linear in between; a step has two points at one time. */
export type Curve = readonly (readonly [atUs: number, value: number])[];

export interface Phase {
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly warmup: boolean;
  /** How many mean to be online; absent: people come and go by stay_online and stay_offline. */
  readonly online?: Curve;
  /** Messages a second, all users together. */
  readonly messages: { readonly ratePerS: number; readonly process: "poisson" | "constant" };
}

export interface Behaviour {
  readonly bodyBytes: Distribution;
  /** Microseconds. */
  readonly readAfterUs: Distribution;
  readonly stayOnlineUs?: Distribution;
  readonly stayOfflineUs?: Distribution;
  readonly attachments: readonly {
    readonly kind: "image" | "voice" | "file";
    readonly share: number;
    readonly bytes: Distribution;
    /** Share of recipients who open it. */
    readonly opened: number;
  }[];
  /** So many chats, of people of their own, get that share of all messages. */
  readonly hotChats?: { readonly chats: number; readonly share: number };
  /** Share of sign-ins on a fresh device. */
  readonly freshDevice: number;
  /** Per second, all users together. */
  readonly befriendPerS: number;
  readonly historyPerS: number;
  readonly searchPerS: number;
}

/** "vault" is where the master key lives: it can fail like a store. */
export type StoreName = "redis" | "cassandra" | "s3" | "vault";
/** node-N, nodes, redis, cassandra, cassandra-N, s3, users. */
export type Site = string;

export interface FaultTiming {
  readonly name: string;
  /** From the start of the run. */
  readonly atUs: number;
  /** Absent for instants and for kills without restart. */
  readonly forUs?: number;
  /** Line and column in the scenario file. */
  readonly place?: string;
}
export type Fault = FaultTiming &
  (
    | { readonly kind: "kill"; readonly target: Site; readonly restartAfterUs?: number }
    | { readonly kind: "pause"; readonly target: Site }
    | { readonly kind: "drain"; readonly target: Site; readonly restartAfterUs?: number }
    | { readonly kind: "rolling"; readonly everyUs: number }
    | {
        readonly kind: "cut" | "one_way" | "stall" | "reset" | "swizzle";
        readonly between: readonly [Site, Site];
      }
    | {
        readonly kind: "delay";
        readonly between: readonly [Site, Site];
        readonly latency: Distribution;
      }
    | {
        readonly kind: "throttle";
        readonly between: readonly [Site, Site];
        readonly bytesPerS: number;
      }
    | { readonly kind: "isolate" | "bridge"; readonly target: Site }
    | { readonly kind: "slow"; readonly target: Site; readonly factor: number }
    | { readonly kind: "half_open" | "slow_reader" | "vanish"; readonly share: number }
    | { readonly kind: "skew"; readonly of: Site; readonly byMs: number; readonly driftPpm: number }
    | {
        readonly kind: "crash";
        readonly target: Site;
        readonly point: string;
        readonly restartAfterUs?: number;
      }
    | {
        readonly kind: "refuse" | "timeout_before" | "lose_reply" | "apply_late";
        readonly store: StoreName;
        readonly share: number;
      }
    | { readonly kind: "key_away" }
    | { readonly kind: "wipe" }
    | { readonly kind: "lose_writes"; readonly store: Site; readonly lastUs: number }
    | { readonly kind: "corrupt"; readonly share: number }
    | { readonly kind: "reconnect_all" }
    | { readonly kind: "rotate" }
  );
export type FaultKind = Fault["kind"];

export interface Threshold {
  /** The key as written: metric with optional {tag:value}. */
  readonly metric: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** As written. */
  readonly expression: string;
  readonly aggregate: "count" | "rate" | "value" | "avg" | "min" | "max" | "med" | "p";
  readonly percentile?: number;
  readonly op: "<" | "<=" | ">" | ">=" | "==" | "!=";
  /** In the metric's own unit (ms, count, share, bytes). */
  readonly value: number;
  readonly overUs?: number;
  readonly inPhase?: string;
  readonly after?: { readonly fault: string; readonly withinUs: number };
  readonly baseline?: { readonly changePercent: number };
  readonly abortOnFail: boolean;
  readonly delayAbortEvalUs: number;
  readonly place?: string;
}

export interface ScriptAction {
  readonly atUs: number;
  /** 1-based user id. */
  readonly user: number;
  readonly do:
    | ("sign_in" | "sign_out" | "vanish" | "switch_device")
    | ("send" | "read" | "open" | "history" | "search" | "befriend" | "accept")
    | ("fetch_foreign" | "send_foreign" | "send_expired" | "send_again" | "read_beyond");
  /** The friend it is about. */
  readonly to?: number;
  /** Of a sign-in: on a device that is new. */
  readonly fresh?: true;
  /** Of a send: what is attached, and its size. */
  readonly attach?: "image" | "voice" | "file";
  readonly bytes?: number;
  /** Of a read: one of the friend's devices alone, from 1 in the order in which the reader heard of them. */
  readonly log?: number;
  /** Of an open: how many attachments were shown since that one; absent: the last. */
  readonly back?: number;
}
