// A Cassandra cluster in a simulation, every row on every replica: calls come to their coordinators, replicas ask each
// other, faults hit one of them or all. How a call is coordinated is in coordinate.ts, write.ts and decide.ts; who is
// up in whose eyes, and hints, in gossip.ts; how a node finds a coordinator in driver.ts.
import { UNAVAILABLE, UNKNOWN, type Outcome } from "../../../server/ports/outcome.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { LABELS } from "../../kernel/labels.ts";
import { keyed } from "../../kernel/random.ts";
import type { Network } from "../../net/network.ts";
import { NO_OBSERVER, type StoreObserver } from "../store-observer.ts";
import type { StoreFault } from "../store-fault.ts";
import type { StoreModel } from "../store-model.ts";
import type { StoreServiceProfile } from "../store-profile.ts";
import { APPLIED, DROPPED, type StoreCall } from "../store-call.ts";
import type { ClusterCall } from "./cluster-call.ts";
import { coordinate } from "./coordinate.ts";
import { copyBallots } from "./decide.ts";
import { Gossip } from "./gossip.ts";
import type { Level } from "./level.ts";
import { LateList, type Pending } from "./late-list.ts";
import { repairReplica } from "./merged-answers.ts";
import { copyMessages, copyRoster } from "./copies.ts";
import { tellQuorum } from "./quorum-observer.ts";
import { Replica, replicaIndex, type ReplicaStores, type ReplicaWork } from "./replica.ts";

const REPLICAS = 3;
/** A replica lets go of what its coordinator has given up. */
const REQUEST_TIMEOUT_US = 2_000_000;
/** A read goes to another replica as well once it has waited for so long. */
const SLOW_READ_US = 50_000;
const MESSAGE_BYTES = 64;
const REFUSAL_BYTES = 40;
const LATE_US_MAX = 6_000_000;

// Purposes of keyed draws.
const SERVICE_TIME = 31;
const LATENESS = 32;
const DIED_APPLIED = 33;

export interface ClusterParts {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly profile: StoreServiceProfile;
  readonly seed32: number;
  /** Faults of the whole cluster, and its counters. */
  readonly model: StoreModel;
  readonly observer: StoreObserver;
  readonly makeStores: () => ReplicaStores;
  readonly levels?: { readonly read?: Level; readonly write?: Level };
}

/** A message from a coordinator to a replica and back. */
interface Message {
  readonly cluster: CassandraCluster;
  readonly from: Replica;
  readonly to: Replica;
  readonly work: ReplicaWork;
  readonly sentUs: number;
  readonly fromLife: number;
  toLife: number;
  answer: unknown;
}

export class CassandraCluster {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly model: StoreModel;
  readonly seed32: number;
  readonly replicas: readonly Replica[];
  readonly read: Level;
  readonly write: Level;
  readonly slowReads: LateList<Pending & { late(): void }>;
  readonly openWrites: LateList<Pending & { late(): void }>;
  readonly gossip: Gossip;
  repairs = 0;
  readonly #observer: StoreObserver;
  readonly #profile: StoreServiceProfile;
  readonly #makeStores: () => ReplicaStores;

  constructor(parts: ClusterParts) {
    const { kernel, profile, seed32 } = parts;
    this.kernel = kernel;
    this.network = parts.network;
    this.model = parts.model;
    this.seed32 = seed32;
    this.read = parts.levels?.read ?? "quorum";
    this.write = parts.levels?.write ?? "quorum";
    this.#observer = parts.observer;
    this.#profile = profile;
    this.#makeStores = parts.makeStores;
    const { concurrency } = profile;
    this.replicas = Array.from(
      { length: REPLICAS },
      (_, index) =>
        new Replica(kernel, index, REPLICAS, parts.makeStores(), { concurrency, seed32 }),
    );
    this.slowReads = new LateList(kernel, SLOW_READ_US, (read) => read.late());
    this.openWrites = new LateList(kernel, REQUEST_TIMEOUT_US, (write) => write.late());
    this.gossip = new Gossip(this);
  }

