// A few nodes in one process for the tests of the core: time moves by hand, stores answer at once unless a
// test says otherwise, sockets and links are plain calls that can be cut.
import { createNode, type MessengerNode } from "../../../server/core/node.ts";
import type { NodeParts } from "../../../server/core/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../server/core/limits.ts";
import { MemoryBlobStore } from "../../../server/memory/blob-store.ts";
import { MemoryKeyVault } from "../../../server/memory/key-vault.ts";
import {
  blobStorePort,
  keyVaultPort,
  messageStorePort,
  presenceStorePort,
  rosterStorePort,
} from "../../../server/memory/memory-ports.ts";
import { MemoryMessageStore } from "../../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../../server/memory/roster-store.ts";
import { MemoryTokens } from "../../../server/memory/tokens.ts";
import type { ClientConnection } from "../../../server/ports/client-transport.ts";
import type { Clock, TimerHandle } from "../../../server/ports/clock.ts";
import { UNAVAILABLE, UNKNOWN } from "../../../server/ports/outcome.ts";
import type { ClientFrame, SendFrame, ServerFrame } from "../../../server/protocol/frames.ts";
import type { Opaque } from "../../../server/protocol/ids.ts";

const START_MS = 1_767_225_600_000;

class Timer implements TimerHandle {
  readonly atMs: number;
  readonly fire: () => void;
  cancelled = false;
  constructor(atMs: number, fire: () => void) {
    this.atMs = atMs;
    this.fire = fire;
  }
  cancel(): void {
    this.cancelled = true;
  }
}

export class HandClock implements Clock {
  nowMs = 0;
  skewMs = 0;
  #timers: Timer[] = [];
  wallMs(): number {
    return START_MS + this.nowMs + this.skewMs;
  }
  monotonicMs(): number {
    return this.nowMs;
  }
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, () => resolve(), undefined));
  }
  after<A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle {
    const timer = new Timer(this.nowMs + Math.max(0, Math.ceil(ms)), () => fire(arg));
    this.#timers.push(timer);
    return timer;
  }
  /** Everything that is due within the next `ms`, in order, with all that follows from it. */
  async run(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settled();
      let next: Timer | undefined;
      for (const timer of this.#timers)
        if (timer.atMs <= endMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      if (!next.cancelled) next.fire();
    }
    this.nowMs = endMs;
    await settled();
  }
}

/** All promises that can settle have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class Content implements Opaque {
  readonly text: string;
  readonly length: number;
  constructor(text: string, length = text.length) {
    this.text = text;
    this.length = length;
  }
  same(other: Opaque): boolean {
    return other instanceof Content && other.text === this.text;
  }
}

/** How the next call of a port method ends. */
export type Plan = "ok" | "refused" | "lost" | "applied" | Promise<void>;
type AnyCall = (...args: never[]) => Promise<unknown>;

/** Calls of one store, in order, and how the next ones end. */
export class Door {
  readonly calls: string[];
  #plans = new Map<string, Plan[]>();
  #always = new Map<string, Plan>();
  readonly #prefix: string;
  constructor(calls: string[], prefix = "") {
    this.calls = calls;
    this.#prefix = prefix;
  }
  next(method: string, ...plans: Plan[]): void {
    this.#plans.set(method, [...(this.#plans.get(method) ?? []), ...plans]);
  }
  always(method: string, plan: Plan): void {
    this.#always.set(method, plan);
  }
  wrap<T extends object>(port: T): T {
    const wrapped: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(port)) {
      if (name === "bucket" || name === "currentKekId") wrapped[name] = call;
      else wrapped[name] = (...args: never[]) => this.#call(name, call as AnyCall, args);
    }
    return wrapped as T;
  }
  async #call(name: string, call: AnyCall, args: never[]): Promise<unknown> {
    this.calls.push(`${this.#prefix}${name}`);
    const plan = this.#plans.get(name)?.shift() ?? this.#always.get(name) ?? this.#always.get("*");
    if (plan === "refused") return UNAVAILABLE;
    if (plan === "lost") return UNKNOWN;
    if (plan === "applied") {
      await call(...args);
      return UNKNOWN;
    }
    if (plan instanceof Promise) await plan;
    return call(...args);
  }
}

export class Cluster {
  readonly clock = new HandClock();
  readonly tokens = new MemoryTokens(77);
  readonly messages = new MemoryMessageStore();
  readonly roster = new MemoryRosterStore();
  readonly presence = new MemoryPresenceStore(() => START_MS + this.clock.nowMs);
  readonly vault: MemoryKeyVault;
  readonly blobs = new MemoryBlobStore(() => "aa");
  readonly nodes: MessengerNode[] = [];
  /** Port calls, frames and points, in one order. */
  readonly log: string[] = [];
  readonly faults: unknown[] = [];
  readonly messagesDoor = new Door(this.log);
  readonly rosterDoor: Door;
  readonly blobsDoor: Door;
  readonly vaultDoor: Door;
  readonly presenceDoors: Door[] = [];
  readonly cut = new Set<string>();
  /** Linked, and not answering. */
  readonly deaf = new Set<string>();
  readonly points = new Set<string>();
  readonly limits: Limits;
  #id = 1;

