// A world small enough to read: one node that stores, delivers and confirms at once, over links that take a
// fixed time. It keeps no rule about faults; it is there to drive virtual users, not to judge a messenger.
import type { ClientFrame, ServerFrame } from "../../../server/protocol/frames.ts";
import type {
  DevicePorts,
  TransportConnection,
  TransportHandler,
} from "../../../sim/device/ports.ts";
import { SimulatedCipher } from "../../../sim/device/simulated-cipher.ts";
import type { History } from "../../../sim/history/history.ts";
import { Kernel } from "../../../sim/kernel/kernel.ts";
import { Streams } from "../../../sim/kernel/random.ts";
import type { Behaviour, Phase, ResolvedScenario } from "../../../sim/scenario/types.ts";
import { createPopulation, type Population } from "../../../sim/users/population.ts";
import type { UserWorld } from "../../../sim/users/world.ts";

export const EPOCH_MS = 1_764_000_000_000;
export const SECOND_US = 1_000_000;
const LINK_US = 2_000;

type Stored = Extract<ServerFrame, { type: "message" }>;

interface Log {
  readonly chat: number;
  readonly from: number;
  readonly device: number;
  readonly rows: Stored[];
  readN: number;
}

export class ToyWorld implements UserWorld {
  readonly kernel = new Kernel({ macrotask: setImmediate });
  readonly cipher = new SimulatedCipher();
  readonly logs = new Map<number, Log[]>();
  readonly connections = new Map<number, ToyConnection>();
  /** The device of each user's last sign-in: it wins. */
  readonly newest = new Map<number, number>();
  readonly members = new Map<number, readonly [number, number]>();
  readonly friends = new Map<number, { user: number; chat: number }[]>();
  readonly ports: DevicePorts;
  sessions = 0;
  #devices = 0;
  #operations = 0;

  constructor() {
    const { kernel } = this;
    this.ports = {
      nowUs: () => kernel.now,
      clock: {
        wallMs: () => EPOCH_MS + Math.floor(kernel.now / 1000),
        monotonicMs: () => Math.floor(kernel.now / 1000),
        sleep: () => new Promise<void>(() => {}),
        after: (ms, fire, arg) => {
          const id = kernel.after(ms * 1000, 7, fire, arg);
          return { cancel: () => void kernel.cancel(id) };
        },
      },
      random: { next: () => 0.5, int: (low) => low },
      transport: {
        connect: (user, device, handler) => new ToyConnection(this, user, device, handler),
      },
      uploads: {
        put: (_token, _blob, _chat, _sealed, done) =>
          void kernel.after(5 * LINK_US, 2, () => done({ status: 201 }), undefined),
        get: (_token, _blob, done) =>
          void kernel.after(5 * LINK_US, 2, () => done({ status: 404 }), undefined),
      },
      cipher: this.cipher,
    };
  }

  nowUs(): number {
    return this.kernel.now;
  }
  atUs<A>(timeUs: number, handler: (arg: A) => void, arg: A): void {
    this.kernel.at(timeUs, 8, handler, arg);
  }
  issueToken(user: number, device: number): string {
    this.newest.set(user, device);
    return `token-${user}`;
  }
  newDeviceId(): number {
    return 1_000_000_007 * ++this.#devices;
  }
  nextOperation(): number {
    return ++this.#operations;
  }

  log(chat: number, from: number, device: number): Log {
    let logs = this.logs.get(chat);
    if (logs === undefined) this.logs.set(chat, (logs = []));
    let log = logs.find((each) => each.device === device);
    if (log === undefined) logs.push((log = { chat, from, device, rows: [], readN: 0 }));
    return log;
  }
}

class ToyConnection implements TransportConnection {
  readonly session: number;
  node = 0;
  readonly #world: ToyWorld;
  readonly #user: number;
  readonly #device: number;
  #handler: TransportHandler | undefined;
  readonly #announced = new Set<number>();

