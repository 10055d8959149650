// The node-to-node adapter in a simulation: one connection per pair (the lower id dials), pings both ways
// every 2 s, dead after 6 s of silence, requests with a deadline of 1 s. One instance per life of a node.
import type {
  LinkHandler,
  LinkNote,
  LinkReply,
  LinkRequest,
  NodeLink,
} from "../../server/ports/node-link.ts";
import { ok, UNAVAILABLE, UNKNOWN, type Outcome } from "../../server/ports/outcome.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import { Fifo } from "../kernel/fifo.ts";
import type { CloseCause, Connection, ConnectionHandler, Side } from "../net/connection.ts";
import type { Cpu } from "../net/cpu.ts";
import type { Network } from "../net/network.ts";
import type { StoreCoverage } from "../stores/store-coverage.ts";
import type { Incarnation } from "./incarnation.ts";
import { linkMessageBytes } from "./link-bytes.ts";

const PING_EVERY_US = 2_000_000;
const DEAD_AFTER_US = 6_000_000;
const REQUEST_DEADLINE_US = 1_000_000;
const DIAL_TIMEOUT_US = 2_000_000;

export type LinkMessage =
  | { readonly type: "ping" }
  | PendingRequest
  | { readonly type: "reply"; readonly id: number; readonly reply: LinkReply }
  | { readonly type: "note"; readonly note: LinkNote };

const PING: LinkMessage = { type: "ping" };

/** A request on its way; it travels itself, so that the sender's side can tell whether it was handled. */
interface PendingRequest {
  readonly type: "request";
  readonly id: number;
  readonly request: LinkRequest;
  readonly deadlineUs: number;
  readonly settle: (outcome: Outcome<LinkReply>) => void;
  open: boolean;
  handled: boolean;
}

type LinkConnection = Connection<LinkMessage, LinkMessage>;

export interface LinkSite {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly cpu: Cpu;
  readonly incarnation: Incarnation;
  readonly site: string;
  /** All nodes, this one included, in order of id. */
  readonly nodes: readonly string[];
  readonly messageCostUs: number;
  readonly timerCostUs: number;
  readonly coverage: StoreCoverage;
  /** The node says that it has handed a message to its user's session of this epoch. */
  readonly onDelivered: (user: number, epoch: string) => void;
}

export class SimulatedLink implements NodeLink {
  readonly #at: LinkSite;
  readonly #peers: readonly string[];
  readonly #ends = new Map<string, LinkEnd>();
  readonly #dialling = new Set<string>();
  /** Dialled by a peer that has not said anything yet. */
  readonly #accepted = new Set<LinkEnd>();
  readonly #waiting = new Map<number, PendingRequest>();
  readonly #deadlines = new Fifo<PendingRequest>();
  #deadlineArmed = false;
  #handler: LinkHandler | undefined;
  #requests = 0;

  constructor(at: LinkSite) {
    this.#at = at;
    this.#peers = at.nodes.filter((node) => node !== at.site);
  }

  /** From here on the node answers its peers, dials those it must, and pings. */
  start(handler: LinkHandler): void {
    this.#handler = handler;
    this.#dialMissing();
    this.#armPing();
  }

  peers(): readonly string[] {
    return this.#peers;
  }

  live(peer: string): boolean {
    return this.#ends.has(peer);
  }

  request(peer: string, request: LinkRequest): Promise<Outcome<LinkReply>> {
    const at = this.#at;
    if (!at.incarnation.alive) return new Promise(() => {});
    const end = this.#ends.get(peer);
    if (end === undefined) {
      at.coverage.count(`link.${request.type}`, "refused");
      return Promise.resolve(UNAVAILABLE);
    }
    return new Promise((settle) => {
      const pending: PendingRequest = {
        type: "request",
        id: ++this.#requests,
        request,
        deadlineUs: at.kernel.now + REQUEST_DEADLINE_US,
        settle,
        open: true,
        handled: false,
      };
      this.#waiting.set(pending.id, pending);
      this.#deadlines.push(pending);
      this.#armDeadline();
      end.send(pending);
    });
  }

