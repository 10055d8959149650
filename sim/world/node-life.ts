// One life of a node in a simulation: its CPU, its ports, its sockets, the messenger core built on them.
import type { MessengerNode } from "../../server/core/node.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import { Cpu } from "../net/cpu.ts";
import type { Connection } from "../net/connection.ts";
import type { Host } from "../net/host.ts";
import { SimulatedClient, type ClientWire } from "./client-side.ts";
import { epochRank } from "./epoch-rank.ts";
import type { Incarnation } from "./incarnation.ts";
import { NodeClock } from "./node-clock.ts";
import type { NodeHost } from "./node-host.ts";
import { NodeRandom } from "./node-random.ts";
import { NodeTrace } from "./node-trace.ts";
import type { NodeWorld } from "./node-world.ts";
import { SimulatedLink, type LinkMessage } from "./simulated-link.ts";
import type { HttpExchange } from "./uploads.ts";

export class NodeLife {
  readonly world: NodeWorld;
  readonly host: NodeHost;
  readonly incarnation: Incarnation;
  readonly cpu: Cpu;
  readonly link: SimulatedLink;
  readonly node: MessengerNode;
  /** Store calls of this life that wait for their end. */
  readonly storeCalls: () => number;
  /** The connection to a store, or to one replica of it, breaks. */
  readonly breakStore: (site: string) => void;
  /** Takes clients: the first lease call has ended. */
  ready = false;
  readonly clients = new Set<SimulatedClient>();
  readonly exchanges = new Set<HttpExchange>();
  #unlisten: () => void = () => {};
  #connections = 0;

  constructor(world: NodeWorld, host: NodeHost, life: number, machine: Host) {
    this.world = world;
    this.host = host;
    const random = new NodeRandom(world.streams, world.ids, host.site, life);
    const drawId = (): number => random.id48();
    this.incarnation = world.incarnationOf(host.index, life, drawId);
    const costs = world.profile.cpu;
    this.cpu = new Cpu(world.kernel, {
      host: machine,
      collections: { workUs: costs.gcWorkUs, pauseUs: costs.gcPauseUs },
      seed32: world.seed32,
      entity: host.index * 65_536 + life,
    });
    this.link = new SimulatedLink({
      kernel: world.kernel,
      network: world.network,
      cpu: this.cpu,
      incarnation: this.incarnation,
      site: host.site,
      nodes: world.nodes,
      messageCostUs: costs.linkUs,
      timerCostUs: costs.timerUs,
      coverage: world.stores.coverage,
      onDelivered: (user, epoch) =>
        world.history.deliverAnswered(world.kernel.now, host.index, user, epochRank(epoch)),
    });
    const clock = new NodeClock(world.kernel, this.cpu, this.incarnation, host.skew, costs.timerUs);
    const trace = new NodeTrace(
      this.incarnation,
      host.index,
      world.crashPoints,
      world.traceListener,
    );
    const stores = world.stores.portsFor(host.site, this.cpu, this.incarnation);
    this.storeCalls = () => stores.inFlight();
    this.breakStore = (site) => stores.breakConnection(site);
    const ports: Ports = {
      clock,
      random,
      link: this.link,
      presence: stores.presence,
      messages: stores.messages,
      roster: stores.roster,
      blobs: stores.blobs,
      vault: stores.vault,
      tokens: world.tokens,
      trace,
    };
    this.node = world.factory(
      world.quirks?.around(ports, {
        kernel: world.kernel,
        cpu: this.cpu,
        incarnation: this.incarnation,
      }) ?? ports,
      {
        id: host.site,
        index: host.index,
        life,
        incarnation: this.incarnation.id,
        address: `${host.site}:7420`,
      },
    );
  }

  /** The process is up: it listens for peers, takes its lease, then clients. */
  begin(): void {
    const { world } = this;
    this.#unlisten = world.network.listen<ClientFrame & LinkMessage>(this.host.site, {
      onConnect: (wire) => this.#dialled(wire as unknown as Connection<never, never>),
    });
    this.link.start(this.node);
    world.kernel.touched();
    this.node.onReady(() => {
      this.ready = true;
      this.host.listening = true;
    });
    this.node.start();
    world.history.nodeUp(world.kernel.now, this.host.index, this.incarnation.id);
  }

  kill(): void {
    this.incarnation.alive = false;
    this.incarnation.diedAtUs = this.world.kernel.now;
    this.ready = false;
    this.#unlisten();
    this.cpu.stop();
    for (const client of this.clients) client.wire.reset(1);
    this.clients.clear();
    this.link.kill();
    this.breakExchanges();
  }

  /** Uploads and downloads under way end in mid-body. */
  breakExchanges(): void {
    for (const exchange of this.exchanges) exchange.broken();
    this.exchanges.clear();
  }

  forget(client: SimulatedClient): void {
    this.clients.delete(client);
  }

  #dialled(wire: Connection<never, never>): void {
    const from = wire.sites[0].name;
    if (from !== "users") {
      const link = { life: this as NodeLife, wire, from };
      this.cpu.run(this.world.profile.cpu.linkUs, acceptPeer, link);
    } else if (!this.ready) wire.refuse();
    else this.cpu.run(this.world.profile.cpu.acceptUs, acceptClient, { life: this, wire });
  }

  acceptClient(wire: ClientWire): void {
    const client = new SimulatedClient(++this.#connections, this, wire);
    this.clients.add(client);
    wire.accept(client, this.cpu.departureUs());
    this.world.kernel.touched();
    this.node.opened(client);
  }
}

function acceptClient(task: {
  readonly life: NodeLife;
  readonly wire: Connection<never, never>;
}): void {
  if (task.life.incarnation.alive)
    task.life.acceptClient(task.wire as unknown as Connection<ClientFrame, ServerFrame>);
}

function acceptPeer(task: {
  readonly life: NodeLife;
  readonly wire: Connection<never, never>;
  readonly from: string;
}): void {
  if (!task.life.incarnation.alive) return;
  const wire = task.wire as unknown as Connection<LinkMessage, LinkMessage>;
  task.life.link.accept(wire, task.from);
}
