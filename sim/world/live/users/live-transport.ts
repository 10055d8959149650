// A live device's end of its connections: the balancer names a node, a WebSocket carries the frames. Also what
// faults do to devices' sockets: vanish, half-open, slow reading.
import type { RandomStream } from "../../../../server/ports/random.ts";
import { Codec } from "../../../../server/protocol/codec.ts";
import type { ClientFrame } from "../../../../server/protocol/frames.ts";
import type { DeviceId, UserId } from "../../../../server/protocol/ids.ts";
import type { Transport, TransportConnection, TransportHandler } from "../../../device/ports.ts";
import type { BalancerPolicy } from "../../balancer.ts";
import type { LiveNodeAddress } from "./contract.ts";
import { sealedBytesCodec } from "./sealed-bytes.ts";
import type { SharedNodes } from "./shared-nodes.ts";
import { WebSocket, type WebSocketHandler } from "./web-socket.ts";

const PATH = "/v1/ws";
const PROTOCOL = "chatquake.v1.json";
/** Where no node listens, the device hears of it after so long. */
const NOBODY_MS = 10;
/** A node takes a silent client for dead after 60 s and looks every 15 s; then the socket may go. */
const SILENT_MS = 90_000;
const SLOW_BYTES_PER_S = 200;

export interface TransportOptions {
  readonly nodes: readonly LiveNodeAddress[];
  readonly shared: SharedNodes;
  readonly balancer: BalancerPolicy;
  readonly random: RandomStream;
  /** Session numbers of this worker: first, first + step, ... */
  readonly firstSession: number;
  readonly sessionStep: number;
  later(ms: number, run: () => void): void;
}

export class LiveTransport implements Transport {
  readonly options: TransportOptions;
  readonly codec = new Codec(sealedBytesCodec);
  /** The last connection of each user, as long as it is not known to have ended. */
  readonly byUser = new Map<UserId, LiveConnection>();
  /** All that still hold a socket, those included that their devices have given up. */
  readonly held = new Set<LiveConnection>();
  #session: number;

  constructor(options: TransportOptions) {
    this.options = options;
    this.#session = options.firstSession - options.sessionStep;
  }

  connect(user: UserId, _device: DeviceId, handler: TransportHandler): TransportConnection {
    this.#session += this.options.sessionStep;
    const connection = new LiveConnection(this, this.#session, user, handler);
    this.byUser.set(user, connection);
    connection.dial(this.choose());
    return connection;
  }

  /** Index of the node that the balancer names now; -1 for none. */
  choose(): number {
    const { shared, balancer, random } = this.options;
    return shared.choose(balancer, random);
  }

  close(): void {
    for (const connection of this.held) connection.destroy();
  }
}

export class LiveConnection implements TransportConnection, WebSocketHandler {
  readonly session: number;
  readonly user: UserId;
  node = -1;
  readonly #transport: LiveTransport;
  #handler: TransportHandler | undefined;
  #socket: WebSocket | undefined = undefined;
  #dialed = -1;
  #isHalfOpen = false;
  #isSlow = false;
  /** Bytes of a slow reader that have not had their time yet. */
  #restingBytes = 0;

  constructor(transport: LiveTransport, session: number, user: UserId, handler: TransportHandler) {
    this.#transport = transport;
    this.session = session;
    this.user = user;
    this.#handler = handler;
  }

  dial(node: number): void {
    const { options, held } = this.#transport;
    const address = options.nodes[node];
    if (address === undefined) {
      options.later(NOBODY_MS, () => this.closed(0, ""));
      return;
    }
    this.#dialed = node;
    options.shared.addConnection(node, 1);
    held.add(this);
    const { host, port } = address;
    this.#socket = new WebSocket({ host, port, path: PATH, protocol: PROTOCOL }, this);
  }

  send(frame: ClientFrame): void {
    if (!this.#isHalfOpen) this.#socket?.send(this.#transport.codec.encode(frame));
  }

  close(): void {
    if (this.#isHalfOpen) this.#abandon();
    else this.#socket?.end();
    this.#gone();
  }

  /** Gone without a sign: the node's side of the connection stands until the node itself gives it up. */
  vanish(): void {
    this.#abandon();
    this.#gone();
  }

  /** Both sides go on believing in the connection; nothing passes any more. */
  halfOpen(): void {
    this.#isHalfOpen = true;
    this.#socket?.silence(SILENT_MS);
  }

  /** The way is broken at once, and both sides are told. */
  break(): void {
    this.#socket?.break();
  }

  setSlow(slow: boolean): void {
    this.#isSlow = slow;
    if (!slow) this.#socket?.setReading(true);
  }

  get isOpen(): boolean {
    return this.node >= 0 && this.#handler !== undefined;
  }

  destroy(): void {
    this.#socket?.destroy();
    this.#gone();
  }

  // ── the socket
  opened(): void {
    this.node = this.#dialed;
    this.#handler?.opened(this);
  }

  text(text: string): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    const frame = this.#transport.codec.decodeServer(text);
    if (frame === undefined)
      throw new Error(`a node sent ${text.length} characters that are no frame`);
    handler.frame(this, frame);
    if (this.#isSlow) this.#rest(text.length);
  }

  closed(code: number, reason: string): void {
    const handler = this.#handler;
    this.#gone();
    const byDevice = code === 4409 ? Number(/(\d+)$/.exec(reason)?.[1] ?? 0) : 0;
    // Whatever is no code of the protocol is a broken connection.
    handler?.closed(this, code >= 4000 ? code : 0, byDevice);
  }

  released(): void {
    this.#transport.held.delete(this);
  }

  /** A slow reader takes in what has arrived and then nothing until those bytes have had their time. */
  #rest(bytes: number): void {
    const isResting = this.#restingBytes > 0;
    this.#restingBytes += bytes;
    if (isResting) return;
    this.#socket?.setReading(false);
    // What else this turn brings is counted before the time is taken.
    this.#transport.options.later(0, () => this.#restOn());
  }

  #restOn(): void {
    const bytes = this.#restingBytes;
    this.#restingBytes = 0;
    this.#transport.options.later((bytes * 1000) / SLOW_BYTES_PER_S, () => {
      this.#socket?.setReading(true);
    });
  }

  #abandon(): void {
    this.#socket?.silence(SILENT_MS);
  }

  #gone(): void {
    const { byUser, options } = this.#transport;
    this.#handler = undefined;
    if (this.#dialed >= 0) options.shared.addConnection(this.#dialed, -1);
    this.#dialed = -1;
    if (byUser.get(this.user) === this) byUser.delete(this.user);
  }
}
