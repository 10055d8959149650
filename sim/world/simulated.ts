// The simulated world: network, stores, hosts of nodes, the balancer, and what devices run on, all on one
// kernel. Faults are applied from outside (fault-executor.ts); the run decides how long it lives.
import type { BlobId, ChatId, UserId } from "../../server/protocol/ids.ts";
import { MemoryTokens } from "../../server/memory/tokens.ts";
import type { Cipher, DevicePorts } from "../device/ports.ts";
import { SimulatedCipher } from "../device/simulated-cipher.ts";
import type { History } from "../history/history.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import type { Stream, Streams } from "../kernel/random.ts";
import type { LinkProfile } from "../net/link.ts";
import { Network } from "../net/network.ts";
import type { Profile } from "../scenario/profile-types.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import type { SimulatedStores } from "../stores/simulated-stores.ts";
import { EXPIRED_AGE_MS, EXPIRED_BYTES, expiredBlobName } from "../users/expired-blob.ts";
import type { UserWorld } from "../users/world.ts";
import { chooseNode, type BalancerState } from "./balancer.ts";
import { DeviceClock } from "./device-clock.ts";
import { SimulatedTransport } from "./device-transport.ts";
import { FrameEncoding } from "./encoded-frames.ts";
import type { Incarnation } from "./incarnation.ts";
import { EPOCH_MS } from "./node-clock.ts";
import { NodeHost } from "./node-host.ts";
import { WideStream } from "./node-random.ts";
import { CrashPoints, type TraceListener } from "./node-trace.ts";
import type { NodeFactory, NodeWorld, WorldCounters } from "./node-world.ts";
import { Quirks } from "./quirks.ts";
import { SimulatedIds } from "./simulated-ids.ts";
import { SimulatedUploads } from "./uploads.ts";

const TOKEN_LIFE_MS = 30 * 24 * 3_600_000;

export interface WorldOptions {
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly history: History;
  readonly factory: NodeFactory;
  readonly makeStores: (
    kernel: Kernel,
    network: Network,
    cipher: SimulatedCipher,
  ) => SimulatedStores;
  readonly traceListener?: TraceListener;
  readonly cipherOf?: (cipher: Cipher) => Cipher;
  /** A planted bug may give a restarted node its old incarnation. */
  readonly incarnationOf?: NodeWorld["incarnationOf"];
}

export class SimulatedWorld implements NodeWorld, UserWorld {
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly history: History;
  readonly network: Network;
  readonly stores: SimulatedStores;
  readonly seed32: number;
  readonly tokens: MemoryTokens;
  readonly nodes: readonly string[];
  readonly factory: NodeFactory;
  readonly crashPoints = new CrashPoints();
  readonly traceListener: TraceListener | undefined;
  readonly counters: WorldCounters = { frames: 0 };
  readonly ids = new SimulatedIds();
  readonly quirks: Quirks | undefined;
  readonly encoding: FrameEncoding | undefined;
  readonly hosts: readonly NodeHost[];
  readonly cipher = new SimulatedCipher();
  /** What devices encrypt with: the cipher, or a planted bug around it. */
  readonly deviceCipher: Cipher;
  readonly transport: SimulatedTransport;
  readonly ports: DevicePorts;
  readonly incarnationOf: NodeWorld["incarnationOf"];
  readonly #balancerState: BalancerState = { next: 0 };
  readonly #balancerStream: Stream;
  readonly #deviceStream: Stream;
  #operations = 0;
  #lastSignInMs = 0;

