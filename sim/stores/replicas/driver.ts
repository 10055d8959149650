// A node's driver of the cluster: which replica coordinates a call, which hosts it takes for down, a second attempt
// for a read that waits. A write is one attempt: only where nobody listened does it go to the next host.
import { UNAVAILABLE } from "../../../server/ports/outcome.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { LABELS } from "../../kernel/labels.ts";
import { Fifo } from "../../kernel/fifo.ts";
import { keyed } from "../../kernel/random.ts";
import type { Link } from "../../net/link.ts";
import type { Network } from "../../net/network.ts";
import type { StoreCall } from "../store-call.ts";
import type { CassandraCluster } from "./cluster.ts";
import type { ClusterCall, ClusterCaller } from "./cluster-call.ts";
import { LateList, type Pending } from "./late-list.ts";
import { isRead } from "./merged-answers.ts";
import { replicaIndex, type Replica } from "./replica.ts";

const REQUEST_BYTES = 96;
const PROBE_BYTES = 64;
/** A read waits so long before it is tried elsewhere as well. */
const SPECULATE_US = 500_000;
const CALL_TIMEOUT_US = 2_000_000;
/** So many calls in a row without an answer: the host is taken for down. */
const TIMEOUTS_MAX = 4;
const RECONNECT_BASE_US = 250_000;
const RECONNECT_CAP_US = 5_000_000;
const PROBE_TIMEOUT_US = 3_000_000;
const COORDINATOR = 35;

interface Driven {
  readonly replica: Replica;
  readonly up: Link;
  readonly down: Link;
  /** Attempts that have not been looked at since, in order. */
  readonly open: Fifo<ClusterCall>;
  timeouts: number;
  isDown: boolean;
  retryAtUs: number;
  backoffUs: number;
}

/** A read that may go to a second host. */
interface WaitingRead extends Pending {
  readonly call: StoreCall;
  readonly first: Driven;
}

export class ClusterDriver implements ClusterCaller {
  readonly #cluster: CassandraCluster;
  readonly #kernel: Kernel;
  readonly #entity: number;
  readonly #hosts: readonly Driven[];
  readonly #speculative: LateList<WaitingRead>;

