// What whoever runs a live world asks of its virtual users, and hears of the honesty of the generator. Types
// only; live-users.ts starts them.
import type { History } from "../../../history/history.ts";
import type { ResolvedScenario } from "../../../scenario/types.ts";

export interface LiveNodeAddress {
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

export interface LiveUsersOptions {
  readonly scenario: ResolvedScenario;
  /** Worker threads; any number plays the same population. */
  readonly workers: number;
  /** In the order of the history's node indexes. */
  readonly nodes: readonly LiveNodeAddress[];
  /** Hex; what the nodes check tokens with. */
  readonly tokenKey: string;
  /** process.hrtime at t = 0. The first phase begins there: best a moment after `begin`. */
  readonly startedNs: bigint;
  /** Wall clock at t = 0. */
  readonly epochMs: number;
  /** Told everything in the order of t, behind the slowest worker. */
  readonly history: History;
}

export interface LiveUsers {
  /**
   * What the harness itself tells the history between `begin` and `stop` (faults, nodes, the quiet phase): it is
   * merged with what the workers tell, so that `history` hears everything in the order of t.
   */
  readonly harness: History;
  /** The population starts; t of the first phase is that of the scenario. */
  begin(): void;
  /** 1: nobody new signs in, nothing is sent. 2: everybody else signs in, all is read at once. */
  quiet(step: 1 | 2): void;
  /** As in the simulation: every outbox is empty, everybody who means to be online is synced (step 2: and has read). */
  settled(): boolean;
  /** How many mean to be online. */
  onlineCount(): number;
  /** How many of them have their backlog. */
  syncedCount(): number;
  /** What the balancer's health check knows; every node listens at the start. */
  setListening(node: number, listening: boolean): void;
  health(): GeneratorHealth;
  // ── faults on people; each takes effect within a quarter of a second, at one time for all workers
  reconnectAll(): void;
  vanish(share: number): void;
  slowReader(share: number, on: boolean): void;
  halfOpen(share: number, on: boolean): void;
  /** Zeros: right again. */
  skew(byMs: number, driftPpm: number): void;
  /** What ended a worker before its time: the run has no verdict then. */
  failure(): Error | undefined;
  /** How far the merged history is behind now. */
  lagMs(): number;
  /** The population ends, everything it saw is told, its connections are closed. */
  stop(): Promise<void>;
}

export type GeneratorVerdict = "valid" | "degraded" | "invalid";

/** What one worker says of itself. */
export interface WorkerLoad {
  /** Event-loop delay beyond the sampling period. */
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** How late intended actions began. */
  readonly slipP50Ms: number;
  readonly slipP99Ms: number;
  readonly slipMaxMs: number;
  /** Intended actions so far. */
  readonly actions: number;
  /** Share of the time that the worker's loop was busy. */
  readonly busy: number;
  readonly sockets: number;
  readonly heapBytes: number;
}

export interface WorkerHealth extends WorkerLoad {
  readonly worker: number;
}

export interface GeneratorHealth {
  readonly verdict: GeneratorVerdict;
  /** One sentence with the figure that decided. */
  readonly why: string;
  readonly workers: readonly WorkerHealth[];
  /** Of the thread that merges and judges. */
  readonly mainLoopDelayP99Ms: number;
  readonly mainLoopDelayMaxMs: number;
  /** CPU of this process, of one core. */
  readonly cpuShare: number;
  readonly rssBytes: number;
  readonly openFiles: number;
  readonly openFilesMax: number;
  readonly lagMaxMs: number;
}
