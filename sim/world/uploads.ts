// Pictures between a device and a node in a simulation: one HTTP exchange per request, over the user's own
// line and the node's, answered or broken once; the device's deadline is 60 s.
import type { BlobReply } from "../../server/ports/client-transport.ts";
import type { BlobId, ChatId } from "../../server/protocol/ids.ts";
import type { SealedBlob, UploadAnswer, Uploads } from "../device/ports.ts";
import { LABELS } from "../kernel/labels.ts";
import type { NodeHost } from "./node-host.ts";
import type { NodeLife } from "./node-life.ts";
import type { NodeWorld } from "./node-world.ts";

const HEADER_BYTES = 600;
const DEADLINE_US = 60_000_000;
const MIB = 1_048_576;

export class SimulatedUploads implements Uploads {
  readonly world: NodeWorld;
  readonly #choose: () => NodeHost | undefined;

  constructor(world: NodeWorld, choose: () => NodeHost | undefined) {
    this.world = world;
    this.#choose = choose;
  }

  put(
    token: string,
    blob: BlobId,
    chat: ChatId,
    sealed: SealedBlob,
    done: (answer: UploadAnswer) => void,
  ): void {
    this.#begin(new HttpExchange(this.world, token, blob, chat, sealed, done));
  }

  get(token: string, blob: BlobId, done: (answer: UploadAnswer) => void): void {
    this.#begin(new HttpExchange(this.world, token, blob, 0, undefined, done));
  }

  #begin(exchange: HttpExchange): void {
    const { kernel, network, profile } = this.world;
    kernel.after(DEADLINE_US, LABELS.deviceTimer, late, exchange);
    const host = this.#choose();
    if (host === undefined) {
      kernel.after(profile.links.userNode.baseUs, LABELS.deviceTimer, fail, exchange);
      return;
    }
    exchange.host = host;
    const bytes = HEADER_BYTES + exchange.uploadBytes;
    const leavesUs = kernel.now + Math.ceil((bytes * 1e6) / profile.userBytesPerSecond);
    network.link("users", host.site).send(bytes, LABELS.netArrive, arrive, exchange, leavesUs);
  }
}

export class HttpExchange {
  readonly world: NodeWorld;
  readonly token: string;
  readonly blob: BlobId;
  readonly chat: ChatId;
  readonly body: SealedBlob | undefined;
  host: NodeHost | undefined;
  life: NodeLife | undefined;
  #done: ((answer: UploadAnswer) => void) | undefined;

  constructor(
    world: NodeWorld,
    token: string,
    blob: BlobId,
    chat: ChatId,
    body: SealedBlob | undefined,
    done: (answer: UploadAnswer) => void,
  ) {
    this.world = world;
    this.token = token;
    this.blob = blob;
    this.chat = chat;
    this.body = body;
    this.#done = done;
  }

  get uploadBytes(): number {
    return this.body?.bytes ?? 0;
  }

  /** The request is at its node. */
  arrived(): void {
    const life = this.host?.life;
    if (life === undefined || !life.ready) {
      this.broken();
      return;
    }
    this.life = life;
    life.exchanges.add(this);
    const costs = this.world.profile.cpu;
    const costUs = costs.frameUs + (costs.blobUsPerMiB * this.uploadBytes) / MIB;
    life.cpu.run(costUs, serve, this as HttpExchange);
  }

  serve(): void {
    const life = this.life!;
    if (!life.incarnation.alive) return;
    const { token, blob, chat, body } = this;
    const reply =
      body === undefined
        ? life.node.getBlob(token, blob)
        : life.node.putBlob({ token, blob, chat, sha256: body.sha256, body });
    this.world.kernel.spawn(reply.then((answered) => this.#replied(life, answered)));
  }

  /** The socket broke before an answer: the device hears so after one trip. */
  broken(): void {
    const { kernel, profile } = this.world;
    kernel.after(profile.links.userNode.baseUs, LABELS.close, fail, this as HttpExchange);
  }

  finish(answer: UploadAnswer): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }

  #replied(life: NodeLife, reply: BlobReply): void {
    if (!life.incarnation.alive) return;
    life.exchanges.delete(this);
    const { network, profile } = this.world;
    const bytes = HEADER_BYTES + (reply.body?.bytes ?? 0);
    life.cpu.charge((profile.cpu.blobUsPerMiB * bytes) / MIB);
    const leavesUs = life.cpu.departureUs() + Math.ceil((bytes * 1e6) / profile.userBytesPerSecond);
    const answered = { exchange: this as HttpExchange, reply };
    network.link(life.host.site, "users").send(bytes, LABELS.netArrive, answer, answered, leavesUs);
  }
}

function arrive(exchange: HttpExchange): void {
  exchange.arrived();
}

function serve(exchange: HttpExchange): void {
  exchange.serve();
}

function answer(answered: { readonly exchange: HttpExchange; readonly reply: BlobReply }): void {
  answered.exchange.finish(answered.reply);
}

const NO_ANSWER: UploadAnswer = { status: 0 };

function fail(exchange: HttpExchange): void {
  exchange.finish(NO_ANSWER);
}

function late(exchange: HttpExchange): void {
  exchange.life?.exchanges.delete(exchange);
  exchange.finish(NO_ANSWER);
}