  note(peer: string, note: LinkNote): void {
    if (this.#at.incarnation.alive) this.#ends.get(peer)?.send({ type: "note", note });
  }

  /**
   * A peer dialled this node. The link counts as up once the peer's first message is here: then the peer knows
   * it as up, and nothing that it could not hand over before is missed by what a restored link has read again.
   */
  accept(connection: LinkConnection, peer: string): void {
    const end = new LinkEnd(this, this.#at, connection, 1, peer);
    connection.accept(end, this.#at.cpu.departureUs());
    this.#accepted.add(end);
  }

  /** The process died: its sockets are reset by its host. */
  kill(): void {
    for (const end of [...this.#ends.values(), ...this.#accepted]) end.connection.reset(end.side);
    this.#ends.clear();
    this.#accepted.clear();
  }

  /** The connection to a peer breaks; both sides are told. */
  break(peer: string): void {
    const end = this.#ends.get(peer);
    if (end === undefined) return;
    end.connection.reset(end.side);
    this.#linkDown(peer);
  }

  opened(end: LinkEnd): void {
    this.#dialling.delete(end.peer);
    this.#linkUp(end);
    end.send(PING);
  }

  failed(end: LinkEnd): void {
    this.#dialling.delete(end.peer);
    this.#accepted.delete(end);
    if (this.#ends.get(end.peer) === end) this.#linkDown(end.peer);
  }

  handle(end: LinkEnd, message: LinkMessage): void {
    end.lastHeardUs = this.#at.kernel.now;
    if (!end.isUp) this.#linkUp(end);
    switch (message.type) {
      case "ping":
        return;
      case "reply":
        return this.#answered(message.id, message.reply);
      case "note":
        this.#at.kernel.touched();
        return this.#handler?.note(end.peer, message.note);
      case "request":
        return this.#serve(end, message);
    }
  }

  #serve(end: LinkEnd, message: PendingRequest): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    message.handled = true;
    const answered = handler.request(end.peer, message.request).then((reply) => {
      if (!this.#at.incarnation.alive) return;
      const { request } = message;
      if (reply.type === "delivered" && request.type === "deliver")
        this.#at.onDelivered(request.user, request.epoch);
      end.send({ type: "reply", id: message.id, reply });
    });
    this.#at.kernel.spawn(answered);
  }

  #answered(id: number, reply: LinkReply): void {
    const pending = this.#waiting.get(id);
    if (pending === undefined) return;
    this.#waiting.delete(id);
    pending.open = false;
    this.#at.coverage.count(`link.${pending.request.type}`, "ok");
    this.#at.kernel.touched();
    pending.settle(ok(reply));
  }

  #armDeadline(): void {
    const first = this.#deadlines.peek();
    if (this.#deadlineArmed || first === undefined) return;
    this.#deadlineArmed = true;
    this.#at.kernel.at(
      Math.max(first.deadlineUs, this.#at.kernel.now),
      LABELS.timer,
      deadlineDue,
      this as SimulatedLink,
    );
  }

  expire(): void {
    this.#deadlineArmed = false;
    const at = this.#at;
    for (;;) {
      const first = this.#deadlines.peek();
      if (first === undefined || (first.open && first.deadlineUs > at.kernel.now)) break;
      this.#deadlines.shift();
      if (!first.open) continue;
      first.open = false;
      this.#waiting.delete(first.id);
      at.coverage.count(
        `link.${first.request.type}`,
        first.handled ? "unknownApplied" : "unknownNotApplied",
      );
      at.kernel.touched();
      first.settle(UNKNOWN);
    }
    this.#armDeadline();
  }

  get site(): LinkSite {
    return this.#at;
  }

  #linkUp(end: LinkEnd): void {
    const old = this.#ends.get(end.peer);
    if (old !== undefined) {
      this.#ends.delete(end.peer);
      old.connection.reset(old.side);
    }
    end.lastHeardUs = this.#at.kernel.now;
    end.isUp = true;
    this.#accepted.delete(end);
    this.#ends.set(end.peer, end);
    this.#at.kernel.touched();
    this.#handler?.linkUp(end.peer);
  }

  #linkDown(peer: string): void {
    this.#ends.delete(peer);
    this.#at.kernel.touched();
    this.#handler?.linkDown(peer);
  }

  #armPing(): void {
    this.#at.kernel.after(PING_EVERY_US, LABELS.timer, pingDue, this as SimulatedLink);
  }

  /** Runs on the node's CPU: a paused node neither pings nor notices. */
  ping(): void {
    const now = this.#at.kernel.now;
    for (const end of [...this.#ends.values()]) {
      if (now - end.lastHeardUs > DEAD_AFTER_US) {
        end.connection.reset(end.side, this.#at.cpu.departureUs());
        this.#linkDown(end.peer);
      } else end.send(PING);
    }
    this.#dialMissing();
    this.#armPing();
  }

  #dialMissing(): void {
    for (const peer of this.#peers) {
      if (peer < this.#at.site || this.#ends.has(peer) || this.#dialling.has(peer)) continue;
      this.#dialling.add(peer);
      const end = new LinkEnd(this, this.#at, undefined, 0, peer);
      end.connection = this.#at.network.connect<LinkMessage, LinkMessage>(
        this.#at.site,
        peer,
        end,
        DIAL_TIMEOUT_US,
      );
    }
  }
}

function deadlineDue(link: SimulatedLink): void {
  if (!link.site.incarnation.alive) return;
  link.site.cpu.run(link.site.timerCostUs, expireLink, link, true);
}

function expireLink(link: SimulatedLink): void {
  if (link.site.incarnation.alive) link.expire();
}

function pingDue(link: SimulatedLink): void {
  if (!link.site.incarnation.alive) return;
  link.site.cpu.run(link.site.timerCostUs, pingLink, link, true);
}

function pingLink(link: SimulatedLink): void {
  if (link.site.incarnation.alive) link.ping();
}

/** One side of a pair's connection. */
class LinkEnd implements ConnectionHandler<LinkMessage> {
  readonly owner: SimulatedLink;
  readonly at: LinkSite;
  connection: LinkConnection;
  readonly side: Side;
  readonly peer: string;
  lastHeardUs = 0;
  /** Was taken as the link to its peer; a later one may have replaced it. */
  isUp = false;

  constructor(
    owner: SimulatedLink,
    at: LinkSite,
    connection: LinkConnection | undefined,
    side: Side,
    peer: string,
  ) {
    this.owner = owner;
    this.at = at;
    this.connection = connection as LinkConnection;
    this.side = side;
    this.peer = peer;
  }

  send(message: LinkMessage): void {
    const departUs = this.at.cpu.departureUs();
    const bytes = linkMessageBytes(message);
    if (this.side === 0) this.connection.send(0, message, bytes, departUs);
    else this.connection.send(1, message, bytes, departUs);
  }

  onOpen(): void {
    if (this.at.incarnation.alive) this.owner.opened(this);
  }

  onMessage(_connection: Connection<never, never>, message: LinkMessage): void {
    if (!this.at.incarnation.alive) return;
    this.at.cpu.run(this.at.messageCostUs, handleMessage, { end: this, message });
  }

  onClose(_connection: Connection<never, never>, _cause: CloseCause): void {
    if (this.at.incarnation.alive)
      this.at.cpu.run(this.at.messageCostUs, linkFailed, this as LinkEnd);
  }
}

function handleMessage(task: { readonly end: LinkEnd; readonly message: LinkMessage }): void {
  if (task.end.at.incarnation.alive) task.end.owner.handle(task.end, task.message);
}

function linkFailed(end: LinkEnd): void {
  if (end.at.incarnation.alive) end.owner.failed(end);
}
