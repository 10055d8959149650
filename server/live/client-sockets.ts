// Clients' WebSockets on /v1/ws. Text is turned into frames here, once, and frames into text; a client that
// does not speak the protocol is closed here, everything else is the core's to decide.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { ClientConnection, ClientHandler } from "../ports/client-transport.ts";
import { Codec } from "../protocol/codec.ts";
import type { CloseCode } from "../protocol/errors.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { FRAME_BYTES_MAX, SUBPROTOCOL } from "../protocol/version.ts";
import type { Cell } from "./metric-cells.ts";
import type { NodeMetrics } from "./metrics.ts";
import { bytesCodec } from "./opaque.ts";
import { type Stranger, Strangers, watchOpening } from "./strangers.ts";
import { ClientWriter, plainFrame, TurnEnd } from "./turn-writer.ts";

/** Above these the WebSocket layer itself closes, with 1009 or 1008. */
const FRAGMENTS_MAX = 32;
const CHUNKS_MAX = 4_096;
/** What a client may send before its `connect`: a token, at its longest, and what is around it. */
const OPENING_BYTES_MAX = 8 * 1024;
const TOO_LARGE = 1009;
/** How long a client may take to answer a close; then its socket, and what waits for it, is dropped. */
const CLOSE_MS = 2_000;
/** WebSocket pings cost an answer each: a client needs none of them. */
const PINGS_MAX = 1_000;
const PINGS_EACH_MS = 15_000;
const RETRY_AFTER_S = 1;
/** The reason of a close is at most so long in a close frame. */
const REASON_BYTES_MAX = 123;

/** The types of the package do not know `closeTimeout` yet. */
const SERVER_OPTIONS: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: FRAME_BYTES_MAX,
  maxFragments: FRAGMENTS_MAX,
  maxBufferedChunks: CHUNKS_MAX,
  autoPong: false,
  closeTimeout: CLOSE_MS,
  handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
};

export class ClientSockets {
  readonly #handler: ClientHandler;
  readonly #metrics: NodeMetrics;
  readonly #codec = new Codec(bytesCodec);
  readonly #server = new WebSocketServer(SERVER_OPTIONS);
  readonly #clientsMax: number;
  readonly #clients = new Set<LiveClient>();
  /** Those that are not signed in yet. */
  readonly #strangers = new Strangers();
  readonly #in = new Map<string, Cell>();
  readonly #out = new Map<string, Cell>();
  readonly turn = new TurnEnd();
  #connections = 0;

  constructor(handler: ClientHandler, metrics: NodeMetrics, clientsMax: number) {
    this.#handler = handler;
    this.#metrics = metrics;
    this.#clientsMax = clientsMax;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = request.headers["sec-websocket-protocol"] ?? "";
    if (!offered.split(",").some((name) => name.trim() === SUBPROTOCOL)) {
      refuseUpgrade(socket, 400, `the subprotocol is ${SUBPROTOCOL}`);
      return;
    }
    if (this.#clients.size >= this.#clientsMax && !this.#strangers.displaceOne()) {
      this.#metrics.refused("full");
      refuseUpgrade(socket, 503, "full: try another node, or later");
      return;
    }
    const address = request.socket.remoteAddress ?? "";
    this.#server.handleUpgrade(request, socket, head, (accepted) => {
      const client = new LiveClient(++this.#connections, address, accepted, socket, this);
      this.#clients.add(client);
      this.#strangers.add(client);
      this.#handler.opened(client);
    });
  }

  /** Drops whoever is still there. */
  close(): void {
    for (const client of Array.from(this.#clients)) client.drop();
  }

  received(client: LiveClient, text: string): void {
    this.#metrics.frameBytesIn.value += text.length;
    const frame = this.#codec.decodeClient(text);
    if (frame === undefined) {
      this.#count(this.#in, "in", "bad");
      client.end(4429, "bad-frame");
      return;
    }
    this.#count(this.#in, "in", frame.type);
    if (frame.type === "connect") client.introduced();
    this.#handler.frame(client, frame);
  }

  encoded(frame: ServerFrame): string {
    const text = this.#codec.encode(frame);
    this.#count(this.#out, "out", frame.type);
    this.#metrics.frameBytesOut.value += text.length;
    return text;
  }

  /** The messenger has taken its `connect`. */
  signedIn(client: LiveClient): void {
    this.#strangers.remove(client);
  }

  /** Another client took its room. */
  displaced(): void {
    this.#metrics.refused("displaced");
  }

  /** The client went, or broke the WebSocket protocol. */
  gone(client: LiveClient): void {
    this.#handler.closed(client);
  }

  forget(client: LiveClient): void {
    this.#clients.delete(client);
    this.#strangers.remove(client);
  }

  closing(code: number): void {
    this.#metrics.closed(code);
  }

  #count(cells: Map<string, Cell>, direction: "in" | "out", type: string): void {
    let cell = cells.get(type);
    if (cell === undefined) {
      cell = this.#metrics.frame(direction, type);
      cells.set(type, cell);
    }
    cell.value += 1;
  }
}