  needed(level: Level): number {
    return level === "one" ? 1 : Math.floor(REPLICAS / 2) + 1;
  }

  /** Jobs that wait at some replica. */
  get queueDepth(): number {
    return this.replicas.reduce((sum, { service }) => sum + service.queueDepth, 0);
  }

  // ── calls of nodes

  /** A request came to its coordinator. */
  arrive(at: ClusterCall): void {
    const { call, coordinator } = at;
    if (!call.client.sent(call)) return;
    this.model.calls += 1;
    if (coordinator.down) return this.#closed(at);
    at.life = coordinator.life;
    const { faults } = this.model;
    switch (faults.any ? faults.fate(call.client.entity, call.ordinal) : "serve") {
      case "refuse":
        return this.answer(at, UNAVAILABLE);
      case "drop":
        if (call.applied !== APPLIED) call.applied = DROPPED;
        return;
      case "lose_reply":
        call.replyLost = true;
        break;
      case "apply_late": {
        call.replyLost = true;
        const u = keyed(this.seed32, call.client.entity, LATENESS, call.ordinal);
        const fromUs = Math.max(call.deadlineAtUs, this.kernel.now) + Math.floor(u * LATE_US_MAX);
        this.kernel.at(fromUs + 1, LABELS.storeDone, served, { cluster: this, at });
        return;
      }
      case "serve":
        break;
    }
    const serviceUs = this.#serviceUs(coordinator, call);
    coordinator.service.submit(serviceUs, LABELS.storeDone, served, { cluster: this, at });
  }

  /** The coordinator has taken the request in. */
  serve(at: ClusterCall): void {
    const { call, coordinator } = at;
    if (at.life !== coordinator.life && !this.#dyingApplied(at)) return call.client.dropped(call);
    coordinate(this, at);
  }

  /** Nothing where the coordinator has died meanwhile, or its reply is to be lost. */
  answer(at: ClusterCall, outcome: Outcome<unknown>): void {
    const { call, coordinator } = at;
    // An unknown outcome is the node's deadline.
    if (outcome === UNKNOWN || call.replyLost || at.life !== coordinator.life) return;
    if (outcome === UNAVAILABLE) call.client.dropped(call);
    at.outcome = outcome;
    const bytes = MESSAGE_BYTES + call.bound.operation.replyBytes(outcome);
    at.down.send(bytes, LABELS.storeReply, replied, at);
  }

  #closed(at: ClusterCall): void {
    at.isClosed = true;
    at.down.send(REFUSAL_BYTES, LABELS.storeReply, replied, at);
  }

