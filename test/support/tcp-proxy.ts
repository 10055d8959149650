// A proxy in front of a store, for a test that loses replies, holds requests back or cuts the line.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class TcpProxy {
  /** Replies are read and thrown away. */
  swallowReplies = false;
  /** Requests are read and thrown away: a line that has gone silent. */
  swallowRequests = false;
  #server: Server;
  #sockets = new Set<Socket>();
  #targetPort: number;
  #passedBytes = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    server.on("connection", (near: Socket) => this.#join(near));
  }

  /** On any free port, unless one is named. */
  static async start(targetPort: number, port = 0): Promise<TcpProxy> {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes that went to the store so far. */
  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** New connections go to another store. */
  leadTo(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  /** Every connection is reset; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(near: Socket): void {
    const far = connect(this.#targetPort, "127.0.0.1");
    near.on("data", (data: Buffer) => {
      if (this.swallowRequests) return;
      this.#passedBytes += data.length;
      far.write(data);
    });
    far.on("data", (data: Buffer) => {
      if (!this.swallowReplies) near.write(data);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
