// The NodeLink port over WebSockets: one authenticated connection per pair, dialled by the lower id, pings
// both ways every 2 s, dead after 6 s of silence. What the messages look like is decided in link-codec.ts.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type {
  LinkHandler,
  LinkNote,
  LinkReply,
  LinkRequest,
  NodeLink,
} from "../ports/node-link.ts";
import { type Outcome, UNAVAILABLE } from "../ports/outcome.ts";
import {
  encodeNote,
  encodeReply,
  encodeRequest,
  LINK_SUBPROTOCOL,
  type LinkMessage,
  PING_TEXT,
} from "./link-codec.ts";
import { PeerEnd } from "./link-end.ts";
import { LinkKey, newChallenge } from "./link-handshake.ts";
import { type Log, Seldom } from "./logging.ts";
import { type Stranger, Strangers, watchOpening } from "./strangers.ts";

const PACE: LinkPace = { pingMs: 2_000, deadMs: 6_000 };
const DIAL_MS = 2_000;
const HANDSHAKE_MS = 3_000;
/** Sockets that have not proved yet who they are; what each may send before it has. */
const STRANGERS_MAX = 32;
const OPENING_BYTES_MAX = 2 * 1024;
/** More than one full batch with its largest message. */
const PAYLOAD_BYTES_MAX = 1024 * 1024;

/** What is counted of the links. */
export interface LinkCounts {
  requested(type: LinkRequest["type"], outcome: "ok" | "refused" | "unknown"): void;
}

export interface LinkPace {
  readonly pingMs: number;
  /** Of silence; then the link is given up. */
  readonly deadMs: number;
}

export interface LinkOptions {
  readonly nodeId: string;
  /** Addresses of the peers by id. */
  readonly peers: ReadonlyMap<string, string>;
  readonly keyHex: string;
  readonly log: Log;
  readonly counts: LinkCounts;
  /** Another pace than the messenger's is for tests. */
  readonly pace?: LinkPace;
}

