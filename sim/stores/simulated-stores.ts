// All stores of a simulated run: the memory stores, a model of time and faults for each product, and the ports
// that a node is given. Who sets faults, and when, is the fault plan's.
import { MemoryBlobStore, type ChecksumOf } from "../../server/memory/blob-store.ts";
import { MemoryKeyVault } from "../../server/memory/key-vault.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { OpaquePacking } from "../../server/memory/opaque-packing.ts";
import { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import type { BlobBody, BlobStore } from "../../server/ports/blob-store.ts";
import type { KeyVault } from "../../server/ports/key-vault.ts";
import type { MessageStore } from "../../server/ports/message-store.ts";
import type { PresenceStore } from "../../server/ports/presence-store.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import { Samplers } from "../kernel/distribution.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { seedBeside } from "../kernel/random.ts";
import type { Cpu } from "../net/cpu.ts";
import type { Network } from "../net/network.ts";
import { BLOB_OPERATIONS, SimulatedBlobs } from "./blobs-port.ts";
import type { MemoryStores } from "./memory-stores.ts";
import { MESSAGE_OPERATIONS, SimulatedMessages } from "./messages-port.ts";
import { CassandraCluster } from "./replicas/cluster.ts";
import { ClusterDriver } from "./replicas/driver.ts";
import type { Level } from "./replicas/level.ts";
import { MergedMessages, MergedRoster } from "./replicas/merged-stores.ts";
import { StampedRoster } from "./replicas/stamped-roster.ts";
import { PRESENCE_OPERATIONS, SimulatedPresence } from "./presence-port.ts";
import { ROSTER_OPERATIONS, SimulatedRoster } from "./roster-port.ts";
import type { BoundOperation, StoreOperation } from "./store-call.ts";
import { StoreClient, type CallCounter, type Incarnation } from "./store-client.ts";
import { StoreClock } from "./store-clock.ts";
import { StoreCoverage } from "./store-coverage.ts";
import type { StoreFault } from "./store-fault.ts";
import { StoreModel } from "./store-model.ts";
import { NO_OBSERVER, type StoreObserver } from "./store-observer.ts";
import { STORE_NAMES, type StoreName, type StoreProfile } from "./store-profile.ts";
import { SimulatedVault, VAULT_OPERATIONS } from "./vault-port.ts";

export type { StoreFault } from "./store-fault.ts";
export type { StoreName } from "./store-profile.ts";

const CALL_DEADLINE_US = 2_000_000;
const BLOB_DEADLINE_US = 60_000_000;

export interface SimulatedStoresOptions {
  /** For the keyed draws of service times and faults: `streams.seed32("stores")`. */
  readonly seed32: number;
  /** What the wall clock shows at virtual time 0, in milliseconds. */
  readonly epochMs: number;
  /** 48 random bits for the vault's keys. */
  readonly id48: () => number;
  readonly checksumOf: ChecksumOf;
  /** The same body with other bytes, for `corrupt`. */
  readonly damage: (body: BlobBody) => BlobBody;
  readonly packing?: OpaquePacking;
  readonly observer?: StoreObserver;
  readonly coverage?: StoreCoverage;
  /** Memory stores that replace the correct ones: for planted bugs. */
  readonly memory?: Partial<MemoryStores>;
  /** Three replicas in the place of one Cassandra. */
  readonly replicated?: {
    /** One copy's message store, where it is not the correct one. */
    readonly messages?: () => MemoryMessageStore;
    readonly levels?: { readonly read?: Level; readonly write?: Level };
  };
  /** The same for presence, which needs Redis' clock. */
  readonly presence?: (redisNowMs: () => number) => MemoryPresenceStore;
  readonly callDeadlineUs?: number;
  readonly blobDeadlineUs?: number;
}

export interface NodeStorePorts {
  readonly presence: PresenceStore;
  readonly messages: MessageStore;
  readonly roster: RosterStore;
  readonly blobs: BlobStore;
  readonly vault: KeyVault;
  /** Calls of this node that wait for their end. */
  inFlight(): number;
  /** The node's connection to a store, or to one replica of it, breaks. */
  breakConnection(site: string): void;
}

export interface SimulatedStores {
  /** The ports of one life of the node at that site of the network. */
  portsFor(nodeSite: string, cpu: Cpu, incarnation: Incarnation): NodeStorePorts;
  /** Puts the fault in force, at a store or at one replica of it; the returned function ends it. */
  setFault(store: string, fault: StoreFault): () => void;
  /** Notes what a store holds; the returned function takes it back there, and its process is a new one. */
  remember(site: string): () => void;
  /** Calls that wait at a store. */
  queued(store: StoreName): number;
  /** Redis forgets everything, now. */
  wipeRedis(): void;
  /** The master key is replaced; keys wrapped under the old one still unwrap. Its id. */
  rotateMasterKey(): string;
  /** For scans, for what stands before the run begins, and for what is planted into the stores. */
  readonly memory: MemoryStores;
  readonly coverage: StoreCoverage;
  readonly models: Readonly<Record<StoreName, StoreModel>>;
  /** Cassandra as three replicas, where the scenario wants them. */
  readonly cluster: CassandraCluster | undefined;
}

export function createSimulatedStores(
  kernel: Kernel,
  network: Network,
  profile: StoreProfile,
  options: SimulatedStoresOptions,
): SimulatedStores {
  return new Stores(kernel, network, profile, options);
}

class Stores implements SimulatedStores {
  readonly memory: MemoryStores;
  readonly coverage: StoreCoverage;
  readonly models: Readonly<Record<StoreName, StoreModel>>;
  readonly cluster: CassandraCluster | undefined;
  #kernel: Kernel;
  #network: Network;
  #profile: StoreProfile;
  #options: SimulatedStoresOptions;
  #observer: StoreObserver;
  #redisClock: StoreClock;
  #counters = new Map<string, Record<StoreName, CallCounter>>();
  #bound;

  constructor(
    kernel: Kernel,
    network: Network,
    profile: StoreProfile,
    options: SimulatedStoresOptions,
  ) {
    this.#kernel = kernel;
    this.#network = network;
    this.#profile = profile;
    this.#options = options;
    this.#observer = options.observer ?? NO_OBSERVER;
    this.#redisClock = new StoreClock(kernel, options.epochMs);
    this.coverage = options.coverage ?? new StoreCoverage();
    const redisNowMs = (): number => this.#redisClock.nowMs();
    const planted = options.memory ?? {};
    const memory: MemoryStores = {
      messages: planted.messages ?? new MemoryMessageStore(options.packing),
      roster: planted.roster ?? new MemoryRosterStore(),
      presence:
        planted.presence ?? options.presence?.(redisNowMs) ?? new MemoryPresenceStore(redisNowMs),
      blobs: planted.blobs ?? new MemoryBlobStore(options.checksumOf),
      vault: planted.vault ?? new MemoryKeyVault(options.id48),
    };
    this.models = {
      redis: this.#model("redis", memory),
      cassandra: this.#model("cassandra", memory),
      s3: this.#model("s3", memory),
      vault: this.#model("vault", memory),
    };
    this.cluster = options.replicated === undefined ? undefined : this.#cluster(memory);
    this.memory =
      this.cluster === undefined
        ? memory
        : {
            ...memory,
            messages: new MergedMessages(this.cluster.replicas, options.packing),
            roster: new MergedRoster(this.cluster.replicas),
          };
    const deadlineUs = options.callDeadlineUs ?? CALL_DEADLINE_US;
    this.#bound = {
      messages: this.#bindAll(MESSAGE_OPERATIONS, "cassandra", deadlineUs),
      roster: this.#bindAll(ROSTER_OPERATIONS, "cassandra", deadlineUs),
      presence: this.#bindAll(PRESENCE_OPERATIONS, "redis", deadlineUs),
      blobs: this.#bindAll(BLOB_OPERATIONS, "s3", options.blobDeadlineUs ?? BLOB_DEADLINE_US),
      vault: this.#bindAll(VAULT_OPERATIONS, "vault", deadlineUs),
    };
  }

  portsFor(nodeSite: string, cpu: Cpu, incarnation: Incarnation): NodeStorePorts {
    const driver = this.cluster && new ClusterDriver(this.cluster, this.#network, nodeSite);
    const redis = this.#client("redis", nodeSite, cpu, incarnation);
    const cassandra = this.#client("cassandra", nodeSite, cpu, incarnation, driver);
    const s3 = this.#client("s3", nodeSite, cpu, incarnation);
    const vault = this.#client("vault", nodeSite, cpu, incarnation);
    const clients: Readonly<Record<string, StoreClient>> = { redis, cassandra, s3, vault };
    return {
      presence: new SimulatedPresence(redis, this.#bound.presence),
      messages: new SimulatedMessages(cassandra, this.#bound.messages),
      roster: new SimulatedRoster(cassandra, this.#bound.roster),
      blobs: new SimulatedBlobs(s3, this.#bound.blobs),
      vault: new SimulatedVault(vault, this.#bound.vault, this.memory.vault),
      inFlight: () => redis.inFlight + cassandra.inFlight + s3.inFlight + vault.inFlight,
      breakConnection: (site) => {
        if (driver?.breakConnection(site) !== true) clients[site]?.broken();
      },
    };
  }

  setFault(site: string, fault: StoreFault): () => void {
    const { cluster } = this;
    if (cluster !== undefined && site.startsWith("cassandra")) return cluster.fault(site, fault);
    const store = site as StoreName;
    const lift = this.models[store].setFault(fault);
    if (fault.kind !== "skew" || store !== "redis") return lift;
    const straighten = this.#redisClock.skew(fault.byMs, fault.driftPpm);
    return () => {
      straighten();
      lift();
    };
  }

  remember(site: string): () => void {
    const { cluster } = this;
    if (cluster !== undefined && site !== "redis") return cluster.remember(site);
    if (site !== "redis") throw new Error(`${site} keeps what it was given`);
    const { presence } = this.memory;
    const saved = presence.saved();
    return () => {
      presence.restore(saved);
      this.models.redis.life += 1;
      this.#observer.presenceWiped();
      presence.scan((record) => this.#observer.presenceApplied(record));
    };
  }

  queued(store: StoreName): number {
    if (store === "cassandra" && this.cluster !== undefined) return this.cluster.queueDepth;
    return this.models[store].service.queueDepth;
  }

  wipeRedis(): void {
    this.memory.presence.wipe();
    this.#observer.presenceWiped();
  }

  rotateMasterKey(): string {
    return this.memory.vault.rotate();
  }

  #cluster(memory: MemoryStores): CassandraCluster {
    const { replicated, packing } = this.#options;
    return new CassandraCluster({
      kernel: this.#kernel,
      network: this.#network,
      profile: this.#profile.cassandra,
      seed32: seedBeside(this.#options.seed32, STORE_NAMES.indexOf("cassandra")),
      model: this.models.cassandra,
      observer: this.#observer,
      makeStores: () => ({
        ...memory,
        messages: replicated?.messages?.() ?? new MemoryMessageStore(packing),
        roster: new StampedRoster(),
      }),
      ...(replicated?.levels === undefined ? {} : { levels: replicated.levels }),
    });
  }

  #model(name: StoreName, memory: MemoryStores): StoreModel {
    return new StoreModel({
      name,
      kernel: this.#kernel,
      profile: this.#profile[name],
      seed32: seedBeside(this.#options.seed32, STORE_NAMES.indexOf(name)),
      memory,
      observer: this.#observer,
      wipe: () => {
        if (name !== "redis") throw new Error(`${name} keeps its data over a restart`);
        this.wipeRedis();
      },
      damage: this.#options.damage,
    });
  }

  #client(
    store: StoreName,
    nodeSite: string,
    cpu: Cpu,
    incarnation: Incarnation,
    driver?: ClusterDriver,
  ): StoreClient {
    return new StoreClient({
      kernel: this.#kernel,
      cpu,
      incarnation,
      up: driver ?? this.#network.link(nodeSite, store),
      down: this.#network.link(store, nodeSite),
      counter: this.#counter(nodeSite)[store],
      entity: this.#network.endpoint(nodeSite).id,
      nodeReplyUs: this.#profile[store].nodeReplyUs,
    });
  }

  #counter(nodeSite: string): Record<StoreName, CallCounter> {
    let counter = this.#counters.get(nodeSite);
    if (counter === undefined) {
      counter = {
        redis: { calls: 0 },
        cassandra: { calls: 0 },
        s3: { calls: 0 },
        vault: { calls: 0 },
      };
      this.#counters.set(nodeSite, counter);
    }
    return counter;
  }

  #bindAll<K extends string>(
    operations: Readonly<Record<K, StoreOperation>>,
    store: StoreName,
    deadlineUs: number,
  ): Record<K, BoundOperation> {
    const { serviceUs, operations: named } = this.#profile[store];
    const samplers = new Samplers();
    const bound: Partial<Record<K, BoundOperation>> = {};
    for (const [method, operation] of Object.entries<StoreOperation>(operations))
      bound[method as K] = {
        operation,
        model: this.models[store],
        service: samplers.of(named?.[operation.portCall] ?? serviceUs),
        counts: this.coverage.counts(operation.portCall),
        deadlineUs,
      };
    return bound as Record<K, BoundOperation>;
  }
}
