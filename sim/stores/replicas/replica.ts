// One Cassandra replica: its own copy of every row, its service, what it has heard of the others, and the hints it
// keeps for them. What is asked of it, and how many must answer, is decided by the coordinators.
import type { MemoryMessageStore } from "../../../server/memory/message-store.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { Service } from "../../net/service.ts";
import type { MemoryStores } from "../memory-stores.ts";
import type { StoreCall } from "../store-call.ts";
import { StoreFaults } from "../store-fault.ts";
import type { Ballots } from "./decide.ts";
import type { StampedRoster } from "./stamped-roster.ts";

/** What a coordinator asks of a replica; the answer comes back to it. */
export interface ReplicaWork {
  /** What it costs and weighs. */
  readonly call: StoreCall;
  /** Done at the replica, at one instant. */
  at(replica: Replica): unknown;
  answered(replica: Replica, answer: unknown): void;
}

/** A write that a replica missed, kept by a coordinator. */
export interface Hint {
  readonly work: ReplicaWork;
  /** When it was last offered; -1 where it never was. */
  offeredUs: number;
  delivered: boolean;
}

export interface ReplicaStores extends MemoryStores {
  readonly messages: MemoryMessageStore;
  readonly roster: StampedRoster;
}

export class Replica {
  readonly index: number;
  readonly site: string;
  readonly service: Service;
  readonly faults: StoreFaults;
  stores: ReplicaStores;
  /** Grows at each kill. */
  life = 0;
  calls = 0;
  down = false;
  /** Down, or standing still. */
  isAway = false;
  /** When each replica was last heard of, by index. */
  readonly heardUs: number[];
  /** By the index of who missed them. */
  readonly hints: Hint[][];
  ballots: Ballots = new Map();

  constructor(kernel: Kernel, index: number, count: number, stores: ReplicaStores, parts: Parts) {
    this.index = index;
    this.site = replicaSite(index);
    this.stores = stores;
    this.service = new Service(kernel, { concurrency: parts.concurrency });
    this.faults = new StoreFaults(parts.seed32);
    this.heardUs = Array.from({ length: count }, () => 0);
    this.hints = Array.from({ length: count }, () => []);
  }
}

interface Parts {
  readonly concurrency: number;
  readonly seed32: number;
}

export function replicaSite(index: number): string {
  return `cassandra-${index + 1}`;
}

/** 0-based; -1 for what is no replica. */
export function replicaIndex(site: string): number {
  return site.startsWith("cassandra-") ? Number(site.slice(10)) - 1 : -1;
}