export class LiveLink implements NodeLink {
  readonly #options: LinkOptions;
  readonly #pace: LinkPace;
  readonly #key: LinkKey;
  readonly #peers: readonly string[];
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: PAYLOAD_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(LINK_SUBPROTOCOL) ? LINK_SUBPROTOCOL : false),
  });
  readonly #ends = new Map<string, PeerEnd>();
  readonly #dialling = new Map<string, WebSocket>();
  readonly #strangers = new Strangers();
  /** Accepted, and not known as links yet. */
  readonly #accepting = new Set<WebSocket>();
  readonly #refused: Seldom<string | undefined>;
  #handler: LinkHandler | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastPingMs = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#pace = options.pace ?? PACE;
    this.#key = new LinkKey(options.keyHex);
    this.#peers = Array.from(options.peers.keys()).sort();
    this.#refused = new Seldom((times, peer) =>
      options.log.warn({ peer, times }, "a link was refused: no peer, or another key"),
    );
  }

  /** From here on the node answers its peers, dials those it must, and pings. */
  start(handler: LinkHandler): void {
    this.#handler = handler;
    this.#lastPingMs = performance.now();
    this.#timer = setInterval(() => this.#ping(), this.#pace.pingMs);
    this.#dialMissing();
  }

  peers(): readonly string[] {
    return this.#peers;
  }

  live(peer: string): boolean {
    return this.#ends.has(peer);
  }

  async request(peer: string, request: LinkRequest): Promise<Outcome<LinkReply>> {
    const end = this.#ends.get(peer);
    const outcome =
      end === undefined ? UNAVAILABLE : await end.ask((id) => encodeRequest(id, request));
    this.#options.counts.requested(request.type, outcome.kind);
    return outcome;
  }

  note(peer: string, note: LinkNote): void {
    this.#ends.get(peer)?.note(encodeNote(note));
  }

  /** Links that are up, and requests that wait for their answer. */
  stats(): { readonly up: number; readonly waiting: number } {
    let waiting = 0;
    for (const end of this.#ends.values()) waiting += end.waiting;
    return { up: this.#ends.size, waiting };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#handler = undefined;
    for (const socket of this.#dialling.values()) socket.terminate();
    for (const socket of this.#accepting) socket.terminate();
    for (const end of this.#ends.values()) end.close();
    this.#ends.clear();
  }

  /** Somebody dialled /v1/link. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#handler === undefined) {
      socket.destroy();
      return;
    }
    const address = request.socket.remoteAddress ?? "";
    if (this.#strangers.count >= STRANGERS_MAX) this.#strangers.displaceOne();
    this.#server.handleUpgrade(request, socket, head, (accepted) =>
      this.#challenge(accepted, address, socket),
    );
  }

  #challenge(socket: WebSocket, address: string, wire: Duplex): void {
    const { nodeId, peers } = this.#options;
    const challenge = newChallenge();
    const stranger: Stranger = { address, displaced: () => socket.terminate() };
    this.#strangers.add(stranger);
    this.#accepting.add(socket);
    const patience = setTimeout(() => socket.terminate(), HANDSHAKE_MS);
    const endWatch = watchOpening(wire, OPENING_BYTES_MAX, () => socket.terminate());
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearTimeout(patience);
      this.#strangers.remove(stranger);
      this.#accepting.delete(socket);
    });
    socket.once("message", (data: Buffer) => {
      const accepted = this.#key.accept(data.toString(), nodeId, challenge);
      if (accepted === undefined || !peers.has(accepted.peer) || accepted.peer > nodeId) {
        this.#refused.happened(accepted?.peer);
        socket.terminate();
        return;
      }
      this.#strangers.remove(stranger);
      endWatch();
      socket.send(accepted.text);
      // Up for this side once the peer speaks: then the peer knows the link as up, and nothing that it
      // could not hand over before is missed by what a restored link has read again.
      socket.once("message", (first: Buffer) => {
        clearTimeout(patience);
        this.#accepting.delete(socket);
        socket.removeAllListeners();
        this.#linkUp(accepted.peer, socket).heard(first.toString());
      });
    });
    socket.send(JSON.stringify({ challenge }));
  }

  #dialMissing(): void {
    for (const peer of this.#peers) {
      if (peer < this.#options.nodeId || this.#ends.has(peer) || this.#dialling.has(peer)) continue;
      this.#dial(peer);
    }
  }

  #dial(peer: string): void {
    const { nodeId, peers } = this.#options;
    const socket = new WebSocket(`ws://${peers.get(peer)!}/v1/link`, LINK_SUBPROTOCOL, {
      handshakeTimeout: DIAL_MS,
      perMessageDeflate: false,
      maxPayload: PAYLOAD_BYTES_MAX,
    });
    this.#dialling.set(peer, socket);
    const patience = setTimeout(() => socket.terminate(), DIAL_MS + HANDSHAKE_MS);
    // Whoever listens there has proved nothing either.
    let endWatch = (): void => undefined;
    socket.once("upgrade", ({ socket: wire }) =>
      socket.once("open", () => {
        endWatch = watchOpening(wire, OPENING_BYTES_MAX, () => socket.terminate());
      }),
    );
    // The peer is away: the next ping dials again.
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearTimeout(patience);
      this.#dialling.delete(peer);
    });
    socket.once("message", (data: Buffer) => {
      const answer = this.#key.answer(data.toString(), nodeId, peer);
      if (answer === undefined) {
        socket.terminate();
        return;
      }
      socket.once("message", (last: Buffer) => {
        if (!this.#key.confirm(last.toString(), answer.expected)) {
          this.#options.log.warn({ peer }, "a link was refused: the peer holds another key");
          socket.terminate();
          return;
        }
        clearTimeout(patience);
        endWatch();
        this.#dialling.delete(peer);
        socket.removeAllListeners();
        this.#linkUp(peer, socket).say(PING_TEXT);
      });
      socket.send(answer.text);
    });
  }

  #linkUp(peer: string, socket: WebSocket): PeerEnd {
    // A peer that dials again has given the old connection up.
    this.#ends.get(peer)?.close();
    const end = new PeerEnd(peer, socket, {
      message: (message) => this.#received(end, message),
      down: () => this.#linkDown(end),
    });
    this.#ends.set(peer, end);
    this.#options.log.info({ peer }, "link up");
    this.#handler?.linkUp(peer);
    return end;
  }

  #linkDown(end: PeerEnd): void {
    if (this.#ends.get(end.peer) !== end) return;
    this.#ends.delete(end.peer);
    this.#options.log.info({ peer: end.peer }, "link down");
    this.#handler?.linkDown(end.peer);
  }

  #received(end: PeerEnd, message: LinkMessage): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    switch (message.type) {
      case "ping":
        return;
      case "reply":
        end.answered(message.id, message.reply);
        return;
      case "note":
        handler.note(end.peer, message.note);
        return;
      case "request":
        handler.request(end.peer, message.request).then(
          (reply) => end.say(encodeReply(message.id, reply)),
          (error: unknown) => this.#options.log.error({ err: error }, "a peer's request failed"),
        );
        return;
    }
  }

  #ping(): void {
    const nowMs = performance.now();
    // After a pause of this process everyone looks silent, though what they said waits to be read.
    const late = nowMs - this.#lastPingMs > 2 * this.#pace.pingMs;
    this.#lastPingMs = nowMs;
    for (const end of Array.from(this.#ends.values())) {
      if (!late && nowMs - end.heardMs > this.#pace.deadMs) {
        end.close();
        this.#linkDown(end);
      } else end.say(PING_TEXT);
    }
    this.#dialMissing();
  }
}
