// A device's end of its connections in a simulation: the balancer names a node, the network carries the
// frames. Also what faults do to devices' sockets: vanish, half-open, slow reading.
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import { clientFrameBytes } from "../../server/protocol/size.ts";
import type { Transport, TransportConnection, TransportHandler } from "../device/ports.ts";
import { LABELS } from "../kernel/labels.ts";
import type { CloseCause, Connection, ConnectionHandler } from "../net/connection.ts";
import type { ClientWire, CloseNote } from "./client-side.ts";
import type { NodeHost } from "./node-host.ts";
import type { NodeWorld } from "./node-world.ts";

export class SimulatedTransport implements Transport {
  readonly world: NodeWorld;
  readonly #choose: () => NodeHost | undefined;
  /** The last connection of each user, as long as it is not known to have ended; by user. */
  readonly byUser = new Map<number, DeviceConnection>();
  #sessions = 0;

  constructor(world: NodeWorld, choose: () => NodeHost | undefined) {
    this.world = world;
    this.#choose = choose;
  }

  connect(user: number, _device: number, handler: TransportHandler): TransportConnection {
    const connection = new DeviceConnection(this, ++this.#sessions, user, handler);
    this.byUser.set(user, connection);
    connection.dial(this.#choose());
    return connection;
  }
}

export class DeviceConnection implements TransportConnection, ConnectionHandler<ServerFrame> {
  readonly transport: SimulatedTransport;
  readonly session: number;
  readonly user: number;
  node = -1;
  #handler: TransportHandler | undefined;
  #host: NodeHost | undefined;
  #wire: ClientWire | undefined;

  constructor(
    transport: SimulatedTransport,
    session: number,
    user: number,
    handler: TransportHandler,
  ) {
    this.transport = transport;
    this.session = session;
    this.user = user;
    this.#handler = handler;
  }

  dial(host: NodeHost | undefined): void {
    const { kernel, network, profile } = this.transport.world;
    if (host === undefined) {
      kernel.after(
        profile.links.userNode.baseUs * 2,
        LABELS.connect,
        nobodyListens,
        this as DeviceConnection,
      );
      return;
    }
    this.#host = host;
    host.connections++;
    this.#wire = network.connect<ClientFrame, ServerFrame>("users", host.site, this);
  }

  send(frame: ClientFrame): void {
    const { world } = this.transport;
    const sent = world.encoding === undefined ? frame : world.encoding.client(frame);
    this.#wire?.send(0, sent, clientFrameBytes(frame));
  }

  close(): void {
    const wire = this.#wire;
    this.#end();
    wire?.close(0);
  }

  /** The device is gone without a sign: no close reaches the node, and nothing reaches the device. */
  vanish(): void {
    const wire = this.#wire;
    this.#end();
    wire?.vanish(0);
  }

  /** Both sides go on believing in the connection; nothing passes any more. */
  halfOpen(): void {
    this.#wire?.vanish(0);
  }

  /** The way is broken at once, and both sides are told. */
  break(): void {
    this.#wire?.reset(0);
    this.ended(0, 0);
  }

  setReader(bytesPerSecond: number): void {
    this.#wire?.setReader(0, bytesPerSecond);
  }

  get isOpen(): boolean {
    return this.#wire !== undefined && this.#wire.isOpen(0);
  }

  onOpen(): void {
    this.node = this.#host!.index;
    this.#handler?.opened(this);
  }

  onMessage(_wire: Connection<never, never>, frame: ServerFrame): void {
    this.#handler?.frame(this, frame);
  }

  onClose(wire: Connection<never, never>, cause: CloseCause, code: number): void {
    const note = wire.owner[1] as CloseNote | undefined;
    const byDevice = code === 4409 && note !== undefined ? winnerIn(note.reason) : 0;
    this.ended(cause === "closed" ? code : 0, byDevice);
  }

  ended(code: number, byDevice: number): void {
    const handler = this.#handler;
    this.#end();
    handler?.closed(this, code, byDevice);
  }

  #end(): void {
    this.#handler = undefined;
    this.#wire = undefined;
    if (this.#host !== undefined) this.#host.connections--;
    this.#host = undefined;
    const { byUser } = this.transport;
    if (byUser.get(this.user) === this) byUser.delete(this.user);
  }
}

/** The reason ends with the device that replaced this one. */
function winnerIn(reason: string): number {
  return Number(/(\d+)$/.exec(reason)?.[1] ?? 0);
}

function nobodyListens(connection: DeviceConnection): void {
  connection.ended(0, 0);
}
