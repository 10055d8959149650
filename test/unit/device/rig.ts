// One device on a bench: the test moves the clock, plays the node frame by frame, and reads what the device
// sent and what it wrote into the history. Frames are cloned shallowly on their way, as a wire would.
import type { TimerHandle } from "../../../server/ports/clock.ts";
import type { ClientFrame, ServerFrame } from "../../../server/protocol/frames.ts";
import { createDevice, type Device } from "../../../sim/device/device.ts";
import type { DeviceHost } from "../../../sim/device/host.ts";
import { DEVICE_PARTS, type DeviceParts } from "../../../sim/device/parts.ts";
import type {
  DevicePorts,
  SealedBlob,
  TransportConnection,
  TransportHandler,
  UploadAnswer,
} from "../../../sim/device/ports.ts";
import { SimulatedCipher } from "../../../sim/device/simulated-cipher.ts";
import { Tally } from "../../../sim/device/tally.ts";
import type { History } from "../../../sim/history/history.ts";

export const EPOCH_MS = 1_764_000_000_000;
export const USER = 1;
export const DEVICE = 111_222_333_444;
export const FRIEND = 2;
export const FRIEND_DEVICE = 555_666_777_888;
export const CHAT = 99_000_000_001;
export const KEY = "key-of-chat";

interface Timer {
  readonly atMs: number;
  readonly ordinal: number;
  readonly fire: () => void;
}

export class HandConnection implements TransportConnection {
  readonly session: number;
  readonly handler: TransportHandler;
  node = -1;
  readonly sent: ClientFrame[] = [];
  ending: "open" | "closed" | "vanished" = "open";

  constructor(session: number, handler: TransportHandler) {
    this.session = session;
    this.handler = handler;
  }

  send(frame: ClientFrame): void {
    if (this.ending !== "open") throw new Error("sent on a connection that is gone");
    this.sent.push(frame);
  }
  close(): void {
    this.ending = "closed";
  }
  vanish(): void {
    this.ending = "vanished";
  }

  open(): void {
    this.node = 0;
    this.handler.opened(this);
  }
  give(frame: ServerFrame): void {
    this.handler.frame(this, { ...frame });
  }
  break(code = 0, byDevice = 0): void {
    this.ending = "closed";
    this.handler.closed(this, code, byDevice);
  }
  /** What was sent since the last look, of that type. */
  taken<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    const found = this.sent.filter((frame) => frame.type === type);
    const rest = this.sent.filter((frame) => frame.type !== type);
    this.sent.length = 0;
    this.sent.push(...rest);
    return found as Extract<ClientFrame, { type: T }>[];
  }
}

export interface Put {
  readonly blob: string;
  readonly sealed: SealedBlob;
  readonly answer: (answer: UploadAnswer) => void;
}

export type Noted = readonly [event: string, ...args: number[]];

export class Rig {
  nowMs = 0;
  wallOffsetMs = 0;
  draw = 0.5;
  readonly cipher = new SimulatedCipher();
  readonly connections: HandConnection[] = [];
  readonly puts: Put[] = [];
  readonly gets: Put[] = [];
  readonly noted: Noted[] = [];
  readonly told: Noted[] = [];
  readonly tally = new Tally();
  readonly device: Device;
  #timers: Timer[] = [];
  #ordinal = 0;
  #operations = 0;

  constructor(parts: Partial<DeviceParts> = {}) {
    const history = new Proxy({} as History, {
      get:
        (_target, event) =>
        (...args: number[]) =>
          this.noted.push([String(event), ...args]),
    });
    const identity = { user: USER, device: DEVICE };
    const allParts = { ...DEVICE_PARTS, ...parts };
    this.device = createDevice(this.#ports(), identity, this.#host(), history, allParts);
  }

  #ports(): DevicePorts {
    return {
      nowUs: () => this.nowMs * 1000,
      clock: {
        wallMs: () => EPOCH_MS + this.nowMs + this.wallOffsetMs,
        monotonicMs: () => this.nowMs,
        sleep: () => new Promise<void>(() => {}),
        after: (ms, fire, arg) => this.#after(ms, () => fire(arg)),
      },
      random: { next: () => this.draw, int: (low) => low },
      transport: {
        connect: (_user, _device, handler) => {
          const connection = new HandConnection(this.connections.length + 1, handler);
          this.connections.push(connection);
          return connection;
        },
      },
      uploads: {
        put: (_token, blob, _chat, sealed, answer) => this.puts.push({ blob, sealed, answer }),
        get: (_token, blob, answer) =>
          this.gets.push({ blob, sealed: { bytes: 0, sha256: "" }, answer }),
      },
      cipher: this.cipher,
    };
  }

  #host(): DeviceHost {
    const tell =
      (event: string) =>
      (_device: unknown, ...args: unknown[]): void => {
        this.told.push([event, ...args.filter((arg) => typeof arg === "number")]);
      };
    return {
      tally: this.tally,
      nextOperation: () => ++this.#operations,
      freshToken: () => "fresh-token",
      shown: tell("shown"),
      synced: tell("synced"),
      closedForGood: tell("closedForGood"),
      forked: tell("forked"),
      friendShown: tell("friendShown"),
      requestShown: tell("requestShown"),
      uploaded: tell("uploaded"),
      sendEnded: tell("sendEnded"),
    };
  }

  #after(ms: number, fire: () => void): TimerHandle {
    const timer = { atMs: this.nowMs + Math.max(0, ms), ordinal: this.#ordinal++, fire };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
    };
  }

  get timerCount(): number {
    return this.#timers.length;
  }

  get connection(): HandConnection {
    return this.connections[this.connections.length - 1]!;
  }

  /** Lets time pass; timers fire in order. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      this.#timers.sort((a, b) => a.atMs - b.atMs || a.ordinal - b.ordinal);
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      this.nowMs = next.atMs;
      next.fire();
    }
    this.nowMs = untilMs;
  }

  /** Signed in, connected, with one friend in the roster, and synced. */
  ready(): this {
    this.device.signIn("token-1");
    this.serve();
    return this;
  }

  /** The node's side of the newest connection up to `synced`. */
  serve(serverOffsetMs = 0): void {
    const { connection } = this;
    connection.open();
    connection.give({
      type: "connected",
      session: 1,
      epoch: "",
      serverTime: EPOCH_MS + this.nowMs + serverOffsetMs,
      heartbeatMs: 25_000,
      window: 64,
      reconnect: { baseMs: 500, capMs: 15_000 },
    });
    connection.give({ type: "roster", friends: [friendRow()], requests: [], more: false });
    connection.give({ type: "synced" });
  }

  incoming(n: number, content = n, sentAt = EPOCH_MS + n): ServerFrame {
    const context = {
      chat: CHAT,
      from: FRIEND,
      device: FRIEND_DEVICE,
      n,
      keyVersion: 1,
      kind: "text" as const,
      part: 0 as const,
    };
    const body = this.cipher.seal(KEY, context, { content, bytes: 10 });
    const { chat, from, device, keyVersion, kind } = context;
    return { type: "message", chat, from, device, n, sentAt, kind, keyVersion, body };
  }

  /** Of that event, in order, without the time. */
  events(event: string): number[][] {
    return this.noted.filter(([name]) => name === event).map(([, , ...args]) => args);
  }
}

export function friendRow() {
  return {
    user: FRIEND,
    chat: CHAT,
    key: KEY,
    keyVersion: 1,
    state: "online" as const,
    lastSeen: 0,
  };
}