  constructor(options: WorldOptions) {
    this.kernel = options.kernel;
    this.streams = options.streams;
    this.scenario = options.scenario;
    this.profile = options.profile;
    this.history = options.history;
    this.factory = options.factory;
    this.traceListener = options.traceListener;
    this.encoding = options.scenario.cluster.encodeFrames
      ? new FrameEncoding(this.cipher)
      : undefined;
    this.quirks = options.scenario.cluster.quirks
      ? new Quirks(this.streams.stream("quirks"))
      : undefined;
    this.incarnationOf = options.incarnationOf ?? newIncarnation;
    this.seed32 = this.streams.seed32("world");
    this.#balancerStream = this.streams.stream("balancer");
    this.#deviceStream = this.streams.stream("device-ids");
    this.network = new Network(this.kernel, {
      seed32: this.streams.seed32("network"),
      profile: (from, to) => linkProfile(this.profile, from, to),
      socketBufferBytes: this.profile.socketBufferBytes,
    });
    this.stores = options.makeStores(this.kernel, this.network, this.cipher);
    this.tokens = new MemoryTokens(this.streams.stream("token-key").uint32());
    const indexes = Array.from({ length: options.scenario.cluster.nodes }, (_, index) => index);
    this.nodes = indexes.map((index) => `node-${index + 1}`);
    this.hosts = indexes.map((index) => new NodeHost(this, index));
    this.deviceCipher = options.cipherOf?.(this.cipher) ?? this.cipher;
    const choose = (): NodeHost | undefined => this.#choose();
    this.transport = new SimulatedTransport(this, choose);
    this.ports = {
      nowUs: () => this.kernel.now,
      clock: new DeviceClock(this.kernel),
      random: new WideStream(this.streams.stream("devices")),
      transport: this.transport,
      uploads: new SimulatedUploads(this, choose),
      cipher: this.deviceCipher,
    };
  }

  start(): void {
    for (const host of this.hosts) {
      host.start(0);
      host.armHealthCheck();
    }
  }

  nowUs(): number {
    return this.kernel.now;
  }

  atUs<A>(timeUs: number, handler: (arg: A) => void, arg: A): void {
    this.kernel.at(Math.ceil(timeUs), LABELS.userAction, handler, arg);
  }

  /** Sign-ins are stamped by one clock that never gives a time twice. */
  issueToken(user: UserId, device: number): string {
    const nowMs = EPOCH_MS + Math.floor(this.kernel.now / 1000);
    this.#lastSignInMs = Math.max(nowMs, this.#lastSignInMs + 1);
    const signedInMs = this.#lastSignInMs;
    return this.tokens.issue({ user, device, signedInMs, expiresMs: signedInMs + TOKEN_LIFE_MS });
  }

  newDeviceId(): number {
    return this.ids.draw(this.#deviceStream);
  }

  nextOperation(): number {
    return ++this.#operations;
  }

  /** Stored long ago and never collected: a send that names it must be refused. */
  expiredBlob(user: UserId, chat: ChatId): BlobId {
    const blob = expiredBlobName(user, chat);
    const { messages, blobs } = this.stores.memory;
    if (messages.blobNow(blob) !== undefined) return blob;
    const sealed = this.cipher.sealBlob("expired", blob, { content: 0, bytes: EXPIRED_BYTES });
    const createdAt = EPOCH_MS + Math.floor(this.kernel.now / 1000) - EXPIRED_AGE_MS;
    blobs.putNow(blob, sealed, sealed.sha256);
    messages.recordBlobNow({
      blob,
      chat,
      owner: user,
      bytes: sealed.bytes,
      sha256: sealed.sha256,
      createdAt,
    });
    return blob;
  }

  #choose(): NodeHost | undefined {
    const { balancer } = this.scenario.cluster;
    const index = chooseNode(balancer, this.hosts, this.#balancerState, this.#balancer);
    return this.hosts[index];
  }

  readonly #balancer = {
    next: (): number => this.#balancerStream.next(),
    int: (low: number, high: number): number => this.#balancerStream.int(low, high),
  };
}

function newIncarnation(_index: number, life: number, drawId: () => number): Incarnation {
  return { alive: true, id: drawId(), life };
}

function linkProfile(profile: Profile, from: string, to: string): LinkProfile {
  const { links } = profile;
  if (from === "users" || to === "users") return links.userNode;
  for (const site of [from, to]) {
    if (site === "redis" || site === "vault") return links.nodeRedis;
    if (site === "cassandra") return links.nodeCassandra;
    if (site === "s3") return links.nodeS3;
  }
  return links.nodeNode;
}