export class LiveClient implements ClientConnection, Stranger {
  readonly id: number;
  readonly address: string;
  readonly #socket: WebSocket;
  readonly #writer: ClientWriter;
  readonly #sockets: ClientSockets;
  /** Ends the watch on what comes before `connect`. */
  readonly #endWatch: () => void;
  #open = true;
  #signedIn = false;
  #pings = 0;
  #pingsSinceMs = 0;

  constructor(
    id: number,
    address: string,
    socket: WebSocket,
    wire: Duplex,
    sockets: ClientSockets,
  ) {
    this.id = id;
    this.address = address;
    this.#socket = socket;
    this.#endWatch = watchOpening(wire, OPENING_BYTES_MAX, () => this.#tooLarge());
    this.#writer = new ClientWriter(wire, sockets.turn);
    this.#sockets = sockets;
    socket.on("message", (data: Buffer, isBinary) => {
      if (!this.#open) return;
      if (isBinary) this.end(4429, "bad-frame");
      else sockets.received(this, data.toString());
    });
    socket.on("ping", (data) => this.#pinged(data));
    // The WebSocket layer has closed already, with a code of its own.
    socket.on("error", () => this.#lost());
    socket.on("close", () => {
      this.#lost();
      sockets.forget(this);
    });
  }

  /** It has sent `connect`: nothing more is read of it until that is taken. */
  introduced(): void {
    if (this.#signedIn) return;
    this.#endWatch();
    this.#socket.pause();
  }

  send(frame: ServerFrame): void {
    if (!this.#open) return;
    if (!this.#signedIn && frame.type === "connected") this.#signIn();
    const text = this.#sockets.encoded(frame);
    const plain = plainFrame(text);
    if (plain !== undefined) {
      this.#writer.add(plain);
      return;
    }
    this.#writer.flush();
    this.#socket.send(text);
  }

  close(code: CloseCode, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sockets.closing(code);
    this.#writer.flush();
    // Its answer to the close is to be read.
    if (!this.#signedIn) this.#socket.resume();
    this.#socket.close(code, reason.slice(0, REASON_BYTES_MAX));
  }

  bufferedBytes(): number {
    return this.#writer.waiting + this.#socket.bufferedAmount;
  }

  /** This edge ends it, not the core: the core is told. */
  end(code: CloseCode, reason: string): void {
    if (!this.#open) return;
    this.close(code, reason);
    this.#sockets.gone(this);
  }

  drop(): void {
    this.#lost();
    this.#socket.terminate();
  }

  displaced(): void {
    this.#sockets.displaced();
    this.drop();
  }

  #signIn(): void {
    this.#signedIn = true;
    this.#sockets.signedIn(this);
    this.#socket.resume();
  }

  /** As the WebSocket layer says it of a frame above its limit. */
  #tooLarge(): void {
    if (!this.#open) return;
    this.#lost();
    this.#sockets.closing(TOO_LARGE);
    this.#socket.close(TOO_LARGE);
  }

  #lost(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sockets.gone(this);
  }

  #pinged(data: Buffer): void {
    if (!this.#open) return;
    const nowMs = performance.now();
    if (nowMs - this.#pingsSinceMs > PINGS_EACH_MS) {
      this.#pingsSinceMs = nowMs;
      this.#pings = 0;
    }
    this.#pings += 1;
    if (this.#pings > PINGS_MAX) this.end(4429, "too fast");
    else this.#socket.pong(data);
  }
}

/** Ends an upgrade that is not taken, in HTTP's words. */
export function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  const body = `${text}\n`;
  const reasons: Record<number, string> = {
    400: "Bad Request",
    404: "Not Found",
    503: "Service Unavailable",
  };
  const later = status === 503 ? `retry-after: ${RETRY_AFTER_S}\r\n` : "";
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? "Error"}\r\nconnection: close\r\n${later}` +
      `content-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