  /** `quiet`: what friendships, pictures and keys are asked of their stores stays out of the log. */
  constructor(count: number, parts?: Partial<NodeParts>, limits?: Partial<Limits>, quiet = true) {
    this.rosterDoor = new Door(quiet ? [] : this.log);
    this.blobsDoor = new Door(quiet ? [] : this.log);
    this.vaultDoor = new Door(quiet ? [] : this.log, "vault:");
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.vault = new MemoryKeyVault(() => this.#id++);
    const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
    for (const [index, id] of names.entries()) {
      const presenceDoor = new Door(this.log);
      this.presenceDoors.push(presenceDoor);
      const node = createNode(
        {
          clock: this.clock,
          random: {
            stream: () => ({ next: () => 0.5, int: (low) => low }),
            id48: () => this.#id++,
          },
          link: {
            peers: () => names.filter((name) => name !== id),
            live: (peer) => !this.cut.has(peer) && !this.cut.has(id),
            request: async (peer, request) => {
              if (this.cut.has(peer) || this.cut.has(id)) return UNKNOWN;
              this.log.push(`link:${request.type}`);
              if (this.deaf.has(peer)) return UNKNOWN;
              const reply = await this.nodes[names.indexOf(peer)]!.request(id, request);
              return { kind: "ok", value: reply };
            },
            note: (peer, note) => {
              if (!this.cut.has(peer) && !this.cut.has(id))
                this.nodes[names.indexOf(peer)]!.note(id, note);
            },
          },
          presence: presenceDoor.wrap(presenceStorePort(this.presence)),
          messages: this.messagesDoor.wrap(messageStorePort(this.messages)),
          roster: this.rosterDoor.wrap(rosterStorePort(this.roster)),
          blobs: this.blobsDoor.wrap(blobStorePort(this.blobs)),
          vault: this.vaultDoor.wrap(keyVaultPort(this.vault)),
          tokens: this.tokens,
          trace: {
            event: () => undefined,
            point: (point) => {
              this.points.add(point);
              this.log.push(`point:${point}`);
            },
          },
        },
        { ...this.limits, id, incarnation: 1000 + index, address: id },
        parts,
        (error) => this.faults.push(error),
      );
      this.nodes.push(node);
    }
  }

  async start(): Promise<this> {
    for (const node of this.nodes) node.start();
    await this.clock.run(1);
    return this;
  }

  /** Two people become friends, without the messenger. */
  befriend(left: number, right: number, chat: number): void {
    const context = { chat, userLow: left, userHigh: right, keyVersion: 1 };
    const key = this.vault.createNow(context);
    this.roster.establishNow({ ...context, ...key });
    this.roster.putFriendNow({ user: left, friend: right, chat, ...key });
    this.roster.putFriendNow({ user: right, friend: left, chat, ...key });
  }

  client(node: number, user: number, options: ClientOptions = {}): Client {
    return new Client(this, this.nodes[node]!, user, options);
  }

  /** A signed-in client. */
  async signIn(node: number, user: number, options: ClientOptions = {}): Promise<Client> {
    const client = this.client(node, user, options);
    client.connect();
    await this.clock.run(100);
    return client;
  }

  nextId(): number {
    return this.#id++;
  }
}

export interface ClientOptions {
  readonly device?: number;
  readonly counter?: number;
  readonly signedInMs?: number;
  readonly have?: readonly (readonly [number, number, number])[];
  readonly acknowledge?: boolean;
}

export class Client implements ClientConnection {
  readonly id: number;
  readonly frames: ServerFrame[] = [];
  readonly cluster: Cluster;
  readonly node: MessengerNode;
  readonly user: number;
  readonly device: number;
  readonly options: ClientOptions;
  closed: { readonly code: number; readonly reason: string } | undefined;
  buffered = 0;

  constructor(cluster: Cluster, node: MessengerNode, user: number, options: ClientOptions) {
    this.cluster = cluster;
    this.node = node;
    this.user = user;
    this.device = options.device ?? user * 10;
    this.options = options;
    this.id = cluster.nextId();
  }

  connect(): void {
    const { counter, signedInMs, have } = this.options;
    this.node.opened(this);
    const token = this.cluster.tokens.issue({
      user: this.user,
      device: this.device,
      signedInMs: signedInMs ?? START_MS,
      expiresMs: START_MS + 1e9,
    });
    this.say({ type: "connect", token, counter: counter ?? 1 });
    this.say({ type: "have", logs: have ?? [], more: false });
  }

  say(frame: ClientFrame): void {
    this.node.frame(this, frame);
  }

  send(frame: ServerFrame): void {
    this.cluster.log.push(`frame:${frame.type}`);
    this.frames.push(frame);
    if (frame.type === "message" && this.options.acknowledge !== false) {
      const { chat, device, n } = frame;
      queueMicrotask(() => this.say({ type: "received", chat, device, n }));
    }
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  text(chat: number, n: number, text = `text ${n}`, changes: Partial<SendFrame> = {}): void {
    const sentAt = START_MS + n;
    const body = new Content(text);
    this.say({ type: "send", chat, n, sentAt, kind: "text", keyVersion: 1, body, ...changes });
  }

  voidAt(chat: number, n: number): void {
    this.say({ type: "send", chat, n, sentAt: START_MS + n, kind: "void", keyVersion: 1 });
  }

  of<T extends ServerFrame["type"]>(type: T): Extract<ServerFrame, { type: T }>[] {
    return this.frames.filter((frame) => frame.type === type) as Extract<
      ServerFrame,
      { type: T }
    >[];
  }

  /** n of all messages, in the order of their arrival. */
  messages(): number[] {
    return this.of("message").map((frame) => frame.n);
  }
}
