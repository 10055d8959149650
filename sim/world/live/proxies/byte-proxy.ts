// A TCP proxy on one link that reads nothing: it carries bytes both ways under the rules of the two directions.
// A connection that is dialled while the way up is held is accepted by this machine but reaches nobody until the
// hold ends, like a dial into a cut network.
import { createServer, connect, type Server, type Socket } from "node:net";
import { Direction, Pump } from "./direction.ts";
import type { ByteRule } from "./messages.ts";

const HELD_LOOK_MS = 50;

export class ByteProxy {
  readonly up = new Direction();
  readonly down = new Direction();
  connections = 0;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) =>
      this.#accept(near),
    );
  }

  get open(): number {
    return this.#sockets.size;
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        if (address === null || typeof address === "string") throw new Error("no TCP address");
        resolve(address.port);
      });
    });
  }

  add(id: number, rule: ByteRule): void {
    if (rule.kind !== "hold" || rule.way !== "down") this.up.add(id, rule);
    if (rule.kind !== "hold" || rule.way !== "up") this.down.add(id, rule);
  }

  lift(id: number): void {
    this.up.lift(id);
    this.down.lift(id);
  }

  /** Every connection ends at once, at both ends. */
  reset(): void {
    for (const socket of [...this.#sockets]) socket.resetAndDestroy();
  }

  #accept(near: Socket): void {
    this.connections += 1;
    this.#keep(near);
    this.#dialWhenOpen(near);
  }

  #dialWhenOpen(near: Socket): void {
    if (near.destroyed) return;
    if (this.up.held) {
      setTimeout(() => this.#dialWhenOpen(near), HELD_LOOK_MS);
      return;
    }
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    this.#keep(far);
    new Pump(this.up, near, far);
    new Pump(this.down, far, near);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // What went wrong shows as the close that follows.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