  /** Of what a dying coordinator had taken in, some was handed on. */
  #dyingApplied({ call, coordinator }: ClusterCall): boolean {
    if (!coordinator.down) return false;
    call.replyLost = true;
    return keyed(this.seed32, call.client.entity, DIED_APPLIED, call.ordinal) < 0.5;
  }

  #serviceUs(replica: Replica, call: StoreCall): number {
    const { operation, service } = call.bound;
    replica.calls += 1;
    let serviceUs = service.at(keyed(this.seed32, replica.index + 1, SERVICE_TIME, replica.calls));
    if (operation.items !== undefined)
      serviceUs += this.#profile.itemUs * (operation.items(call) - 1);
    if (this.#profile.kibUs > 0)
      serviceUs += (this.#profile.kibUs * operation.requestBytes(call)) / 1024;
    return Math.ceil(serviceUs);
  }

  // ── among replicas

  /** Done at once where the coordinator is its own replica. */
  ask(from: Replica, to: Replica, work: ReplicaWork): void {
    if (from === to) {
      work.answered(to, work.at(to));
      return;
    }
    const message: Message = {
      cluster: this,
      from,
      to,
      work,
      sentUs: this.kernel.now,
      fromLife: from.life,
      toLife: 0,
      answer: undefined,
    };
    const bytes = MESSAGE_BYTES + work.call.bound.operation.requestBytes(work.call);
    this.network.link(from.site, to.site).send(bytes, LABELS.storeArrive, reached, message);
  }

  reached(message: Message): void {
    const { to, work } = message;
    if (to.down) return;
    message.toLife = to.life;
    to.service.submit(this.#serviceUs(to, work.call), LABELS.storeDone, worked, message);
  }

  worked(message: Message): void {
    const { to, from, work } = message;
    if (message.toLife !== to.life) return;
    if (this.kernel.now - message.sentUs > REQUEST_TIMEOUT_US) return;
    message.answer = work.at(to);
    this.network
      .link(to.site, from.site)
      .send(MESSAGE_BYTES, LABELS.storeReply, answerReached, message);
  }

  answerReached({ from, to, fromLife, work, answer }: Message): void {
    if (fromLife === from.life && !from.down) work.answered(to, answer);
  }

  /** The write of a call, at one replica. */
  apply(replica: Replica, call: StoreCall): Outcome<unknown> {
    replica.stores.roster.stampUs = call.departedUs;
    const { operation } = call.bound;
    const outcome = tellQuorum(this.replicas, replica, call, this.#observer, () =>
      operation.apply(replica.stores, call, NO_OBSERVER),
    );
    call.client.applied(call);
    return outcome;
  }

  /** The observer is told of what a repair brings to a majority. */
  repaired(replica: Replica, call: StoreCall, value: unknown): void {
    this.repairs += 1;
    const repair = (): void => repairReplica(call, replica, value, this.replicas);
    tellQuorum(this.replicas, replica, call, this.#observer, repair, value);
  }

  // ── faults

  /** Notes what a replica holds; the returned function takes it back there, and its process is a new one. */
  remember(site: string): () => void {
    const replica = this.replicas[replicaIndex(site)];
    if (replica === undefined) throw new Error(`there is no ${site}`);
    const kept = this.#makeStores();
    copyMessages(replica.stores.messages, kept.messages);
    copyRoster(replica.stores.roster, kept.roster);
    const ballots = copyBallots(replica.ballots);
    return () => {
      replica.stores = kept;
      replica.ballots = ballots;
      replica.life += 1;
    };
  }

  /** At one replica, or at all; what hits single calls hits them at whatever coordinator they reach. */
  fault(site: string, fault: StoreFault): () => void {
    const replica = this.replicas[replicaIndex(site)];
    if (replica !== undefined) return this.setFault(replica, fault);
    if (fault.kind !== "killed" && fault.kind !== "paused" && fault.kind !== "slow")
      return this.model.setFault(fault);
    const lifts = this.replicas.map((each) => this.setFault(each, fault));
    return () => {
      for (const lift of lifts) lift();
    };
  }

  /** From now on at one replica; the returned function ends it. */
  setFault(replica: Replica, fault: StoreFault): () => void {
    replica.faults.add(fault);
    if (fault.kind === "killed") replica.life += 1;
    this.#applyFaults(replica);
    let inForce = true;
    return () => {
      if (!inForce) return;
      inForce = false;
      replica.faults.remove(fault);
      this.#applyFaults(replica);
    };
  }

  #applyFaults(replica: Replica): void {
    const { faults, service } = replica;
    const wasAway = replica.isAway;
    replica.down = faults.has("killed");
    replica.isAway = replica.down || faults.has("paused");
    service.setSpeed(1 / faults.slowness());
    if (faults.has("paused")) service.pause();
    else service.resume();
    // Who comes back does not hold its own absence against the others.
    if (wasAway && !replica.isAway) replica.heardUs.fill(this.kernel.now);
  }
}

function served(task: { readonly cluster: CassandraCluster; readonly at: ClusterCall }): void {
  task.cluster.serve(task.at);
}

function replied(at: ClusterCall): void {
  at.driver.replied(at);
}

function reached(message: Message): void {
  message.cluster.reached(message);
}

function worked(message: Message): void {
  message.cluster.worked(message);
}

function answerReached(message: Message): void {
  message.cluster.answerReached(message);
}
