// A client for tests that speaks the wire and nothing more: it sends what it is told and keeps what it hears.
import { WebSocket } from "ws";
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import { SUBPROTOCOL } from "../../server/protocol/version.ts";

const PATIENCE_MS = 15_000;

type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** On the wire ciphertext is base64 text. */
export type WireFrame =
  | Exclude<ClientFrame, { type: "send" }>
  | {
      readonly type: "send";
      readonly chat: number;
      readonly n: number;
      readonly sentAt: number;
      readonly kind: "text" | "image" | "void";
      readonly keyVersion: number;
      readonly body?: string;
      readonly url?: string;
      readonly thumbnail?: string;
    };

export class WireClient {
  readonly socket: WebSocket;
  /** Everything heard that nobody has taken yet. */
  readonly heard: ServerFrame[] = [];
  closeCode = 0;
  closeReason = "";
  #wake: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as ServerFrame);
      this.#woken();
    });
    socket.on("close", (code, reason) => {
      this.closeCode = code;
      this.closeReason = reason.toString();
      this.#woken();
    });
    socket.on("error", () => this.#woken());
  }

  static async dial(address: string): Promise<WireClient> {
    const socket = new WebSocket(`ws://${address}/v1/ws`, SUBPROTOCOL, {
      perMessageDeflate: false,
    });
    const client = new WireClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  /** Dials, connects, has nothing, and waits until the backlog is in. */
  static async signIn(address: string, token: string, counter = 1): Promise<WireClient> {
    const client = await WireClient.dial(address);
    client.send({ type: "connect", token, counter });
    client.send({ type: "have", logs: [], more: false });
    await client.next("connected");
    await client.until((frame) => frame.type === "synced");
    return client;
  }

  send(frame: WireFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Takes the first frame of this type, heard or still to come. */
  async next<T extends ServerFrame["type"]>(
    type: T,
    fits: (frame: FrameOf<T>) => boolean = () => true,
  ): Promise<FrameOf<T>> {
    const matches = (frame: ServerFrame): boolean =>
      frame.type === type && fits(frame as FrameOf<T>);
    await this.until(matches);
    const at = this.heard.findIndex(matches);
    return this.heard.splice(at, 1)[0] as FrameOf<T>;
  }

  /** Settles when such a frame was heard; it stays where it is. */
  async until(fits: (frame: ServerFrame) => boolean): Promise<void> {
    await this.#waitFor(() => this.heard.some(fits), "a frame that did not come");
  }

  async closed(): Promise<number> {
    await this.#waitFor(() => this.closeCode !== 0, "a close");
    return this.closeCode;
  }

  close(): void {
    this.socket.close();
  }

  async #waitFor(isSo: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    while (!isSo()) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || (this.closeCode !== 0 && !isSo()))
        throw new Error(
          `waited for ${what}; closed: ${this.closeCode} ${this.closeReason}; heard: ` +
            JSON.stringify(this.heard).slice(0, 500),
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const one of wake) one();
  }
}