  constructor(world: ToyWorld, user: number, device: number, handler: TransportHandler) {
    this.session = ++world.sessions;
    this.#world = world;
    this.#user = user;
    this.#device = device;
    this.#handler = handler;
    world.kernel.after(LINK_US, 12, () => this.#handler?.opened(this), undefined);
  }

  close(): void {
    this.#handler = undefined;
    if (this.#world.connections.get(this.#user) === this)
      this.#world.connections.delete(this.#user);
  }
  replaced(by: number): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.closed(this, 4409, by);
  }
  vanish(): void {
    this.close();
  }
  send(frame: ClientFrame): void {
    this.#world.kernel.after(LINK_US, 2, (sent: ClientFrame) => this.#serve(sent), frame);
  }
  give(frame: ServerFrame): void {
    this.#world.kernel.after(LINK_US, 2, () => this.#handler?.frame(this, frame), undefined);
  }

  deliver(log: Log, row: Stored): void {
    if (!this.#announced.has(log.device * 1024 + (log.chat % 1024))) {
      this.#announced.add(log.device * 1024 + (log.chat % 1024));
      const { chat, from, device } = log;
      this.give({ type: "log", chat, from, device, start: row.n - 1 });
    }
    this.give(row);
  }

  #serve(frame: ClientFrame): void {
    if (this.#handler === undefined) return;
    const world = this.#world;
    switch (frame.type) {
      case "connect": {
        const newest = world.newest.get(this.#user)!;
        if (newest !== this.#device) {
          this.replaced(newest);
        } else this.#welcome();
        break;
      }
      case "have":
        this.#catchUp(frame.logs);
        break;
      case "ping":
        this.give({ type: "pong" });
        break;
      case "send": {
        const { type: _type, ...body } = frame;
        const row: Stored = { type: "message", from: this.#user, device: this.#device, ...body };
        const log = world.log(frame.chat, this.#user, this.#device);
        if (frame.n === log.rows.length + 1) log.rows.push(row);
        this.give({ type: "sent", chat: frame.chat, n: frame.n });
        const [a, b] = world.members.get(frame.chat)!;
        world.connections.get(a === this.#user ? b : a)?.deliver(log, row);
        break;
      }
      case "read": {
        const { chat, device, n, readAt } = frame;
        const log = world.logs.get(chat)!.find((each) => each.device === device)!;
        log.readN = Math.max(log.readN, n);
        this.give({ type: "read-ok", chat, device, n });
        world.connections.get(log.from)?.give({ type: "receipt", chat, device, n, readAt });
        break;
      }
      case "history":
        this.give({ type: "history", id: frame.id, rows: [], more: false });
        break;
      default:
        break;
    }
  }

  #welcome(): void {
    const world = this.#world;
    world.connections.get(this.#user)?.replaced(this.#device);
    world.connections.set(this.#user, this);
    this.give({
      type: "connected",
      session: this.session,
      epoch: "",
      serverTime: EPOCH_MS + Math.floor(world.kernel.now / 1000),
      heartbeatMs: 25_000,
      window: 64,
      reconnect: { baseMs: 500, capMs: 15_000 },
    });
    const friends = (world.friends.get(this.#user) ?? []).map(({ user, chat }) => ({
      user,
      chat,
      key: `key-${chat}`,
      keyVersion: 1,
      state: "unknown" as const,
      lastSeen: 0,
    }));
    this.give({ type: "roster", friends, requests: [], more: false });
  }

  #catchUp(have: readonly (readonly [number, number, number])[]): void {
    const world = this.#world;
    for (const { chat } of world.friends.get(this.#user) ?? [])
      for (const log of world.logs.get(chat) ?? []) {
        if (log.from === this.#user) continue;
        const held = have.find(([inChat, device]) => inChat === chat && device === log.device);
        for (const row of log.rows.slice(held?.[2] ?? log.readN)) this.deliver(log, row);
      }
    this.give({ type: "synced" });
  }
}

export const BEHAVIOUR: Behaviour = {
  bodyBytes: { dist: "constant", value: 80 },
  readAfterUs: { dist: "exponential", mean: 2 * SECOND_US },
  attachments: [],
  freshDevice: 0,
  befriendPerS: 0,
  historyPerS: 0,
  searchPerS: 0,
};

export function scenarioOf(
  users: number,
  phases: readonly Phase[],
  more: Partial<ResolvedScenario> = {},
): ResolvedScenario {
  return {
    name: "toy",
    title: "toy",
    seed: 7,
    profile: "lan",
    swarm: false,
    cluster: { nodes: 1, balancer: "random", encodeFrames: false },
    population: { users, friendsPerUser: { dist: "lognormal", median: 6, p99: 30 } },
    phases,
    behaviour: BEHAVIOUR,
    faults: [],
    thresholds: [],
    ...more,
  };
}

export interface ToyRun {
  readonly world: ToyWorld;
  readonly population: Population;
  /** Of each event, how often it was noted. */
  readonly counts: Map<string, number>;
  /** Every event of the watched kinds. */
  readonly noted: (readonly [string, ...number[]])[];
}

export function toyRun(scenario: ResolvedScenario, watched: readonly string[] = []): ToyRun {
  const world = new ToyWorld();
  const counts = new Map<string, number>();
  const noted: [string, ...number[]][] = [];
  const history = new Proxy({} as History, {
    get:
      (_target, event) =>
      (...args: number[]) => {
        counts.set(String(event), (counts.get(String(event)) ?? 0) + 1);
        if (watched.includes(String(event))) noted.push([String(event), ...args]);
      },
  });
  const streams = new Streams(scenario.seed, undefined, scenario.choices);
  const population = createPopulation(scenario, streams, world, history);
  for (const { low, high, chat } of population.edges()) {
    world.members.set(chat, [low, high]);
    for (const [user, friend] of [
      [low, high],
      [high, low],
    ] as const) {
      if (!world.friends.has(user)) world.friends.set(user, []);
      world.friends.get(user)!.push({ user: friend, chat });
    }
  }
  population.start();
  return { world, population, counts, noted };
}
