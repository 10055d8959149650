// The node's end of a client's connection in a simulation: what the core sends is sized and put on the wire
// when the CPU has paid for it; what arrives waits for the CPU.
import type { ClientConnection } from "../../server/ports/client-transport.ts";
import type { CloseCode } from "../../server/protocol/errors.ts";
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import { serverFrameBytes } from "../../server/protocol/size.ts";
import type { CloseCause, Connection, ConnectionHandler } from "../net/connection.ts";
import type { NodeLife } from "./node-life.ts";

export type ClientWire = Connection<ClientFrame, ServerFrame>;

/** What the closing side leaves for the other one to read beside the code: hung on the connection. */
export interface CloseNote {
  reason: string;
}

export class SimulatedClient implements ClientConnection, ConnectionHandler<ClientFrame> {
  readonly id: number;
  readonly life: NodeLife;
  readonly wire: ClientWire;
  #open = true;

  constructor(id: number, life: NodeLife, wire: ClientWire) {
    this.id = id;
    this.life = life;
    this.wire = wire;
  }

  send(frame: ServerFrame): void {
    const life = this.life;
    if (!this.#open || !life.incarnation.alive) return;
    life.world.counters.frames++;
    const sent = life.world.encoding === undefined ? frame : life.world.encoding.server(frame);
    this.wire.send(1, sent, serverFrameBytes(frame), life.cpu.departureUs());
  }

  close(code: CloseCode, reason: string): void {
    if (!this.#open || !this.life.incarnation.alive) return;
    this.#open = false;
    this.life.forget(this);
    const note: CloseNote = { reason };
    this.wire.owner[1] = note;
    this.wire.close(1, code, this.life.cpu.departureUs());
  }

  bufferedBytes(): number {
    return this.wire.bufferedBytes(1);
  }

  onMessage(_wire: Connection<never, never>, frame: ClientFrame): void {
    const life = this.life;
    if (!this.#open || !life.incarnation.alive) return;
    life.world.counters.frames++;
    const costs = life.world.profile.cpu;
    if (frame.type === "ping") life.cpu.run(costs.pingUs, handlePing, this as SimulatedClient);
    else life.cpu.run(costs.frameUs, handleFrame, { client: this as SimulatedClient, frame });
  }

  onClose(_wire: Connection<never, never>, _cause: CloseCause): void {
    if (!this.#open || !this.life.incarnation.alive) return;
    this.life.cpu.run(this.life.world.profile.cpu.pingUs, handleClose, this as SimulatedClient);
  }

  deliver(frame: ClientFrame): void {
    if (!this.#open || !this.life.incarnation.alive) return;
    if (frame.type !== "ping") this.life.world.kernel.touched();
    this.life.node.frame(this, frame);
  }

  lost(): void {
    if (!this.#open || !this.life.incarnation.alive) return;
    this.#open = false;
    this.life.forget(this);
    this.life.world.kernel.touched();
    this.life.node.closed(this);
  }
}

const PING: ClientFrame = { type: "ping" };

function handlePing(client: SimulatedClient): void {
  client.deliver(PING);
}

function handleFrame(task: {
  readonly client: SimulatedClient;
  readonly frame: ClientFrame;
}): void {
  task.client.deliver(task.frame);
}

function handleClose(client: SimulatedClient): void {
  client.lost();
}