  constructor(cluster: CassandraCluster, network: Network, nodeSite: string) {
    this.#cluster = cluster;
    this.#kernel = cluster.kernel;
    this.#entity = network.endpoint(nodeSite).id;
    this.#hosts = cluster.replicas.map((replica) => ({
      replica,
      up: network.link(nodeSite, replica.site),
      down: network.link(replica.site, nodeSite),
      open: new Fifo<ClusterCall>(),
      timeouts: 0,
      isDown: false,
      retryAtUs: 0,
      backoffUs: RECONNECT_BASE_US,
    }));
    this.#speculative = new LateList(this.#kernel, SPECULATE_US, (read) => this.#again(read));
  }

  /** In the place of a link to the one Cassandra: the request leaves for a coordinator. */
  send<A>(
    _bytes: number,
    _label: number,
    _handler: (arg: A) => void,
    arg: A,
    departureUs: number = this.#kernel.now,
  ): number {
    const call = arg as unknown as StoreCall;
    const first = this.#choose(call, undefined);
    if (first === undefined) {
      call.outcome = UNAVAILABLE;
      call.client.dropped(call);
      this.#kernel.at(departureUs, LABELS.storeReply, settle, call);
      return departureUs;
    }
    this.#attempt(call, first, departureUs);
    if (isRead(call)) this.#speculative.add(new Waiting(call, first));
    return departureUs;
  }

  /** Something came back from a coordinator. */
  replied(at: ClusterCall): void {
    const { call } = at;
    const host = this.#hosts[at.coordinator.index]!;
    at.isAnswered = true;
    host.timeouts = 0;
    if (at.isClosed) {
      this.#markDown(host);
      if (call.settled || call.outcome !== undefined) return;
      const next = this.#choose(call, host);
      if (next !== undefined) return this.#attempt(call, next, this.#kernel.now);
      call.outcome = UNAVAILABLE;
      call.client.dropped(call);
      return settle(call);
    }
    if (call.settled || call.outcome !== undefined) return;
    call.outcome = at.outcome;
    settle(call);
  }

  /** True for a replica's site: what waits there ends, a read goes elsewhere. */
  breakConnection(site: string): boolean {
    const host = this.#hosts[replicaIndex(site)];
    if (host === undefined) return false;
    for (let at = host.open.shift(); at !== undefined; at = host.open.shift()) {
      const { call } = at;
      if (at.isAnswered || call.settled || call.outcome !== undefined) continue;
      if (isRead(call)) this.#again({ call, first: host, ended: false });
      else call.client.giveUp(call);
    }
    return true;
  }

  #attempt(call: StoreCall, host: Driven, departureUs: number): void {
    const at: ClusterCall = {
      call,
      driver: this,
      coordinator: host.replica,
      down: host.down,
      sentUs: departureUs,
      life: 0,
      outcome: undefined,
      isClosed: false,
      isAnswered: false,
    };
    host.open.push(at);
    const bytes = REQUEST_BYTES + call.bound.operation.requestBytes(call);
    const sent = { cluster: this.#cluster, at };
    host.up.send(bytes, LABELS.storeArrive, arrived, sent, departureUs);
  }

  #again({ call, first }: WaitingRead): void {
    const other = this.#choose(call, first);
    if (other !== undefined) this.#attempt(call, other, this.#kernel.now);
  }

  /** From a place on that the call draws, the first host that is not taken for down. */
  #choose(call: StoreCall, not: Driven | undefined): Driven | undefined {
    const count = this.#hosts.length;
    const u = keyed(this.#cluster.seed32, this.#entity, COORDINATOR, call.ordinal);
    const start = Math.floor(u * count);
    let found: Driven | undefined;
    for (let step = 0; step < count; step++) {
      const host = this.#hosts[(start + step) % count]!;
      this.#lookAt(host);
      if (found === undefined && host !== not && !host.isDown) found = host;
    }
    return found;
  }

  /** Counts the calls that timed out there; tries a host that is down again when its time has come. */
  #lookAt(host: Driven): void {
    for (let at = host.open.peek(); at !== undefined; at = host.open.peek()) {
      const isLate = this.#kernel.now - at.sentUs > CALL_TIMEOUT_US;
      if (!at.isAnswered && !isLate) break;
      host.open.shift();
      if (!at.isAnswered) host.timeouts += 1;
    }
    if (!host.isDown && host.timeouts >= TIMEOUTS_MAX) this.#markDown(host);
    if (!host.isDown || this.#kernel.now < host.retryAtUs) return;
    host.retryAtUs = this.#kernel.now + Math.max(host.backoffUs, PROBE_TIMEOUT_US);
    host.up.send(PROBE_BYTES, LABELS.connect, probed, { driver: this as ClusterDriver, host });
  }

  #markDown(host: Driven): void {
    host.timeouts = 0;
    host.open.clear();
    if (!host.isDown) host.backoffUs = RECONNECT_BASE_US;
    host.isDown = true;
    host.retryAtUs = this.#kernel.now + host.backoffUs;
    host.backoffUs = Math.min(RECONNECT_CAP_US, host.backoffUs * 2);
  }

  /** The host was asked for a connection: nobody listens, or it answers as soon as it gets to it. */
  probe(host: Driven): void {
    const { replica, down } = host;
    const task = { driver: this as ClusterDriver, host };
    if (replica.down) down.send(PROBE_BYTES, LABELS.connect, refused, task);
    else replica.service.submit(1, LABELS.connect, greeted, task);
  }

  greet(host: Driven): void {
    if (host.replica.down) return;
    host.down.send(PROBE_BYTES, LABELS.connect, connected, { driver: this as ClusterDriver, host });
  }

  connected(host: Driven): void {
    host.isDown = false;
    host.timeouts = 0;
  }

  refused(host: Driven): void {
    if (host.isDown) this.#markDown(host);
  }
}

class Waiting implements WaitingRead {
  readonly call: StoreCall;
  readonly first: Driven;

  constructor(call: StoreCall, first: Driven) {
    this.call = call;
    this.first = first;
  }

  get ended(): boolean {
    return this.call.settled || this.call.outcome !== undefined;
  }
}

interface HostTask {
  readonly driver: ClusterDriver;
  readonly host: Driven;
}

function arrived(task: { readonly cluster: CassandraCluster; readonly at: ClusterCall }): void {
  task.cluster.arrive(task.at);
}

function settle(call: StoreCall): void {
  call.client.replyArrived(call);
}

function probed({ driver, host }: HostTask): void {
  driver.probe(host);
}

function greeted({ driver, host }: HostTask): void {
  driver.greet(host);
}

function connected({ driver, host }: HostTask): void {
  driver.connected(host);
}

function refused({ driver, host }: HostTask): void {
  driver.refused(host);
}
